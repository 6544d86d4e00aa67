/** What users and reviewers ran into once: each of these was a defect. Most need no answer of the service. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page, Route } from '@playwright/test';
import {
  checkPage,
  choose,
  ENHANCE,
  expect,
  expectNoHorizontalScroll,
  openPage,
  photoPath,
  restore,
  SCREENSHOTS,
  sizeOf,
  test,
  withOptions,
} from './support';

// One pattern: a list of two is taken for a value with its options.
test.use({ expectedErrors: [/Failed to load resource|a part of the page/] });

const face = (box: number[], identity_similarity: number, reliable: boolean) => ({
  box,
  score: 0.99,
  restored: true,
  strength_used: 1,
  identity_similarity,
  reliable,
});

/** An answer with the photo itself as the result; nothing here depends on its pixels. */
function answer(faces: object[], photo = 'portrait.jpg'): string {
  const data = {
    restored_image: readFileSync(photoPath(photo)).toString('base64'),
    content_type: 'image/jpeg',
    width: 400,
    height: 480,
    metrics: { psnr: 30, ssim: 0.9, lpips: 0.1, identity_similarity: 0.9 },
    metrics_against: 'input',
    metrics_pixels: 192_000,
    faces,
    processing_time_ms: 1234,
    timings_ms: { detector: 50, upscaler: 900 },
    models: { restorer: ['gfpgan'] },
    warning: null,
    notes: [],
  };
  return `event: result\ndata: ${JSON.stringify({ status: 'success', data })}\n\n`;
}

const TWO = [face([60, 40, 130, 130], 0.9, true), face([150, 150, 180, 190], 0.996, false)];

async function showResult(page: Page, faces: object[] = TWO): Promise<void> {
  await page.route(ENHANCE, (route) => route.fulfill({ contentType: 'text/event-stream', body: answer(faces) }));
  await withOptions(page, { upscale_factor: 2 });
  await openPage(page);
  await choose(page, 'portrait.jpg');
  await restore(page);
  await expect(page.getByTestId('stage')).toBeVisible();
}

const divider = (page: Page) => page.getByRole('slider', { name: /Divider/ });

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('a result opens on its largest face, with the divider on the middle of it, and nothing moves', async ({
    page,
  }) => {
    await showResult(page, [face([150, 150, 180, 190], 0.9, true), face([75, 80, 125, 140], 0.9, true)]);
    await expect(page.getByTestId('stage')).toHaveAttribute('data-face', '2');
    const line = await divider(page).boundingBox();
    const stage = await page.getByTestId('stage').boundingBox();
    if (line === null || stage === null) throw new Error('not shown');
    expect(Math.abs(line.x + line.width / 2 - (stage.x + stage.width / 2))).toBeLessThan(3);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test('the chosen segment stands out, a double click leaves the divider, and faces are right at any font size', async ({
    page,
  }) => {
    await showResult(page);
    await test.step('the chosen segment stands out', async () => {
      const luminance = (name: string) =>
        page.getByRole('radio', { name }).evaluate((element) => {
          const label = element.parentElement as Element;
          const shown = getComputedStyle(label).backgroundColor;
          const track = getComputedStyle(label.parentElement as Element).backgroundColor;
          const of = (color: string) => {
            const context = document.createElement('canvas').getContext('2d');
            if (context === null) throw new Error('no canvas');
            context.fillStyle = color;
            context.fillRect(0, 0, 1, 1);
            const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
              const share = value / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
          };
          const [light, dark] = [of(shown), of(track)].sort((one, other) => other - one);
          return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
        });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await luminance('Slider')).toBeGreaterThan(3);
      }
    });
    await test.step('a double click zooms and leaves the divider where it was', async () => {
      await page.getByRole('button', { name: 'Whole picture' }).click();
      const before = await divider(page).getAttribute('aria-valuenow');
      const stage = await page.getByTestId('stage').boundingBox();
      await page.mouse.dblclick((stage?.x ?? 0) + (stage?.width ?? 0) / 2 + 60, (stage?.y ?? 0) + 200);
      await expect(page.getByRole('button', { name: 'Whole image' })).toBeEnabled();
      await page.waitForTimeout(400); // longer than a click waits for a second one
      await expect(divider(page)).toHaveAttribute('aria-valuenow', before ?? '');
    });
    await test.step('the faces of the filmstrip are right at any font size', async () => {
      const where = () =>
        page
          .getByTestId('filmstrip')
          .locator('button')
          .nth(1)
          .locator('img')
          .first()
          .evaluate((image) => {
            const [inner, outer] = [image.getBoundingClientRect(), image.parentElement?.getBoundingClientRect()];
            if (outer === undefined) throw new Error('no parent');
            return [(inner.left - outer.left) / outer.width, inner.width / outer.width].map((value) =>
              value.toFixed(2),
            );
          });
      const before = await where();
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
      expect(await where()).toEqual(before);
    });
  });

  test('forced colors show what is chosen, and how far it is', async ({ page }) => {
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await showResult(page);
    const color = (name: string) =>
      page
        .getByRole('radio', { name })
        .evaluate((element) => getComputedStyle(element.parentElement as Element).backgroundColor);
    expect(await color('Slider')).not.toBe(await color('Lens'));
    const ring = (pressed: boolean) =>
      page
        .getByTestId('filmstrip')
        .getByRole('button', { pressed })
        .first()
        .evaluate((element) => getComputedStyle(element).outlineStyle);
    expect([await ring(true), await ring(false)]).toEqual(['solid', 'none']);
    await page.getByRole('button', { name: /^Change options/ }).click();
    const background = (name: string) =>
      page.getByRole('switch', { name }).evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(await background('Keep the original colors')).not.toBe(await background('Match the grain'));
    await page.unroute(ENHANCE);
    await page.route(ENHANCE, () => {}); // never answered
    await page.getByRole('button', { name: 'Restore again' }).click();
    const [bar, filled] = await page.getByRole('progressbar').evaluate((element) => {
      const of = (each: Element) => getComputedStyle(each).backgroundColor;
      return [of(element), of(element.firstElementChild as Element)];
    });
    expect(filled).not.toBe(bar);
    await checkPage(page, '44-forced-colors');
  });
});

test('an identity that is not reliable is never praised', async ({ page }) => {
  await showResult(page, [face([60, 40, 130, 130], 0.996, false)]);
  await expect(page.getByTestId('trust')).toHaveAttribute('data-word', 'unknown');
  await expect(page.getByTestId('trust')).toContainText('Cannot be told');
  await expect(page.getByTestId('filmstrip').locator('[data-kind=unknown]')).toHaveCount(1);
});

/** Where it is once the page scrolls no more. */
async function atRest(shown: Locator) {
  let before = await shown.boundingBox();
  for (;;) {
    await shown.page().waitForTimeout(150);
    const box = await shown.boundingBox();
    if (box !== null && box.y === before?.y) return box;
    before = box;
  }
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('a list of photos with long names is no wider than the screen', async ({ page }) => {
    await openPage(page);
    const buffer = readFileSync(photoPath('portrait.jpg'));
    const files = [1, 2].map((number) => ({
      name: `${'long-'.repeat(20)}${number}.jpg`,
      mimeType: 'image/jpeg',
      buffer,
    }));
    await page.locator('input[type=file]').setInputFiles(files);
    await expect(page.getByTestId('batch-row')).toHaveCount(2);
    await expectNoHorizontalScroll(page);
    await expect(page.getByRole('button', { name: 'Restore 2 photos' })).toBeInViewport({ ratio: 1 });
    await checkPage(page, '49-many-phone');
  });

  test('the worst face is one tap away, and a finger moves the divider anywhere on the picture', async ({ page }) => {
    await showResult(page, [face([60, 40, 130, 130], 0.9, true), face([150, 150, 180, 190], 0.2, true)]);
    await page.getByRole('button', { name: 'Look at face 2' }).tap();
    await expect(page.getByTestId('stage')).toHaveAttribute('data-face', '2');
    await expect(page.getByTestId('stage')).toBeInViewport({ ratio: 0.9 });
    await expectNoHorizontalScroll(page);
    await expect(page.getByRole('button', { name: 'Move down' })).toHaveCount(0); // zoomed, and nothing on the handle
    await page.getByRole('button', { name: 'Whole picture' }).tap();
    const stage = await atRest(page.getByTestId('stage'));
    await page.touchscreen.tap(stage.x + stage.width * 0.3, stage.y + 100);
    await expect(divider(page)).toHaveAttribute('aria-valuenow', '30');
    const fingers = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share?: number) =>
      fingers.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: share === undefined ? [] : [{ x: stage.x + stage.width * share, y: stage.y + 100 }],
      });
    await touch('touchStart', 0.5);
    for (const share of [0.55, 0.65, 0.8]) await touch('touchMove', share);
    await touch('touchEnd');
    await expect(divider(page)).toHaveAttribute('aria-valuenow', /^(79|80|81)$/);
  });

  test('the tools of the stage are in one row on the narrowest phone, each wide enough for a finger', async ({
    page,
  }) => {
    await showResult(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoHorizontalScroll(page);
    const tools = ['Hold to see the original', 'Face boxes', 'Zoom out', 'Zoom in', 'Actual pixels', 'Whole image'];
    const boxes = await Promise.all(
      [...tools, 'Move the image', 'Full screen'].map((name) =>
        page.getByRole('button', { name, exact: true }).boundingBox(),
      ),
    );
    expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
    for (const box of boxes) expect(box?.width).toBeGreaterThanOrEqual(36);
  });

  test('twice the font size makes nothing wider than the screen', async ({ page }) => {
    await page.addInitScript(() =>
      addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('font-size', '200%')),
    );
    await page.goto('/');
    await expect(page.getByRole('combobox', { name: 'Language' })).toBeInViewport({ ratio: 1 });
    await expectNoHorizontalScroll(page);
    await showResult(page);
    const tool = page.getByRole('button', { name: 'Full screen' });
    await tool.scrollIntoViewIfNeeded();
    await expect(tool).toBeInViewport({ ratio: 0.9 });
    await expectNoHorizontalScroll(page);
  });

  test('the main action is always at hand, and nothing lies over a button', async ({ page }) => {
    await page.route('**/api/v1/readyz', (route) => route.abort('connectionrefused'));
    await page.goto('/');
    await expect(page.getByText('Service not reachable').first()).toBeVisible();
    await expect(page.getByTestId('service').getByText('Service not reachable')).toBeInViewport();
    await choose(page, 'portrait.jpg');
    await page.getByRole('button', { name: /^Options/ }).tap();
    // What is opened comes into sight, from its beginning.
    await expect
      .poll(async () => (await page.getByRole('button', { name: /^Options/ }).boundingBox())?.y)
      .toBeLessThan(40);
    for (const name of ['2×', 'Strength', 'All']) {
      await expect(page.getByRole(name === 'Strength' ? 'slider' : 'radio', { name }).first()).toBeInViewport();
    }
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    for (const name of ['Restore', 'Another photo']) {
      const button = page.getByRole('button', { name, exact: true });
      const box = await button.boundingBox();
      if (box === null) throw new Error('not shown');
      const hit = await page.evaluate(
        ([x, y]) => document.elementFromPoint(x as number, y as number)?.closest('button')?.textContent,
        [box.x + box.width / 2, box.y + box.height / 2],
      );
      expect(hit).toBe(name);
    }
  });
});

test('no photo is lost: Back, Forward, the logo, another photo, other options, removing', async ({ page }) => {
  await showResult(page);
  const result = page.getByTestId('stage');
  await page.getByRole('button', { name: 'Visage, start page' }).click();
  await expect(page.getByRole('heading', { name: /back in focus/ })).toBeVisible();
  await page.goBack();
  await expect(result).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: /back in focus/ })).toBeVisible();
  await page.goForward();
  await expect(result).toBeVisible();
  await choose(page, 'turned.jpg');
  await expect(page.getByTestId('dimensions')).toBeVisible();
  await page
    .getByTestId('tray')
    .getByRole('button', { name: /portrait\.jpg: restored/ })
    .click();
  await expect(result).toBeVisible();
  await page.getByRole('button', { name: /^Change options/ }).click();
  await page.getByRole('radio', { name: '3×' }).click();
  await page.getByRole('button', { name: 'Restore again' }).click();
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'Version 1: 2×, 100%' });
  await expect(result.getByText('Version 1: 2×, 100%')).toBeVisible(); // in place of the original
  await page.getByRole('button', { name: 'All photos' }).click();
  await page.getByRole('button', { name: 'Remove portrait.jpg' }).first().click();
  await expect(page.getByTestId('batch-row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByTestId('batch-row')).toHaveCount(3);
});

test('leaving asks only while something would be lost', async ({ page }) => {
  const asked: string[] = [];
  page.on('dialog', (dialog) => asked.push(dialog.type()));
  await openPage(page);
  await page.getByRole('main').click();
  await page.reload();
  expect(asked).toEqual([]);
  await showResult(page);
  await page.getByRole('heading', { name: 'Restored' }).click();
  await page.reload();
  expect(asked).toEqual(['beforeunload']);
});

test('a part of the page that could not be loaded can be had again', async ({ page }) => {
  let broken = true;
  const first = await page.request.get('/').then((response) => response.text());
  await page.route('**/*.js', (route: Route) => {
    const isLazy = !first.includes(new URL(route.request().url()).pathname);
    return broken && isLazy ? route.abort('failed') : route.fallback();
  });
  await openPage(page);
  await choose(page, 'portrait.jpg');
  await expect(page.getByTestId('not-loaded')).toBeVisible();
  broken = false;
  await page.getByRole('button', { name: 'Load it again' }).click();
  await expect(page.getByTestId('dimensions')).toBeVisible();
});

test('no script is asked for before the first paint, and each once', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => request.resourceType() === 'script' && asked.push(request.url()));
  // The first frame: there is none before the styles are there.
  await page.addInitScript(() => requestAnimationFrame(() => performance.mark('frame')));
  await openPage(page);
  const html = await (await page.request.get('/')).text();
  expect(html).not.toMatch(/<(script|link)(?![^>]*nomodule)[^>]*chunks\/[^>]*\.js/i);
  expect(new Set(asked).size).toBe(asked.length);
  const { frame, scripts } = await page.evaluate(() => ({
    frame: performance.getEntriesByName('frame')[0]?.startTime ?? Number.POSITIVE_INFINITY,
    scripts: performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/_next/') && name.endsWith('.js'))
      .map(({ startTime }) => startTime),
  }));
  expect(scripts.length).toBeGreaterThan(5);
  expect(Math.min(...scripts)).toBeGreaterThan(frame);
});

test('a photo that is dropped before the page is ready is taken', async ({ page }) => {
  await page.addInitScript(
    (base64) => {
      addEventListener('DOMContentLoaded', () => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], 'early.jpg', { type: 'image/jpeg' }));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      });
    },
    readFileSync(photoPath('portrait.jpg')).toString('base64'),
  );
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'early.jpg' })).toBeVisible();
});

test('no face found is no dead end', async ({ page }) => {
  const bodies: string[] = [];
  await page.route(ENHANCE, (route) => {
    bodies.push(route.request().postData() ?? '');
    return bodies.length > 1
      ? route.fulfill({ contentType: 'text/event-stream', body: answer([]) })
      : route.fulfill({
          status: 422,
          headers: { 'X-Error-Code': 'no_face_detected' },
          contentType: 'application/json',
          body: JSON.stringify({ error: 'No face was found.', stage: 'detector' }),
        });
  });
  await openPage(page);
  await choose(page, 'portrait.jpg');
  await restore(page);
  await expect(page.getByText('No face was found')).toHaveCount(1);
  await page.getByRole('button', { name: 'Enlarge it without faces' }).click();
  await expect(page.getByTestId('stage')).toBeVisible();
  expect(bodies[1]).toMatch(/name="faces"\r\n\r\nnone/);
});

/** The answer of two faces waits until the function returned is called. */
async function holdBack(page: Page): Promise<() => void> {
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  await page.route(ENHANCE, async (route) => {
    await held;
    await route.fulfill({ contentType: 'text/event-stream', body: answer(TWO) });
  });
  return finish;
}

test('the title tells how far it is, and goes back', async ({ page }) => {
  const finish = await holdBack(page);
  await openPage(page);
  await choose(page, 'portrait.jpg');
  await restore(page);
  await expect(page).toHaveTitle(/^\d+% · Visage$/);
  await expect(page.getByTestId('times-left')).toContainText('so far');
  finish();
  await expect(page).toHaveTitle(/^Visage/);
});

test('a result is saved, copied, shared, compared, seen alone and printed', async ({ page }) => {
  await page.addInitScript(() => {
    const shared: string[] = [];
    Object.assign(window, { shared });
    Object.assign(navigator, {
      canShare: ({ files }: { files: File[] }) => files.length === 1,
      share: async ({ files: [file] }: { files: [File] }) => {
        if (shared.push(`${file.name} ${file.type} ${file.size > 1000}`) > 1) throw new Error('no');
      },
    });
  });
  await showResult(page);
  await test.step('by keys: save, copy, the picture alone, full screen', async () => {
    const stage = page.getByTestId('stage');
    await expect(stage).toBeFocused();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+s')]);
    expect(download.suggestedFilename()).toBe('portrait-restored-2x.png');
    await page.keyboard.press('Control+c');
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Copy', exact: true })).toBeVisible(); // it goes away again
    const before = await stage.boundingBox();
    await page.keyboard.press('d');
    await expect(page.getByTestId('trust')).toBeHidden();
    const after = await stage.boundingBox();
    expect(after?.width).toBeGreaterThan((before?.width ?? 0) + 300);
    await checkPage(page, '45-panel-hidden');
    await page.keyboard.press('f');
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    const rest = () =>
      page.evaluate(() => innerWidth - (document.fullscreenElement?.getBoundingClientRect().width ?? 0));
    await expect.poll(rest).toBe(0); // no strip for a scroll bar
    await page.keyboard.press('f');
    await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBeNull();
    await page.getByRole('button', { name: 'Show the details' }).click();
    await expect(page.getByTestId('trust')).toBeVisible();
    await page.keyboard.press('Shift+Tab'); // a tool with the focus tells its name, until Escape
    const name = page.getByText('Keyboard', { exact: true });
    await expect(name).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(name).toBeHidden();
  });
  await test.step('the comparison is a picture of both sides with a caption', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save comparison' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('portrait-restored-2x-comparison.png');
    const path = join(SCREENSHOTS, '48-comparison.png');
    await download.saveAs(path);
    expect(sizeOf(path)).toEqual({ width: 2 * 750 + 6, height: 900 + 64 });
  });
  await test.step('it is shared as a file, where the browser can', async () => {
    await page.getByRole('button', { name: 'Share' }).click();
    await expect.poll(() => page.evaluate('shared')).toEqual(['portrait-restored-2x.png image/jpeg true']);
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.getByText('The browser could not share it.')).toBeVisible();
  });
  await test.step('on paper both pictures are whole, beside each other, and nothing is a button', async () => {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 720, height: 1000 });
    const pictures = page.locator('figure img');
    await expect(pictures).toHaveCount(2);
    const [left, right] = [await pictures.first().boundingBox(), await pictures.last().boundingBox()];
    expect(left?.y).toBe(right?.y);
    expect(left?.width).toBe(right?.width);
    await expect(page.getByText('portrait.jpg · Restored by AI · gfpgan')).toBeVisible();
    await expect(page.getByRole('button')).toHaveCount(0);
    await page.screenshot({ path: join(SCREENSHOTS, '46-print.png') });
  });
});

test('words that are spaced wide stay inside their buttons', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await showResult(page);
  // WCAG 1.4.12. The policy forbids style elements, but not what the browser itself sets.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }',
    );
    document.adoptedStyleSheets = [sheet];
  });
  await expectNoHorizontalScroll(page);
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main button, main label, header button')]
      .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.textContent),
  );
  expect(cut).toEqual([]);
});

/** CSS pixels of the frame around a face, and of a focus ring with its offset. */
const FRAME_LINE = 2;
const FOCUS_RING = 4;

test('a large window is filled by the picture, and no box or number covers a face', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await showResult(page, [face([60, 40, 130, 130], 0.9, true), face([150, 150, 154, 155], 0.9, true)]);
  const stage = await page.getByTestId('stage').boundingBox();
  if (stage === null) throw new Error('not shown');
  expect((stage.width * stage.height) / (1920 * 1080)).toBeGreaterThan(0.5);
  const ground = await page
    .locator('[data-pane] img')
    .first()
    .evaluate((image) => getComputedStyle(image).backgroundImage);
  expect(ground).toContain('conic-gradient'); // where it is transparent
  await page.getByRole('button', { name: 'Whole picture' }).click();
  const picture = await page.locator('[data-pane] img').first().boundingBox();
  for (const name of ['Original', 'Restored']) {
    const label = await page.getByTestId('stage').getByText(name, { exact: true }).boundingBox();
    if (label === null || picture === null) throw new Error('not shown');
    expect(label.x).toBeGreaterThanOrEqual(picture.x);
    expect(label.x + label.width).toBeLessThanOrEqual(picture.x + picture.width);
  }
  const strip = await page.getByTestId('filmstrip').boundingBox();
  const item = await page.getByTestId('filmstrip').getByRole('button').first().boundingBox();
  expect((item?.x ?? 0) - (strip?.x ?? 0)).toBeGreaterThanOrEqual(FOCUS_RING);
  expect((item?.y ?? 0) - (strip?.y ?? 0)).toBeGreaterThanOrEqual(FOCUS_RING);
  await page.getByRole('button', { name: 'Face boxes' }).click();
  for (const box of await page.getByTestId('boxes').getByRole('listitem').all()) {
    const [frame, number] = [await box.boundingBox(), await box.getByRole('button').boundingBox()];
    expect((number?.y ?? 0) + (number?.height ?? 0)).toBeLessThanOrEqual((frame?.y ?? 0) + FRAME_LINE);
  }
});

test('names, links and themes: nothing jumps, nothing is hidden, nothing is an error that is none', async ({
  page,
}) => {
  await openPage(page);
  await page.getByRole('button', { name: 'Theme: system. Change to light' }).click();
  const colors = await page
    .locator('meta[name=theme-color]')
    .evaluateAll((metas) => metas.map((meta) => (meta as HTMLMetaElement).content));
  expect(new Set(colors).size).toBe(1);
  const headline = page.getByRole('heading', { name: /back in focus/ });
  const before = await headline.boundingBox();
  const link = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.setData('text/uri-list', 'https://example.org/picture.jpg');
    return data;
  });
  await page.getByRole('main').dispatchEvent('drop', { dataTransfer: link });
  await expect(page.getByRole('alert').filter({ hasText: 'A link to a picture was dropped.' })).toBeVisible();
  expect(await headline.boundingBox()).toEqual(before);
  const name = `holiday \u202egpj.exe ${'very '.repeat(30)}long.jpg`;
  const buffer = readFileSync(photoPath('portrait.jpg'));
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/jpeg', buffer });
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toContainText('holiday gpj.exe'); // in the order in which it was written
  const line = await title.evaluate((element) => Number.parseFloat(getComputedStyle(element).lineHeight));
  expect((await title.boundingBox())?.height).toBeLessThan(2.5 * line);
});

/** As if the visitor had gone to another tab. */
const hide = (page: Page) =>
  page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));

test('an address that leads nowhere says so, and back', async ({ page }) => {
  const response = await page.goto('/nowhere');
  expect(response?.status()).toBe(404);
  await expect(page).toHaveTitle('Page not found · Visage');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
  await checkPage(page, '47-nowhere');
  await page.getByRole('link', { name: 'Go to the start page' }).click();
  await expect(page.getByRole('heading', { name: /back in focus/ })).toBeVisible();
});

test('who waits in another tab is told that it is done', async ({ page }) => {
  await page.addInitScript(() => {
    const told: string[] = [];
    class Stub {
      static permission = 'default';
      static async requestPermission() {
        Stub.permission = 'granted';
      }
      constructor(title: string, { body }: { body: string }) {
        told.push(`${title}: ${body}`);
      }
    }
    Object.assign(window, { told, Notification: Stub });
  });
  const finish = await holdBack(page);
  await openPage(page);
  await choose(page, 'large.png'); // expected to take long enough to be worth asking
  await restore(page);
  await page.getByRole('button', { name: 'Tell me when it is done' }).click();
  await expect(page.getByText('You will get a notification when it is done.')).toBeVisible();
  await checkPage(page, '47-tell-me');
  await hide(page);
  finish();
  await expect(page).toHaveTitle('✓ Restored · Visage');
  expect(await page.evaluate('told')).toEqual(['Visage: ✓ Restored']);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(page).toHaveTitle('Visage: face photo restoration');
});

test('of many photos one or all can be canceled', async ({ page }) => {
  await page.route(ENHANCE, () => {}); // never answered
  await openPage(page);
  await page.locator('input[type=file]').setInputFiles(['portrait.jpg', 'turned.jpg', 'two.png'].map(photoPath));
  await page.getByRole('button', { name: 'Restore 3 photos' }).click();
  const states = () =>
    page
      .getByTestId('batch-row')
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.state?.replace('uploading', 'processing')));
  await expect.poll(states).toEqual(['processing', 'processing', 'queued']); // two at a time
  await page.getByRole('button', { name: 'Cancel: portrait.jpg' }).click();
  await expect.poll(states).toEqual(['ready', 'processing', 'processing']);
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await expect.poll(states).toEqual(['ready', 'ready', 'ready']);
});

test('of the failed ones those are tried again that can succeed', async ({ page }) => {
  const refusals: Record<string, [number, string]> = {
    'turned.jpg': [422, 'undecodable'],
    'nobody.png': [422, 'no_face_detected'],
    'portrait.jpg': [500, 'inference_failed'],
  };
  const sent: string[] = [];
  let works = false;
  await page.route(ENHANCE, (route) => {
    const name = /filename="([^"]+)"/.exec(route.request().postData() ?? '')?.[1] ?? '';
    sent.push(name);
    const refusal = refusals[name];
    if (refusal?.[0] === 422 || (refusal && !works)) {
      const [status, code] = refusal;
      const headers = { 'X-Error-Code': code };
      return route.fulfill({ status, headers, json: { error: 'No face was detected.', stage: 'detector' } });
    }
    if (!works) return route.abort('connectionreset');
    return route.fulfill({ contentType: 'text/event-stream', body: answer(TWO) });
  });
  await openPage(page);
  const files = ['portrait.jpg', 'nobody.png', 'two.png', 'turned.jpg'];
  await page.locator('input[type=file]').setInputFiles(files.map(photoPath));
  await page.getByRole('button', { name: 'Restore 4 photos' }).click();
  await expect(page.getByTestId('batch-summary')).toHaveText('4 failed');
  await expect(page.getByTestId('batch-final')).toHaveText(/^2 would fail again/);
  await expect(page.getByRole('button', { name: /^Try again: / })).toHaveCount(2);
  await checkPage(page, '61-many-failed');
  works = true;
  sent.length = 0;
  await page.getByRole('button', { name: 'Try 2 failed photos again' }).click();
  await expect(page.getByTestId('batch-summary')).toHaveText('2 restored, 2 failed');
  expect(sent.toSorted()).toEqual(['portrait.jpg', 'two.png']);
  await expect(page.getByRole('button', { name: /Try .* again/ })).toHaveCount(0);
  await page.getByTestId('batch-row').filter({ hasText: 'nobody.png' }).getByRole('button').first().click();
  await expect(page.getByRole('button', { name: 'Enlarge it without faces' })).toBeVisible();
});

test('Escape cancels what is running', async ({ page }) => {
  await page.route(ENHANCE, () => {}); // never answered
  await openPage(page);
  await choose(page, 'portrait.jpg');
  await expect(page.getByTestId('dimensions')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Restoring your photo' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('live')).toHaveText('Canceled. Your photo is still here.');
});
