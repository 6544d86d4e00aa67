/** Fading faces in the browser gives what the service would have answered, and asks it only when told to. */
import { readFileSync } from 'node:fs';
import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { checkPage, choose, ENHANCE, expect, openPage, photoPath, restore, test, withOptions } from './support';

const OPTIONS = { upscale_factor: 2, background: false };
/** Of 255: each side is rounded, and a canvas keeps its colors multiplied by their alpha. */
const ROUNDING = 2;
const FADED = [
  { index: 0, strength: 0.5 },
  { index: 1, strength: 0.1 },
];

interface Answer {
  data: { restored_image: string; layers: { faces: { identity_at: object }[] } | null; faces: { reliable: boolean }[] };
}

/** An answer of the service for two faces, asked for without the page. */
async function ask(api: APIRequestContext, fields: Record<string, string>): Promise<Answer> {
  const file = { name: 'two.png', mimeType: 'image/png', buffer: readFileSync(photoPath('two.png')) };
  const multipart = { upscale_factor: 2, background: 'false', ...fields, file };
  const response = await api.post('/api/v1/enhance', { multipart, timeout: 400_000 });
  return response.json();
}

let recorded: Answer;
test.beforeAll(async ({ playwright, baseURL }) => {
  const api = await playwright.request.newContext({ baseURL: baseURL ?? '' });
  recorded = await ask(api, { layers: 'true' });
  expect(recorded.data.layers?.faces).toHaveLength(2);
  await api.dispose();
});

/** Requests get these answers, one after the other; what they ask for is collected. */
async function respond(page: Page, answers: Answer[]): Promise<string[]> {
  const asked: string[] = [];
  await page.route(ENHANCE, (route) => {
    asked.push(route.request().postData() ?? '');
    return route.fulfill({ json: answers[asked.length - 1] });
  });
  await withOptions(page, OPTIONS);
  await openPage(page);
  await choose(page, 'two.png');
  await restore(page);
  await expect(page.getByTestId('stage')).toBeFocused();
  return asked;
}

/** The largest difference between two pictures, in any channel. */
const difference = (page: Page, one: Buffer, other: Buffer): Promise<number> =>
  page.evaluate(
    async (pictures) => {
      const [left, right] = await Promise.all(
        pictures.map(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes]));
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
          if (context === null) throw new Error('no canvas');
          context.drawImage(bitmap, 0, 0);
          return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
        }),
      );
      if (left === undefined || left.length !== right?.length) throw new Error('they differ in size');
      return left.reduce((most, value, index) => Math.max(most, Math.abs(value - (right[index] as number))), 0);
    },
    [one.toString('base64'), other.toString('base64')],
  );

async function download(page: Page, name: RegExp): Promise<{ file: string; bytes: Buffer }> {
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return { file: saved.suggestedFilename(), bytes: readFileSync(await saved.path()) };
}

/** Taps on the track of a slider, at this share of its length. */
async function tapOn(slider: Locator, share: number): Promise<void> {
  const track = slider.locator('xpath=../..');
  const box = await track.boundingBox();
  if (box === null) throw new Error('not shown');
  await track.tap({ position: { x: share * box.width, y: box.height / 2 } });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('faces are faded by touch without another request, as the service would do it', async ({ page, request }) => {
    const faded = await ask(request, { faces: JSON.stringify(FADED) });
    const asked = await respond(page, [recorded, faded]);
    expect(asked[0]).toMatch(/name="layers"\r\n\r\ntrue/);
    await expect(page.getByTestId('composed')).toHaveCount(0); // the answer itself, until a face is faded
    const whole = await download(page, /^Download/);
    expect(whole.bytes.equals(Buffer.from(recorded.data.restored_image, 'base64'))).toBe(true);

    const all = page.getByRole('slider', { name: 'All faces' });
    await tapOn(all, 0.5);
    await expect(all).toHaveAttribute('aria-valuetext', '50%');
    await page
      .getByTestId('filmstrip')
      .getByRole('button', { name: /^Face 2/ })
      .tap();
    const own = page.getByRole('slider', { name: 'Face 2' });
    await tapOn(own, 0.1);
    await expect(own).toHaveAttribute('aria-valuetext', '10%');
    await expect(all).toHaveAttribute('aria-valuetext', '30% on average');
    await expect(page.getByTestId('composed')).toBeVisible();
    await expect(page.getByTestId('download-detail')).toContainText('composed here');
    await checkPage(page, '27-strengths', true);

    // Another photo and back: the strengths are still there.
    await page.getByRole('button', { name: 'Visage, start page' }).click();
    await page.goBack();
    await expect(all).toHaveAttribute('aria-valuetext', '30% on average');

    const composed = await download(page, /^Download/);
    expect(composed.file).toBe('two-restored-2x.png');
    expect(asked).toHaveLength(1);
    const answered = Buffer.from(faded.data.restored_image, 'base64');
    expect(await difference(page, composed.bytes, answered)).toBeLessThanOrEqual(ROUNDING);
    expect(await difference(page, composed.bytes, whole.bytes)).toBeGreaterThan(2 * ROUNDING);

    const service = await download(page, /from the service$/);
    expect(asked[1]).toContain(JSON.stringify(FADED));
    expect(service.bytes.equals(answered)).toBe(true);

    await page.getByRole('button', { name: 'Reset strengths' }).click();
    await expect(page.getByTestId('composed')).toHaveCount(0);
    await expect(page.getByTestId('download-detail')).not.toContainText('composed');
    expect((await download(page, /^Download/)).bytes.equals(whole.bytes)).toBe(true);
  });
});

test('the file is encoded here as JPEG in the quality that is chosen, and its size is told', async ({ page }) => {
  const asked = await respond(page, [recorded]);
  const size = async () => {
    await expect(page.getByTestId('download-detail')).toContainText(/^JPEG · .*kB/);
    return download(page, /^Download/);
  };
  await page.getByRole('button', { name: /^Save as/ }).click();
  await page.getByRole('radio', { name: 'JPEG', exact: true }).first().click();
  const good = await size();
  expect(good.file).toBe('two-restored-2x.jpg');
  expect([...good.bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  const quality = page.getByRole('slider', { name: 'Quality' });
  await quality.press('Home');
  await expect(quality).toHaveAttribute('aria-valuetext', '30%');
  await checkPage(page, '28-save-as');
  const small = await size();
  expect(small.bytes.length).toBeLessThan(0.7 * good.bytes.length);
  await page.getByRole('radio', { name: 'PNG', exact: true }).first().click();
  const answered = await download(page, /^Download/);
  expect(answered.bytes.equals(Buffer.from(recorded.data.restored_image, 'base64'))).toBe(true);
  expect(asked).toHaveLength(1);
});

test('a format that browsers do not show is seen all the same, and saved as it is', async ({ page }) => {
  await withOptions(page, { ...OPTIONS, output_format: 'tiff' });
  await openPage(page);
  await choose(page, 'two.png');
  await restore(page);
  await expect(page.getByTestId('stage')).toBeFocused();
  const widths = await page
    .locator('[data-pane] img')
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
  expect(widths).toEqual([400, 800]);
  const { file, bytes } = await download(page, /^Download/);
  expect(file).toBe('two-restored-2x.tif');
  expect(bytes.subarray(0, 2).toString()).toBe('II');
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
});

test('the identity follows the strength, and the safest strength is marked', async ({ page }) => {
  const told = structuredClone(recorded);
  for (const layer of told.data.layers?.faces ?? []) layer.identity_at = { '0': 0.9, '0.5': 0.7, '1': 0.1 };
  for (const face of told.data.faces) face.reliable = true;
  await respond(page, [told]);
  const left = await page
    .getByTestId('mark')
    .first()
    .evaluate((mark) => (mark as HTMLElement).style.insetInlineStart);
  expect(Number.parseFloat(left)).toBeCloseTo(75, 6); // halfway from 0.7 to 0.1 the identity is 0.4
  const all = page.getByRole('slider', { name: 'All faces' });
  for (let press = 0; press < 2; press++) await all.press('PageDown');
  await expect(page.getByTestId('identity-at')).toContainText('Identity about 0.34 at this strength.');
  await expect(page.getByTestId('trust')).toHaveAttribute('data-word', 'look');
  await all.press('Home');
  await expect(page.getByTestId('identity-at')).toContainText('Identity about 0.90');
  await expect(page.getByTestId('trust')).toHaveAttribute('data-word', 'same');
});
