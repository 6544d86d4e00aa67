import { readFileSync } from 'node:fs';
import { choose, expect, look, noSidewaysScrolling, open, picture, test } from './support';

test('the empty page invites, by keyboard too', async ({ page }) => {
  // Before anything else: the browser must have been told to hand the dialog over by the time a key opens it.
  const chooser = page.waitForEvent('filechooser');
  await open(page);
  await look(page, '01-empty-light');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the photograph' })).toBeFocused();
  const button = page.getByRole('button', { name: 'Choose a photograph' });
  await button.focus();
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(picture('portrait.jpg'));
  await expect(page.getByTestId('dimensions')).toHaveText('200 × 240');
  await look(page, '02-ready-light');
});

test('dark, as the system has it or as chosen, also after a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page);
  await look(page, '03-empty-dark');
  await page.getByRole('button', { name: 'Colours: as the system has them' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Colours: light' })).toBeVisible();
});

test('nothing is wider than a phone of 320 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page);
  await noSidewaysScrolling(page);
  await look(page, '04-empty-phone');
  await choose(page, 'portrait.jpg');
  await page.getByRole('button', { name: /^Options/ }).click();
  await noSidewaysScrolling(page);
  await look(page, '05-ready-phone');
});

for (const [file, title] of [
  ['notes.jpg', 'This is neither a JPEG nor a PNG'],
  ['heavy.jpg', 'This file is too large: 12 MB, and at most 10 MB can be sent'],
  ['damaged.jpg', 'This picture cannot be opened'],
  ['empty.png', 'This file is empty'],
] as const) {
  test(`${file} is refused before anything is sent`, async ({ page }) => {
    await open(page);
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    await choose(page, file);
    await expect(page.getByRole('alert').filter({ hasText: title })).toBeVisible();
    await look(page, `06-refused-${file.replace(/\W/g, '-')}`);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(page.getByText(title)).toBeHidden();
    expect(sent).toEqual([]);
  });
}

test('a photograph can be dropped, and one can be pasted', async ({ page }) => {
  await open(page);
  const transfer = await page.evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64 as string), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name as string, { type: 'image/jpeg' }));
      return data;
    },
    ['dropped.jpg', readFileSync(picture('portrait.jpg')).toString('base64')],
  );
  const target = page.getByRole('main');
  await target.dispatchEvent('dragenter', { dataTransfer: transfer });
  await expect(page.getByText('Let go to use this photograph')).toBeVisible();
  await target.dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByRole('heading', { name: 'dropped.jpg' })).toBeFocused();

  await page.evaluate((data) => {
    const pasted = new DataTransfer();
    pasted.items.add(new File([(data as DataTransfer).files[0] as File], 'pasted.jpg', { type: 'image/jpeg' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: pasted, bubbles: true, cancelable: true }));
  }, transfer);
  await expect(page.getByRole('heading', { name: 'pasted.jpg' })).toBeVisible();

  await page.evaluate(() =>
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: new DataTransfer(), bubbles: true })),
  );
  await expect(page.getByRole('alert').filter({ hasText: 'There is no picture in the clipboard' })).toBeVisible();
});

test('the preview stands upright, whatever EXIF says', async ({ page }) => {
  await open(page);
  await choose(page, 'turned.jpg');
  await expect(page.getByTestId('dimensions')).toHaveText('200 × 240');
});

test('the limits of the service are told before sending', async ({ page }) => {
  await open(page);
  await choose(page, 'huge.png');
  await expect(page.getByText('has 20 megapixels; the service takes at most 16')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeDisabled();
  await look(page, '07-too-many-pixels');
  await choose(page, 'large.png');
  await page.getByRole('button', { name: /^Options/ }).click();
  await expect(page.getByRole('radio', { name: '3×' })).toBeDisabled();
  await expect(page.getByRole('radio', { name: '2×' })).toBeEnabled();
});

test('options are hidden until wanted, and kept between visits', async ({ page }) => {
  await open(page);
  await choose(page, 'portrait.jpg');
  await expect(page.getByRole('radio', { name: '4×' })).toBeHidden();
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('radio', { name: '4×' }).click();
  await page.getByRole('slider', { name: 'Strength' }).press('ArrowLeft');
  await page.getByRole('radio', { name: 'Largest' }).click();
  await page.getByRole('switch', { name: 'Keep the original colours' }).click();
  await page.getByRole('switch', { name: 'Enhance the background' }).press('Space');
  await page.getByRole('radio', { name: 'JPEG' }).click();
  await look(page, '08-options');
  await page.reload();
  await choose(page, 'portrait.jpg');
  await expect(page.getByText('800 × 960')).toBeVisible();
  await page.getByRole('button', { name: /^Options/ }).click();
  await expect(page.getByRole('slider', { name: 'Strength' })).toHaveAttribute('aria-valuetext', '95 %');
  await expect(page.getByRole('radio', { name: 'Largest' })).toBeChecked();
  await expect(page.getByRole('switch', { name: 'Keep the original colours' })).toBeChecked();
  await expect(page.getByRole('switch', { name: 'Enhance the background' })).not.toBeChecked();
  await expect(page.getByRole('radio', { name: 'JPEG' })).toBeChecked();
});
