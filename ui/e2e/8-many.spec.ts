/** Many files in one sitting: what cannot be read is named, what fails can be tried alone, all results are one ZIP. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import {
  checkPage,
  ENHANCE,
  expect,
  FAILED_TO_LOAD,
  FAST_OPTIONS,
  openPage,
  photoPath,
  test,
  withOptions,
} from './support';

test.use({ expectedErrors: [FAILED_TO_LOAD] });

/** Beside two more that are read and two that are not; fifty files in all take minutes. */
const PORTRAITS = Number(process.env.VISAGE_PORTRAITS);
const READ = PORTRAITS + 2;

const fileOf = (source: string, name: string, mimeType = 'image/jpeg') => ({
  ...{ name, mimeType, buffer: readFileSync(photoPath(source)) },
});

/** The service's graph answers, but for one photo whose first request fails on the way. */
async function failOnce(page: Page, photo: string): Promise<void> {
  let failed = false;
  await page.route(ENHANCE, (route) => {
    if (failed || !route.request().postData()?.includes(`filename="${photo}"`)) return route.continue();
    failed = true;
    return route.fulfill({
      ...{ status: 500, headers: { 'X-Error-Code': 'inference_failed' } },
      json: { error: 'It failed.', stage: 'restorer' },
    });
  });
}

/** The names in the central directory of a ZIP file. */
function namesIn(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    names.push(zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString());
  }
  return names;
}

test('many files, two of them broken, one without a face, one HEIC', async ({ page }) => {
  test.setTimeout(1_800_000); // all through the whole graph
  await failOnce(page, 'portrait-3.jpg');
  await withOptions(page, { ...FAST_OPTIONS, output_format: 'jpeg' });
  await openPage(page);
  await page
    .locator('input[type=file]')
    .setInputFiles([
      fileOf('notes.jpg', 'notes.jpg'),
      ...Array.from({ length: PORTRAITS }, (_, index) => fileOf('portrait.jpg', `portrait-${index}.jpg`)),
      fileOf('damaged.jpg', 'damaged.jpg'),
      fileOf('phone.heic', 'phone.heic', 'image/heic'),
      fileOf('nobody.png', 'nobody.png', 'image/png'),
    ]);
  await expect(page.getByRole('alert').filter({ hasText: '2 files were left out' })).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  const rows = page.getByTestId('batch-row');
  await expect(rows).toHaveCount(READ);
  await page.getByRole('button', { name: `Restore ${READ} photos` }).click();
  const summary = page.getByTestId('batch-summary');
  await expect(summary).toHaveText(`${READ - 2} restored, 2 failed`, { timeout: 1_200_000 });
  await expect(page.locator('[data-name="nobody.png"]')).toContainText('No face was found');
  await page.getByRole('button', { name: 'Try again: portrait-3.jpg' }).click();
  await expect(summary).toHaveText(`${READ - 1} restored, one failed`);
  await checkPage(page, '60-many');
  // Many results are not as many decoded pictures: the list shows thumbnails.
  const widest = await page
    .locator('[data-testid=batch-row] img')
    .evaluateAll((images) => Math.max(...images.map((image) => (image as HTMLImageElement).naturalWidth)));
  expect(widest).toBeLessThanOrEqual(192);
  await expect(page.getByTestId('pair')).toHaveCount(READ - 1); // each result beside its photo

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download all ${READ - 1} (ZIP)` }).click(),
  ]);
  const names = namesIn(readFileSync(await download.path()));
  expect(names).toHaveLength(READ - 1 + 2);
  expect(names).toEqual(expect.arrayContaining(['phone-restored.jpg', 'portrait-3-restored.jpg', 'report.csv']));

  const [table] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Report (CSV)' }).click(),
  ]);
  expect(
    readFileSync(await table.path(), 'utf8')
      .trim()
      .split('\r\n'),
  ).toHaveLength(1 + READ);
});
