/** The page as an app: it opens without a network, keeps no picture, and takes photos that are shared with it. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { choose, expect, FAILED_TO_LOAD, openPage, photoPath, test } from './support';

test.use({ serviceWorkers: 'allow', expectedErrors: [FAILED_TO_LOAD] });

async function controlled(page: Page): Promise<void> {
  await openPage(page);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
}

test('the page opens without a network, and nothing of a photo was kept', async ({ page, context }) => {
  await controlled(page);
  await choose(page, 'portrait.jpg');
  await expect(page.getByTestId('dimensions')).toHaveText('200 × 240');
  await page.goto('/'); // once more, now through the worker
  await expect(page.getByRole('heading', { name: /back in focus/ })).toBeVisible();
  await page.waitForLoadState('networkidle');
  const kept = await page.evaluate(async () => {
    const requests = await caches.open('visage').then((cache) => cache.keys());
    return requests.map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/');
  expect(kept.filter((path) => !/^\/$|\.(js|css|woff2|webmanifest)$/.test(path))).toEqual([]);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByTestId('service')).toHaveAttribute('data-status', 'down');
  await choose(page, 'portrait.jpg'); // the parts that load later are there as well
  await expect(page.getByTestId('dimensions')).toHaveText('200 × 240');
});

test('photos that are shared with it are taken, once', async ({ page }) => {
  await controlled(page);
  const address = await page.evaluate(
    async (base64) => {
      const body = new FormData();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      body.append('photos', new File([bytes], 'shared.jpg', { type: 'image/jpeg' }));
      const response = await fetch('/share', { method: 'POST', body });
      return new URL(response.url).search;
    },
    readFileSync(photoPath('portrait.jpg')).toString('base64'),
  );
  expect(address).toBe('?shared');
  await page.goto('/?shared');
  await expect(page.getByRole('heading', { name: 'shared.jpg' })).toBeVisible();
  await page.goto('/?shared');
  await expect(page.getByRole('heading', { name: /back in focus/ })).toBeVisible();
});

test('a photo that the system opens with it is taken', async ({ page }) => {
  await page.addInitScript(
    (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const files = [{ getFile: async () => new File([bytes], 'opened.jpg', { type: 'image/jpeg' }) }];
      Object.defineProperty(window, 'launchQueue', {
        value: { setConsumer: (consumer: (launch: object) => void) => consumer({ files }) },
      });
    },
    readFileSync(photoPath('portrait.jpg')).toString('base64'),
  );
  await openPage(page);
  await expect(page.getByRole('heading', { name: 'opened.jpg' })).toBeVisible();
});

test('the manifest announces the formats of the service', async ({ page }) => {
  await openPage(page);
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const response = await page.request.get(address ?? '');
  expect(response.headers()['content-type']).toBe('application/manifest+json');
  const { icons, share_target, file_handlers } = await response.json();
  expect(share_target.params.files[0].accept).toContain('image/heic');
  expect(file_handlers[0].accept['image/jpeg']).toEqual(['.jpg', '.jpeg']);
  const head = (selector: string, name: string) => page.locator(selector).first().getAttribute(name);
  expect(await head('meta[name=color-scheme]', 'content')).toBe('light dark');
  for (const path of [
    await head('link[rel=apple-touch-icon]', 'href'),
    new URL((await head('meta[property="og:image"]', 'content')) ?? '', page.url()).pathname,
  ])
    expect((await page.request.get(path ?? '')).headers()['content-type']).toMatch(/^image\//);
  expect((await page.request.get('/favicon.ico')).headers()['content-type']).toMatch(/^image\//);
  expect((await page.request.get('/robots.txt')).headers()['content-type']).toMatch(/^text\/plain/);
  for (const { src } of icons) expect((await page.request.get(src)).headers()['content-type']).toBe('image/png');
});
