import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPage, choose, ENHANCE, expect, expectNoHorizontalScroll, openPage, photoPath, test } from './support';

test('a photo can be chosen with the keyboard', async ({ page }) => {
  // This must come first: the browser has to know that the test handles the file dialog before a key opens it.
  const chooser = page.waitForEvent('filechooser');
  await openPage(page);
  await checkPage(page, '01-empty-light');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused();
  const button = page.getByRole('button', { name: 'Choose a photo' });
  await button.focus();
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(photoPath('portrait.jpg'));
  await expect(page.getByTestId('dimensions')).toHaveText('200 × 240');
  await checkPage(page, '02-ready-light');
});

test('the theme follows the system, and a chosen theme survives a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openPage(page);
  await checkPage(page, '03-empty-dark');
  await page.getByRole('button', { name: 'Theme: system. Change to light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Theme: light. Change to dark' })).toBeVisible();
});

test('the page fits a screen of 320 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await openPage(page);
  await expectNoHorizontalScroll(page);
  await checkPage(page, '04-empty-phone');
  await choose(page, 'portrait.jpg');
  await page.getByRole('button', { name: /^Options/ }).click();
  await expectNoHorizontalScroll(page);
  await checkPage(page, '05-ready-phone');
});

test('what cannot be read is named before anything is sent, and good files beside it are taken', async ({ page }) => {
  await openPage(page);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  for (const [file, sentence] of [
    ['notes.jpg', 'is not a file that the service reads (JPEG, PNG,'],
    ['damaged.jpg', 'is damaged or incomplete'],
    ['empty.png', 'is empty'],
  ] as const) {
    await choose(page, file);
    const alert = page.getByRole('alert').filter({ hasText: sentence });
    await expect(alert).toContainText(file);
    if (file === 'notes.jpg') await checkPage(page, '06-rejected');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(alert).toBeHidden();
  }
  await page.locator('input[type=file]').setInputFiles(['notes.jpg', 'portrait.jpg', 'turned.jpg'].map(photoPath));
  await expect(page.getByTestId('batch-row')).toHaveCount(2);
  await expect(page.getByRole('alert').filter({ hasText: 'notes.jpg' })).toBeVisible();
  expect(sent).toEqual([]);
});

test('a file that is too heavy is offered to be made to fit', async ({ page }) => {
  await openPage(page);
  const photo = readFileSync(photoPath('portrait.jpg'));
  const buffer = Buffer.concat([photo, Buffer.alloc(12 * 2 ** 20 - photo.length)]); // the same picture, and a long end
  await page.locator('input[type=file]').setInputFiles({ name: 'heavy.jpg', mimeType: 'image/jpeg', buffer });
  await expect(page.getByText('This file has 12 MB. The service accepts at most 10 MB.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: /^Make it fit/ }).click();
  await expect(page.getByText('Made smaller to fit the service.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeEnabled();
});

test('the examples are compared at once, without a request', async ({ page }) => {
  await openPage(page);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  const sample = page.getByTestId('sample');
  const divider = sample.getByRole('slider');
  await divider.press('End');
  await expect(divider).toHaveAttribute('aria-valuenow', '100');
  const box = await sample.boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.25, (box?.y ?? 0) + 60);
  await expect(divider).toHaveAttribute('aria-valuenow', '25');
  await page.getByRole('radio', { name: 'Old print' }).click();
  const shown = () =>
    sample.locator('img').evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth > 0));
  await expect(sample.locator('img').first()).toHaveAttribute('src', /print/);
  await expect.poll(shown).toEqual([true, true]);
  expect(sent).toEqual([]);
  const fonts = () => page.evaluate(() => [...document.fonts].filter(({ status }) => status === 'loaded').length);
  await expect.poll(fonts).toBeGreaterThanOrEqual(2); // both its own, from the same origin
});

test('an example uncovers its restored image once and comes to rest on the face, while both images stay', async ({
  page,
}) => {
  await page.addInitScript(() =>
    document.addEventListener('animationstart', () => {
      for (const animation of document.getAnimations()) animation.pause();
    }),
  );
  await openPage(page);
  const sample = page.getByTestId('sample');
  await expect(sample).toHaveAttribute('data-sweeping');
  /** After so many milliseconds: where the line is, where what is seen of the restored image begins, and the labels. */
  const at = (time: number) =>
    sample.evaluate((pane, currentTime) => {
      for (const animation of pane.getAnimations({ subtree: true })) {
        animation.pause();
        animation.currentTime = currentTime;
      }
      const box = pane.getBoundingClientRect();
      const shareOf = (selector: string) => {
        const { left = 0, width = 0 } = pane.querySelector(selector)?.getBoundingClientRect() ?? {};
        return Math.round((100 * (left - box.left + (selector === '[role=slider]' ? width / 2 : 0))) / box.width);
      };
      const opacities = ['.label-before', '.label-after'].map((label) =>
        Math.round(Number(getComputedStyle(pane.querySelector(label) as Element).opacity)),
      );
      const images = [...pane.querySelectorAll('img')].map((image) => image.getBoundingClientRect().left - box.left);
      const moved = Math.max(...images.map(Math.abs)) > 0.1;
      return { line: shareOf('[role=slider]'), clip: shareOf('.at-divider'), opacities, moved };
    }, time);
  expect(await at(0)).toEqual({ line: 100, clip: 100, opacities: [1, 0], moved: false });
  expect(await at(560)).toEqual({ line: 50, clip: 50, opacities: [1, 1], moved: false });
  expect(await at(1120)).toEqual({ line: 0, clip: 0, opacities: [0, 1], moved: false });
  expect(await at(1599)).toEqual({ line: 46, clip: 46, opacities: [1, 1], moved: false });
  await expect(sample.getByRole('slider')).toHaveAttribute('aria-valuenow', '46');
  await sample.evaluate((pane) => {
    for (const animation of pane.getAnimations({ subtree: true })) animation.finish();
  });
  await expect(sample).not.toHaveAttribute('data-sweeping');
  expect(await at(0)).toEqual({ line: 46, clip: 46, opacities: [1, 1], moved: false });
});

test('a photo can be dropped or pasted, and a folder dropped with all that is in it', async ({ page }) => {
  await openPage(page);
  const transfer = await page.evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64 as string), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name as string, { type: 'image/jpeg' }));
      return data;
    },
    ['dropped.jpg', readFileSync(photoPath('portrait.jpg')).toString('base64')],
  );
  const target = page.getByRole('main');
  await target.dispatchEvent('dragenter', { dataTransfer: transfer });
  await expect(page.getByText('Drop to use these photos')).toBeVisible();
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
  await expect(page.getByRole('alert').filter({ hasText: 'There is no image in the clipboard' })).toBeVisible();

  const folder = test.info().outputPath('album');
  mkdirSync(join(folder, 'inside'), { recursive: true });
  copyFileSync(photoPath('portrait.jpg'), join(folder, 'one.jpg'));
  copyFileSync(photoPath('turned.jpg'), join(folder, 'inside', 'two.jpg'));
  const system = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    await system.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  }
  await expect(page.getByTestId('batch-row')).toHaveCount(4);
});

test('the preview applies the EXIF rotation, and the limits of the service are shown before sending', async ({
  page,
}) => {
  await openPage(page);
  await choose(page, 'turned.jpg');
  await expect(page.getByTestId('dimensions')).toHaveText('200 × 240');
  await choose(page, 'huge.png');
  await expect(page.getByText('has 54 megapixels. The service accepts at most 50.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Make it fit/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeDisabled();
  await checkPage(page, '07-too-many-pixels');
  await choose(page, 'large.png');
  await page.getByRole('button', { name: /^Options/ }).click();
  await expect(page.getByRole('radio', { name: '3×' })).toBeDisabled();
  await expect(page.getByRole('radio', { name: '2×' })).toBeEnabled();
});

test('options are collapsed at first, and stored between visits', async ({ page }) => {
  await openPage(page);
  await choose(page, 'portrait.jpg');
  await expect(page.getByRole('radio', { name: '4×' })).toBeHidden();
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('radio', { name: '4×' }).click();
  await page.getByRole('slider', { name: 'Strength' }).press('ArrowLeft');
  await page.getByRole('radio', { name: 'Largest' }).click();
  await page.getByRole('switch', { name: 'Keep the original colors' }).click();
  await page.getByRole('switch', { name: 'Enhance the background' }).press('Space');
  await page.getByRole('radio', { name: 'JPEG', exact: true }).click();
  await checkPage(page, '08-options');
  await page.reload();
  await choose(page, 'portrait.jpg');
  await expect(page.getByText('800 × 960')).toBeVisible();
  await page.getByRole('button', { name: /^Options/ }).click();
  await expect(page.getByRole('slider', { name: 'Strength' })).toHaveAttribute('aria-valuetext', '95%');
  await expect(page.getByRole('radio', { name: 'Largest' })).toBeChecked();
  await expect(page.getByRole('switch', { name: 'Keep the original colors' })).not.toBeChecked();
  await expect(page.getByRole('switch', { name: 'Enhance the background' })).not.toBeChecked();
  await expect(page.getByRole('radio', { name: 'JPEG', exact: true })).toBeChecked();
});

test.describe('before a photo is restored', () => {
  test.use({ dryRuns: true });

  test('the service says what it sees in it', async ({ page }) => {
    await openPage(page);
    await choose(page, 'portrait.jpg');
    await expect(page.getByTestId('faces-found')).toHaveText(/\d/);
    await choose(page, 'nobody.png');
    await expect(page.getByText('No face was found. The photo can be enlarged as it is.')).toBeVisible();
    await checkPage(page, '09-nobody-found');
    await page.getByRole('button', { name: 'Enlarge it without faces' }).click();
    await expect(page.getByTestId('trust')).toHaveAttribute('data-word', 'nobody');
    await choose(page, 'portrait.jpg'); // it was for that photo alone
    await page.getByRole('button', { name: /^Options/ }).click();
    await expect(page.getByRole('radio', { name: 'All' })).toBeChecked();
  });

  test('it tells which faces are better left, and the time; without an answer the page works as before', async ({
    page,
  }) => {
    const face = (reason: string | null, chosen = true) => ({
      ...{ box: [50, 60, 100, 120], score: 0.9, size: 9, eye_distance: 3, sharpness: 0.1, reliable: true },
      ...{ reason, chosen, advisable: reason === null },
    });
    let answers = 0;
    await page.route(ENHANCE, (route) => {
      answers += 1;
      expect(route.request().postData()).toMatch(/name="dry_run"\r\n\r\ntrue/);
      if (answers > 1) return route.fulfill({ json: { error: 'The service is busy.', stage: 'ingress' } });
      const faces = [face('already_sharp'), face('too_small'), face('too_small'), face('bystander', false)];
      const size = { input_width: 200, input_height: 240 };
      const data = { ...size, faces, estimated_s: 8.4, warning: null, notes: [] };
      return route.fulfill({ json: { status: 'success', data } });
    });
    await openPage(page);
    await choose(page, 'portrait.jpg');
    await expect(page.getByTestId('faces-found')).toHaveText('3 of 4 to be restored');
    await expect(page.getByTestId('time-expected')).toHaveText('about 8.4 sec');
    await expect(page.getByTestId('remarks').getByRole('listitem')).toHaveText([
      /One face is already sharp/,
      /2 faces are very small/,
      /One face is out of focus/,
    ]);
    await checkPage(page, '09-findings');
    const photo = await page.getByTestId('preview').boundingBox();
    const mark = await page.getByTestId('mark-face').first().boundingBox();
    if (photo === null || mark === null) throw new Error('not shown');
    expect((mark.x - photo.x) / photo.width).toBeCloseTo(0.25, 2);
    expect((mark.y - photo.y) / photo.height).toBeCloseTo(0.25, 2);
    expect(mark.width / photo.width).toBeCloseTo(0.25, 2);
    await choose(page, 'turned.jpg');
    await expect.poll(() => answers).toBe(2);
    await expect(page.getByTestId('faces-found')).toHaveCount(0);
    await expect(page.getByText('Looking …')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeEnabled();
  });

  test('the time it foretold is the first estimate', async ({ page }) => {
    const face = {
      ...{ box: [50, 60, 100, 120], score: 0.9, size: 50, eye_distance: 20, sharpness: 0.1, reliable: true },
      ...{ reason: null, chosen: true, advisable: true },
    };
    await page.route(ENHANCE, (route) => {
      if (!/name="dry_run"/.test(route.request().postData() ?? '')) return; // on its way for ever
      const data = { input_width: 200, input_height: 240, faces: [face], estimated_s: 600, warning: null, notes: [] };
      return route.fulfill({ json: { status: 'success', data } });
    });
    await openPage(page);
    await choose(page, 'portrait.jpg');
    await expect(page.getByTestId('time-expected')).toHaveText('about 10 min 0 sec');
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await expect(page.getByTestId('times-left')).toContainText(/about (9|10) min/);
  });
});
