/** A film: its poster, its job, which survives a reload, the player in step, and what to do where films are not taken. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import {
  checkPage,
  choose,
  expect,
  expectNoHorizontalScroll,
  openPage,
  photoPath,
  READY,
  restore,
  takeScreenshot,
  test,
} from './support';

test.use({ dryRuns: true });

const PHONE = { width: 390, height: 844 };

const timesOf = (page: Page) =>
  page.evaluate(() => {
    const of = (id: string) => document.querySelector<HTMLVideoElement>(`[data-testid=${id}]`)?.currentTime ?? -1;
    return { before: of('film-before'), after: of('film-after') };
  });

/**
 * Play by the button up to 0.7 s, and pause by it at once: the times then, and how fast the original played. All of it in
 * the page, since the film lasts two seconds, and on a busy machine a click from here may come after its end; it is then
 * played once more. `speed` is what a browser's own menu sets.
 */
const playedAndPaused = async (page: Page, speed = 1) => {
  const times = await page.waitForFunction((speed) => {
    const of = (id: string) => document.querySelector<HTMLVideoElement>(`[data-testid=${id}]`);
    const [before, after] = [of('film-before'), of('film-after')];
    if (before === null || after === null) return null;
    after.playbackRate = speed;
    if (after.paused) document.querySelector<HTMLElement>('[aria-label=Play]')?.click();
    if (after.paused || after.ended || after.currentTime < 0.7) return null;
    document.querySelector<HTMLElement>('[aria-label=Pause]')?.click();
    return { before: before.currentTime, after: after.currentTime, speed: before.playbackRate };
  }, speed);
  const found = await times.jsonValue();
  if (found === null) throw new Error('the film is not there');
  return found;
};

/** The color of a film's picture in its middle, as it is shown: 0 where nothing is. */
const lightOf = (page: Page, id: string) =>
  page.getByTestId(id).evaluate((video: HTMLVideoElement) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d');
    context?.drawImage(video, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
    return red + green + blue;
  });

test('a film is restored, survives a reload, and plays beside its original in step', async ({ page }) => {
  await openPage(page);
  await expect(page.getByTestId('film-rules')).toContainText('MKV');
  await choose(page, 'film.mp4');
  await expect(page.getByTestId('film-ready')).toHaveAttribute('data-check', 'ok');
  await expect(page.getByTestId('poster-face')).toHaveCount(2);
  await expect(page.getByTestId('film-faces')).toHaveText('2 in this picture');
  await checkPage(page, '70-film-ready');
  await restore(page);
  await expect(page.getByTestId('film-progress')).toHaveAttribute('data-state', 'following');
  await expect(page).toHaveURL(/#film=[\w-]{32}$/);
  await expect(page.getByTestId('percent')).not.toHaveText('0%');
  await checkPage(page, '71-film-progress');

  await page.reload();
  await expect(page.getByTestId('film-progress')).toBeVisible();
  await expect(page.getByTestId('percent')).not.toHaveText('0%');
  const done = page.getByTestId('film-done');
  await expect(done).toBeVisible();
  await expect(page.getByTestId('film-before')).toHaveCount(0);
  await expect(page.getByTestId('film-figures')).toContainText('24');

  const original = page.getByTestId('original');
  await original.setInputFiles({ name: 'notes.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no film') });
  await expect(done).toContainText('This is another film');
  await original.setInputFiles(photoPath('film.mp4'));
  await expect(page.getByTestId('film-before')).toBeVisible();
  const playing = await playedAndPaused(page);
  expect(Math.abs(playing.before - playing.after)).toBeLessThan(0.2);
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect
    .poll(async () => {
      const { before, after } = await timesOf(page);
      return before - after;
    })
    .toBe(0);
  const position = page.getByRole('slider', { name: 'Position in the film' });
  await position.focus();
  await page.keyboard.press('Home');
  const slow = await playedAndPaused(page, 0.5);
  expect(slow.speed).toBeGreaterThan(0.4);
  expect(slow.speed).toBeLessThan(0.6);
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  const sought = await timesOf(page);
  expect(sought.after).toBeGreaterThan(0.3);
  expect(sought.before).toBe(sought.after);
  for (const id of ['film-before', 'film-after']) await expect.poll(() => lightOf(page, id)).toBeGreaterThan(60);
  const divider = page.getByRole('slider', { name: /Divider/ });
  await divider.focus();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('film-after').locator('../..')).toHaveCSS('transform', 'matrix(1, 0, 0, 1, 0, 0)');
  await page.keyboard.press('PageUp');
  await checkPage(page, '72-film-done');
  await page.emulateMedia({ colorScheme: 'dark' });
  await takeScreenshot(page, '73-film-done-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await expectNoHorizontalScroll(page);
  await checkPage(page, '74-film-done-phone', true);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('film-restored.mp4');
  expect(
    readFileSync(await download.path())
      .subarray(4, 8)
      .toString(),
  ).toBe('ftyp');
  await page.getByRole('button', { name: 'Remove the film' }).click();
  await expect(page.getByTestId('film-rules')).toBeVisible();
  expect(new URL(page.url()).hash).toBe('');
});

test('canceling stops the job, and an address of nothing says so', async ({ page }) => {
  await openPage(page);
  await choose(page, 'film.mp4');
  await restore(page);
  await expect(page).toHaveURL(/#film=/);
  const address = page.url();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByTestId('film-ready')).toContainText('Canceled');
  await page.goto('about:blank');
  await page.goto(address);
  await expect(page.getByTestId('film-failed')).toHaveAttribute('data-kind', 'gone');
  await page.getByRole('button', { name: 'Go to the start page' }).click();
  await expect(page.getByTestId('film-rules')).toBeVisible();
});

test.describe('a film that could not be sent', () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test('is sent again with its options, which are still there', async ({ page }) => {
    await page.route('**/api/v1/jobs/video', (route) => route.abort('connectionreset'));
    await openPage(page);
    await choose(page, 'film.mp4');
    await page.getByRole('button', { name: /^Options/ }).click();
    await page.getByRole('radio', { name: '1×' }).click();
    await restore(page);
    await expect(page.getByTestId('film-failed')).toHaveAttribute('data-kind', 'unreachable');
    await page.getByRole('button', { name: 'Change options' }).click();
    await expect(page.getByTestId('film-ready')).toContainText('1× · 100%');
    await restore(page);
    let sent = '';
    await page.route('**/api/v1/jobs/video', (route) => {
      sent = route.request().postData() ?? '';
      return route.continue();
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page).toHaveURL(/#film=/);
    expect(sent).toMatch(/name="upscale_factor"\r\n\r\n1/);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByTestId('film-ready')).toContainText('1× · 100%');
  });
});

test('where films are not taken, the page says how it is done', async ({ page }) => {
  await page.route(READY, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: { ...body, limits: { ...body.limits, film: null } } });
  });
  await openPage(page);
  await expect(page.getByTestId('film-rules')).toContainText('visage video');
  await choose(page, 'film.mp4');
  await expect(page.getByTestId('elsewhere')).toContainText('This service takes no films');
  await expect(page.getByTestId('command')).toHaveText('visage video film.mp4 -o film-restored.mp4');
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Copy the command' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('visage video film.mp4');
  await checkPage(page, '75-film-elsewhere');
  await page.setViewportSize(PHONE);
  await expectNoHorizontalScroll(page);
  await checkPage(page, '76-film-elsewhere-phone', true);
  await page.getByRole('button', { name: 'Remove the film' }).click();
  await expect(page.getByRole('button', { name: 'Choose a photo' })).toBeVisible();
});
