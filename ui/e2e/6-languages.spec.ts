/** The page in other languages: the browser's, or one that is chosen; from right to left too. */
import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import {
  checkPage,
  choose,
  ENHANCE,
  expect,
  expectNoHorizontalScroll,
  FAILED_TO_LOAD,
  photoPath,
  READY,
  test,
} from './support';

test.use({ expectedErrors: [FAILED_TO_LOAD] });

const face = (box: number[], identity_similarity: number, reliable: boolean) => ({
  ...{ box, score: 0.99, restored: true, strength_used: 1, identity_similarity, reliable },
});

const data = {
  restored_image: readFileSync(photoPath('portrait.jpg')).toString('base64'),
  content_type: 'image/jpeg',
  width: 400,
  height: 480,
  metrics: { psnr: 30, ssim: 0.9, lpips: 0.1, identity_similarity: 0.9 },
  metrics_against: 'input',
  metrics_pixels: 192_000,
  faces: [face([60, 40, 130, 130], 0.9, true), face([150, 150, 180, 190], 0.2, true)],
  processing_time_ms: 12_340,
  timings_ms: { detector: 50, upscaler: 9000 },
  models: { restorer: ['gfpgan'] },
  warning: 'One face in the background is out of focus and not restored (option bystanders).',
  notes: [
    {
      code: 'bystanders',
      text: 'One face in the background is out of focus and not restored (option bystanders).',
      values: { count: 1 },
    },
  ],
};

/** Whether parts of an element's text are seen in this order, from the left. */
async function expectFromLeft(element: Locator, ...parts: string[]): Promise<void> {
  const lefts = await element.evaluate((whole, wanted) => {
    const nodes = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT);
    const found = wanted.map(() => Number.NaN);
    while (nodes.nextNode()) {
      for (const [index, part] of wanted.entries()) {
        const at = nodes.currentNode.nodeValue?.indexOf(part) ?? -1;
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(nodes.currentNode, at);
        range.setEnd(nodes.currentNode, at + part.length);
        found[index] = range.getBoundingClientRect().left;
      }
    }
    return found;
  }, parts);
  for (let at = 1; at < lefts.length; at++) {
    expect(lefts[at], `${parts[at]} right of ${parts[at - 1]}`).toBeGreaterThan(lefts[at - 1] as number);
  }
}

test.describe('in a German browser', () => {
  test.use({ locale: 'de-DE', viewport: { width: 320, height: 640 } });

  test('the page is German, on the narrowest phone too, and loads no other language', async ({ page }) => {
    await page.route(ENHANCE, (route) => route.fulfill({ json: { status: 'success', data } }));
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Gesichter, wieder scharf.' })).toBeVisible();
    await expect(page).toHaveTitle('Visage: Gesichter in Fotos restaurieren');
    await expectNoHorizontalScroll(page);
    await choose(page, 'portrait.jpg');
    await page.getByRole('button', { name: 'Restaurieren', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Restauriert' })).toBeVisible();
    await expect(page.getByText('2 Gesichter, 12 Sek.')).toBeVisible();
    await expect(page.getByTestId('notes')).toHaveText(/^1 Gesicht im Hintergrund ist unscharf/);
    await expectNoHorizontalScroll(page);
    await checkPage(page, '50-result-german-320', true);
    const scripts = await page.evaluate(async () => {
      const names = performance.getEntriesByType('resource').map(({ name }) => name);
      const texts = await Promise.all(
        names.filter((name) => name.endsWith('.js')).map((name) => fetch(name).then((response) => response.text())),
      );
      return texts.join();
    });
    expect(scripts).toContain('Gesichter, wieder scharf.');
    expect(scripts).not.toContain('Caras, de nuevo nítidas.');
  });
});

test('a language is chosen, kept, and read from right to left', async ({ page }) => {
  await page.route(ENHANCE, (route) => route.fulfill({ json: { status: 'success', data } }));
  await page.route(READY, (route) => route.abort('connectionrefused'));
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await page.getByRole('combobox', { name: 'Language' }).selectOption('ar');
  await expect(page.getByTestId('service')).toHaveText('تعذّر الوصول إلى الخدمة');
  const name = await page.locator('header').getByText('Visage', { exact: true }).boundingBox();
  expect(name?.height).toBeLessThan(40); // one line, whatever the service says beside it
  await page.unroute(READY);
  await page.setViewportSize(size ?? { width: 1360, height: 860 });
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ar');
  await expectFromLeft(page.getByText('JPEG XL', { exact: false }).first(), 'م.ب', '10');
  await checkPage(page, '51-empty-arabic');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await choose(page, 'portrait.jpg');
  await page.getByRole('button', { name: /^الخيارات/ }).click();
  await expect(page.getByRole('radio', { name: '\u20662×\u2069' })).toBeChecked(); // not ×2
  const strength = page.getByRole('slider', { name: 'القوة' });
  await strength.press('ArrowRight'); // toward the start of the line
  await expect(strength).toHaveAttribute('aria-valuenow', '0.95');
  await checkPage(page, '52-ready-arabic');
  await page.getByRole('button', { name: 'رمّم', exact: true }).click();
  await expect(page.getByTestId('stage')).toBeVisible();
  // The picture is no text: the original stays on the left.
  await expect(page.getByTestId('stage')).toHaveAttribute('dir', 'ltr');
  // Units: those of the Latin script follow their figure to the right, Arabic ones to the left.
  await page.getByRole('button', { name: 'للخبراء' }).click();
  await expectFromLeft(page.getByTestId('metric-psnr'), '30.0', 'dB');
  await expectFromLeft(page.getByTestId('download-detail'), 'كيلوبايت', '16', '400', '480', 'PNG');
  await expectFromLeft(page.getByRole('button', { name: /^تغيير الخيارات/ }), 'PNG', '95', '%', '2', '×');
  await checkPage(page, '53-result-arabic');
  await page.getByTestId('stage').press('?');
  const left = (key: string) =>
    page.locator('kbd', { hasText: key }).evaluate((sign) => sign.getBoundingClientRect().x);
  expect(await left('0')).toBeGreaterThan(await left('1')); // as the words beside them have it
  await page.keyboard.press('Escape');
  await page.locator('input[type=file]').setInputFiles([photoPath('two.png'), photoPath('portrait.jpg')]);
  const rows = page.getByTestId('batch-row');
  await expect(rows).toHaveCount(3);
  const ends = await rows.evaluateAll((items) =>
    items.map((item) => {
      const picture = item.querySelector('img')?.parentElement?.getBoundingClientRect().left ?? 0;
      const name = document.createTreeWalker(item, NodeFilter.SHOW_TEXT).nextNode();
      const text = document.createRange();
      if (name !== null) text.selectNode(name);
      return Math.round(picture - text.getBoundingClientRect().right);
    }),
  );
  expect(Math.max(...ends)).toBeLessThan(16); // names begin beside their pictures
  await page.getByRole('combobox').first().selectOption('en');
  await expect(page.getByRole('heading', { name: '3 photos' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
});
