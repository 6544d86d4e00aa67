import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import {
  checkPage,
  choose,
  ENHANCE,
  expect,
  expectNoHorizontalScroll,
  FAST_OPTIONS,
  openPage,
  restore,
  sizeOf,
  takeScreenshot,
  test,
  withOptions,
} from './support';

const stage = (page: Page) => page.getByTestId('stage');
const expectSide = (page: Page, side: string) => expect(stage(page)).toHaveAttribute('data-side', side);
const transforms = (page: Page) =>
  stage(page)
    .locator('[data-pane] img')
    .evaluateAll((images) => images.map((image) => (image as HTMLElement).style.transform));

/** Records every state of every step that is shown, and every unexpected layout shift. */
async function record(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    const shifts: number[] = [];
    Object.assign(window, { seen, shifts });
    new MutationObserver(() => {
      for (const step of document.querySelectorAll<HTMLElement>('[data-testid=step]')) {
        const entry = `${step.dataset.step} ${step.dataset.state}`;
        if (step.dataset.state !== 'waiting' && !seen.includes(entry)) seen.push(entry);
      }
    }).observe(document, { subtree: true, childList: true, attributes: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) shifts.push(entry.value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

async function checkDivider(page: Page): Promise<void> {
  const divider = page.getByRole('slider', { name: /Divider between/ });
  await divider.focus();
  for (const [key, value] of [
    ['Home', '0'],
    ['PageUp', '10'],
    ['ArrowRight', '12'],
    ['End', '100'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(divider).toHaveAttribute('aria-valuenow', value);
  }
  await expectSide(page, 'before');
  await page.keyboard.press('Home');
  await expectSide(page, 'after');
  const box = await stage(page).boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.75, (box?.y ?? 0) + 80);
  await expect(divider).toHaveAttribute('aria-valuenow', '75');

  const hold = page.getByRole('button', { name: 'Hold to see the original' });
  await hold.hover();
  await page.mouse.down();
  await expectSide(page, 'before');
  await page.mouse.up();
  await expectSide(page, 'both');
  await stage(page).focus();
  await page.keyboard.down('o');
  await expectSide(page, 'before');
  await page.keyboard.up('o');
  await expectSide(page, 'both');
}

async function checkModes(page: Page): Promise<void> {
  for (const mode of ['Side by side', 'Lens', 'Difference']) {
    await page.getByRole('radio', { name: mode }).click();
    await checkPage(page, `21-result-${mode.toLowerCase().replaceAll(' ', '-')}`);
  }
  await page.getByRole('radio', { name: 'Slider' }).click();
  await stage(page).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await checkPage(page, '21-result-keys');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
}

async function checkZoom(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Zoom in', exact: true }).click();
  await page.getByRole('button', { name: 'Zoom in', exact: true }).click();
  const before = await transforms(page);
  await page.getByRole('button', { name: 'Move the image' }).click();
  await page.getByRole('button', { name: 'Move down' }).click();
  const after = await transforms(page);
  expect(after).not.toEqual(before);
  expect(after[0]).toBe(after[1]);
  await stage(page).focus();
  await page.keyboard.press('ArrowUp');
  expect(await transforms(page)).not.toEqual(after);
  await page.keyboard.press('0');
  await expect(page.getByRole('button', { name: 'Whole image' })).toBeDisabled();

  const box = await stage(page).boundingBox();
  await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 200);
  await page.mouse.wheel(0, -400);
  await expect(page.getByRole('button', { name: 'Whole image' })).toBeEnabled();
  const wheeled = await transforms(page);
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) + 120, (box?.y ?? 0) + 150, { steps: 4 });
  await page.mouse.up();
  const dragged = await transforms(page);
  expect(dragged).not.toEqual(wheeled);
  expect(dragged[0]).toBe(dragged[1]);
  await page.getByRole('button', { name: 'Whole image' }).click();
}

/** Moves two fingers apart step by step, around a point that no button covers. */
async function checkPinch(page: Page): Promise<void> {
  await stage(page).scrollIntoViewIfNeeded();
  const box = await stage(page).boundingBox();
  if (box === null) throw new Error('the before-and-after view is not shown');
  const fingers = await page.context().newCDPSession(page);
  await fingers.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
  const [x, y] = [box.x + box.width * 0.3, box.y + box.height * 0.3];
  const touchPoints = (distance: number) => [-distance, distance].map((offset, id) => ({ id, x: x + offset, y }));
  await fingers.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: touchPoints(20) });
  for (const distance of [25, 30, 40]) {
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: touchPoints(distance) });
  }
  await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect(page.getByRole('button', { name: 'Whole image' })).toBeEnabled();
  const [original, restored] = await transforms(page);
  expect(original).toMatch(/scale/);
  expect(original).toBe(restored);
  await page.getByRole('button', { name: 'Whole image' }).click();
  await fingers.detach();
}

async function checkFaces(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Face boxes' }).click();
  await expect(page.getByTestId('boxes').getByRole('button').first()).toBeVisible();
  await checkPage(page, '22-result-boxes');
  await page.getByRole('button', { name: /^Face 1: .*Zoom in on both sides/ }).click();
  await expect(stage(page)).toHaveAttribute('data-face', '1');
  await expect(page.getByRole('button', { name: 'Whole image' })).toBeEnabled();
  const [original, restored] = await transforms(page);
  expect(original).toBe(restored);
  await page.keyboard.press('ArrowLeft'); // the whole picture is before the first face
  await expect(stage(page)).toHaveAttribute('data-face', '');
  await page.keyboard.press('ArrowRight');
  await expect(stage(page)).toHaveAttribute('data-face', '1');
  await page.getByRole('button', { name: 'Face boxes' }).click();
  await checkPage(page, '23-result-face');
  await page.getByRole('button', { name: 'Whole image' }).click();
}

async function checkDownloads(page: Page): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('astronaut-blur-restored-2x.png');
  expect(sizeOf(await download.path())).toEqual({ width: 512, height: 512 });
  const [report] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Report (JSON)' }).click(),
  ]);
  expect(report.suggestedFilename()).toBe('astronaut-blur-restored-2x.json');
  const { result, options } = JSON.parse(readFileSync(await report.path(), 'utf8'));
  expect(result.metrics.psnr).toBeGreaterThan(10);
  expect(options.upscale_factor).toBe(2);
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const types = await page.evaluate(async () => (await navigator.clipboard.read())[0]?.types);
  expect(types).toContain('image/png');
}

test('the sample photo and its whole result', async ({ page }) => {
  await record(page);
  await openPage(page);
  await page.getByRole('button', { name: 'Restore this one yourself' }).click();
  await expect(page.getByTestId('dimensions')).toHaveText('256 × 256');
  await checkPage(page, '10-sample-ready');
  await restore(page);
  await expect(page.getByRole('heading', { name: 'Restoring your photo' })).toBeFocused();
  await page.locator('[data-step=upscaler][data-state=running]').waitFor();
  await expect(page.getByTestId('live')).toHaveText(/Finding|Restoring|Enlarging/);
  await checkPage(page, '11-processing');
  await expect(stage(page)).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible();
  await expect(page.getByTestId('live')).toHaveText(/^Done in .* restored\.$/);

  const seen: string[] = await page.evaluate('seen');
  const order = ['upload done', 'detector running', 'detector done', 'restorer running', 'restorer done'];
  // Enlarging runs beside restoring, and the identity is checked beside measuring: either may end first.
  for (const last of ['verifier done', 'metrics done']) {
    const positions = [...order, 'compose done', last]
      .map((entry) => seen.indexOf(entry))
      .filter((index) => index >= 0);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  }
  for (const entry of ['upload done', 'upscaler running', 'restorer done']) expect(seen).toContain(entry);

  await checkPage(page, '20-result-light');
  await expect(page.getByTestId('trust')).toHaveAttribute('data-word', /same|unknown|look/);
  await page.getByRole('button', { name: 'For experts' }).click();
  for (const metric of ['psnr', 'ssim', 'lpips', 'identity']) {
    await expect(page.getByTestId(`metric-${metric}`)).toContainText(/\d/);
  }
  await page.getByRole('button', { name: /Processing time/ }).click();
  await expect(page.getByTestId('times')).toContainText('Enlarging the photo');
  await checkPage(page, '21-result-details', true);
  await page.getByRole('button', { name: /Processing time/ }).click();

  await page.getByRole('button', { name: 'Whole image' }).click(); // it opened on the face
  await checkDivider(page);
  await checkModes(page);
  await checkZoom(page);
  await checkFaces(page);
  await checkDownloads(page);

  await page.emulateMedia({ colorScheme: 'dark' });
  await takeScreenshot(page, '24-result-dark');
  for (const [width, height, name] of [
    [390, 844, '25-result-phone-dark'],
    [320, 640, '26-result-phone-320'],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expectNoHorizontalScroll(page);
    await checkPage(page, name);
  }
  await checkPinch(page);
  const shifts: number[] = await page.evaluate('shifts');
  expect(Math.max(0, ...shifts)).toBeLessThan(0.1);

  await page.getByRole('button', { name: /^Change options/ }).click();
  await page.getByRole('button', { name: 'Restore again' }).click(); // the first result stays, and is one click away
  await expect(page.getByTestId('tray').getByRole('button', { name: /restored$/ })).toHaveCount(1);
});

test('the upload shows its progress, and can be canceled', async ({ page }) => {
  await withOptions(page, FAST_OPTIONS);
  await openPage(page);
  await choose(page, 'portrait.jpg');
  const network = await page.context().newCDPSession(page);
  // Slow enough for a busy machine to look at it before it ends. A limit that changes meanwhile would let it pass.
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 300,
  });
  await restore(page);
  await expect(page.locator('[data-step=upload]')).toContainText(/[1-9]\d?%/);
  await checkPage(page, '12-uploading');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByTestId('live')).toHaveText('Canceled. Your photo is still here.');
});

test('processing can be canceled, and the same photo then restored as JPEG', async ({ page }) => {
  await withOptions(page, { upscale_factor: 2, background: true, output_format: 'jpeg' });
  await openPage(page);
  await choose(page, 'slow.jpg');
  const aborted = page.waitForEvent('requestfailed', (request) => request.url().includes('/enhance'));
  await restore(page);
  await page.locator('[data-step=detector]:not([data-state=waiting])').waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await aborted; // the connection is closed, so the service stops processing
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeVisible();
  await restore(page);
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('slow-restored-2x.jpg');
  expect(sizeOf(await download.path())).toEqual({ width: 1024, height: 1024 });
  await page.getByRole('button', { name: 'Copy' }).click(); // as PNG, the image type that every clipboard accepts
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
});

test('the service reports a photo without a face', async ({ page }) => {
  await withOptions(page, FAST_OPTIONS);
  await openPage(page);
  await choose(page, 'nobody.png');
  const response = page.waitForResponse(ENHANCE);
  await restore(page);
  await response;
  await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', 'noFace');
  await expect(page.getByText('Step: Finding faces')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No face was found' })).toBeFocused();
  await checkPage(page, '30-no-face');
});
