/** Shared by all browser tests: a page that is checked for foreign requests and errors, test photos, screenshots. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..', '..');
const PHOTOS = process.env.VISAGE_PICTURES ?? join(ROOT, 'artifacts', 'e2e-pictures');
export const SCREENSHOTS = process.env.VISAGE_SCREENS ?? join(ROOT, 'artifacts', 'screens');
mkdirSync(SCREENSHOTS, { recursive: true });

/** Chromium logs this for every error response; the page handles such responses itself. */
export const FAILED_TO_LOAD = /Failed to load resource/;

export const ENHANCE = '**/api/v1/enhance';
export const READY = '**/api/v1/readyz';

export const photoPath = (name: string): string => join(PHOTOS, name);

/**
 * `expectedErrors`: console errors that this test allows. Any other error, or a violation of the policy, fails it.
 * `dryRuns`: the page asks what is in a photo before it is restored; else as for visitors who save data.
 */
export const test = base.extend<{ expectedErrors: RegExp[]; dryRuns: boolean; guard: undefined }>({
  expectedErrors: [[], { option: true }],
  dryRuns: [false, { option: true }],
  guard: [
    async ({ page, baseURL, expectedErrors, dryRuns }, use) => {
      if (!dryRuns) {
        await page.addInitScript(() =>
          Object.defineProperty(navigator, 'connection', { value: { saveData: true }, configurable: true }),
        );
      }
      const foreign: string[] = [];
      const errors: string[] = [];
      const own = new URL(baseURL ?? '').origin;
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== own) foreign.push(request.url());
      });
      page.on('dialog', (dialog) => dialog.type() === 'beforeunload' && dialog.accept());
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await use(undefined);
      expect(foreign, 'requests to other servers').toEqual([]);
      const unexpected = errors.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)));
      expect(unexpected, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Waits for running animations: half-animated colors have no meaningful contrast. */
async function waitForAnimations(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const finite = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(finite.map((animation) => animation.finished));
  });
}

/** `setLegacyMode`: in this page alone; else each check opens another one, for frames, of which there are none. */
const axe = (page: Page) => new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();

async function expectNoViolation(builder: AxeBuilder): Promise<void> {
  const { violations } = await builder.analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

async function checkAccessibility(page: Page): Promise<void> {
  await waitForAnimations(page);
  await expectNoViolation(
    axe(page).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']),
  );
  // The other color scheme differs in its colors alone; forced ones are the system's.
  const [dark, forced] = await page.evaluate(() =>
    ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query).matches),
  );
  if (forced) return;
  await page.emulateMedia({ colorScheme: dark ? 'light' : 'dark' });
  await waitForAnimations(page);
  await expectNoViolation(axe(page).withRules(['color-contrast']));
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  await waitForAnimations(page);
}

/** Checks accessibility with axe, in both color schemes, and takes a screenshot. */
export async function checkPage(page: Page, name: string, fullPage = false): Promise<void> {
  await checkAccessibility(page);
  await takeScreenshot(page, name, fullPage);
}

/** For a page whose elements were checked in both color schemes a moment ago. */
export async function takeScreenshot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled', fullPage });
}

export async function choose(page: Page, name: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(photoPath(name));
}

export async function openPage(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.getByTestId('service')).toHaveAttribute('data-status', 'ready');
}

/** Options for fast processing, for tests that do not depend on the image. */
export const FAST_OPTIONS = { upscale_factor: 1, background: false };

export async function withOptions(page: Page, options: object): Promise<void> {
  await page.addInitScript((json) => {
    if (localStorage.getItem('visage.options') === null) localStorage.setItem('visage.options', json);
  }, JSON.stringify(options));
}

export async function restore(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
}

export async function expectNoHorizontalScroll(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
}

/** Reads the width and height from the header of a PNG or JPEG file. */
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
