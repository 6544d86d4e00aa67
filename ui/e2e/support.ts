/** What all browser tests share: a page that is watched for foreign requests and errors, pictures, screenshots. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..', '..');
const PICTURES = process.env.VISAGE_PICTURES ?? join(ROOT, 'artifacts', 'e2e-pictures');
const SCREENS = process.env.VISAGE_SCREENS ?? join(ROOT, 'artifacts', 'screens');
mkdirSync(SCREENS, { recursive: true });

/** Chromium's own words about answers that are no success; the page shows them to people. */
export const FAILED_TO_LOAD = /Failed to load resource/;

export const ENHANCE = '**/api/v1/enhance';
export const READY = '**/api/v1/readyz';

export const picture = (name: string): string => join(PICTURES, name);

/** `expectedErrors`: what the console may say in this test; everything else, the policy's violations too, fails it. */
export const test = base.extend<{ expectedErrors: RegExp[]; watched: undefined }>({
  expectedErrors: [[], { option: true }],
  watched: [
    async ({ page, baseURL, expectedErrors }, use) => {
      const foreign: string[] = [];
      const errors: string[] = [];
      const own = new URL(baseURL ?? '').origin;
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== own) foreign.push(request.url());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await use(undefined);
      expect(foreign, 'requests to anywhere but the service').toEqual([]);
      const unexpected = errors.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)));
      expect(unexpected, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Colours half way between two states have no contrast that would mean anything. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
}

export async function axe(page: Page): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

/** A picture of the state, and axe's opinion of it. */
export async function look(page: Page, name: string, fullPage = false): Promise<void> {
  await axe(page);
  await page.screenshot({ path: join(SCREENS, `${name}.png`), animations: 'disabled', fullPage });
}

export async function choose(page: Page, name: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(picture(name));
}

export async function open(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.getByTestId('service')).toHaveAttribute('data-status', 'ready');
}

/** Small and quick: what the tests use whose subject is not the picture. */
export const QUICK = { upscale_factor: 1, background: false };

export async function withOptions(page: Page, options: object): Promise<void> {
  await page.addInitScript((json) => {
    if (localStorage.getItem('visage.options') === null) localStorage.setItem('visage.options', json);
  }, JSON.stringify(options));
}

export async function restore(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
}

export async function noSidewaysScrolling(page: Page): Promise<void> {
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  expect(scroll).toBeLessThanOrEqual(client);
}

/** Width and height that a PNG or a JPEG says it has. */
export function sizeOf(path: string): { width: number; height: number } {
  const bytes = readFileSync(path);
  if (bytes[0] === 0x89) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc3)
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  throw new Error(`${path} is neither PNG nor JPEG`);
}
