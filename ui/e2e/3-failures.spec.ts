import { readFileSync } from 'node:fs';
import type { Page, Route } from '@playwright/test';
import {
  choose,
  ENHANCE,
  expect,
  FAILED_TO_LOAD,
  look,
  open,
  picture,
  QUICK,
  READY,
  restore,
  test,
  withOptions,
} from './support';

test.use({ expectedErrors: [FAILED_TO_LOAD] });

/** A true answer of the service, fetched once: what a retry comes back with. */
let answer = '';
test.beforeAll(async ({ playwright, baseURL }) => {
  const api = await playwright.request.newContext({ baseURL: baseURL ?? '' });
  const response = await api.post('/api/v1/enhance', {
    headers: { accept: 'text/event-stream' },
    timeout: 60_000,
    multipart: {
      upscale_factor: 1,
      background: 'false',
      output_format: 'png',
      file: { name: 'portrait.jpg', mimeType: 'image/jpeg', buffer: readFileSync(picture('portrait.jpg')) },
    },
  });
  answer = await response.text();
  expect(answer).toContain('event: result');
  await api.dispose();
});

const succeed = (route: Route) => route.fulfill({ body: answer, contentType: 'text/event-stream' });
const refuse =
  (status: number, stage: string, error: string, headers = {}) =>
  (route: Route) =>
    route.fulfill({ status, headers, contentType: 'application/json', body: JSON.stringify({ error, stage }) });

/** The first request meets `first`, the later ones the service's answer. */
async function once(page: Page, first: (route: Route) => Promise<void>): Promise<void> {
  let met = false;
  await page.route(ENHANCE, (route) => {
    if (met) return succeed(route);
    met = true;
    return first(route);
  });
}

async function start(page: Page): Promise<void> {
  await withOptions(page, QUICK);
  await open(page);
  await choose(page, 'portrait.jpg');
  await restore(page);
}

const ERRORS = [
  [408, 'upload', 'slow', 'The upload took too long'],
  [413, 'upload', 'bytes', 'The file is too large'],
  [413, 'decode', 'pixels', 'The picture has too many pixels'],
  [415, 'decode', 'type', 'The service cannot read this file'],
  [422, 'decode', 'damaged', 'The picture cannot be decoded'],
  [422, 'request', 'option', 'The service did not accept the request'],
  [422, 'detector', 'noFace', 'No face was found'],
  [429, 'ingress', 'rate', 'Too many requests'],
  [500, 'metrics', 'stageFailed', 'A step failed on this picture'],
  [500, 'internal', 'internal', 'Something went wrong inside the service'],
  [503, 'ingress', 'busy', 'The service is busy'],
  [503, 'upscaler', 'stageGone', 'A part of the service is not available'],
  [504, 'ingress', 'deadline', 'It took too long'],
] as const;

test('every error of the API is told in words, and retried with the same picture', async ({ page }) => {
  const answers = ERRORS.map(([status, stage]) => refuse(status, stage, `What the service says of ${status}.`));
  await page.route(ENHANCE, (route) => (answers.shift() ?? succeed)(route));
  await start(page);
  for (const [status, stage, kind, title] of ERRORS) {
    await test.step(`${status} of ${stage}`, async () => {
      await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', kind);
      await expect(page.getByRole('heading', { name: title })).toBeFocused();
      await expect(page.getByText(`What the service says of ${status}.`)).toBeVisible();
      await expect(
        page.getByText(new RegExp(`Step: .* · Code ${status} · Your photograph and options are kept`)),
      ).toBeVisible();
      await expect(page.getByTestId('preview')).toBeVisible();
      await look(page, `31-${status}-${kind}`);
      const again = page.waitForRequest(ENHANCE);
      await page.getByRole('button', { name: 'Try again' }).click();
      expect((await again).postDataBuffer()?.includes('portrait.jpg')).toBe(true);
    });
  }
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible();
});

/** What the service itself answers when what the page sent is spoilt on its way; everything after that is left alone. */
const SPOILT = [
  ['bytes', 413, { file: { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(12 * 2 ** 20) } }],
  ['pixels', 413, { file: { name: 'a.png', mimeType: 'image/png', buffer: readFileSync(picture('huge.png')) } }],
  ['type', 415, { file: { name: 'a.jpg', mimeType: 'image/jpeg', buffer: readFileSync(picture('notes.jpg')) } }],
  ['damaged', 422, { file: { name: 'a.jpg', mimeType: 'image/jpeg', buffer: readFileSync(picture('damaged.jpg')) } }],
  ['option', 422, { upscale_factor: 9 }],
  ['noFace', 422, { file: { name: 'a.png', mimeType: 'image/png', buffer: readFileSync(picture('nobody.png')) } }],
] as const;

test("the service's own refusals, each retried against it", async ({ page }) => {
  const whole = { name: 'portrait.jpg', mimeType: 'image/jpeg', buffer: readFileSync(picture('portrait.jpg')) };
  const spoilt = SPOILT.map(([, , fields]) => ({ file: whole, upscale_factor: 1, background: 'false', ...fields }));
  await page.route(ENHANCE, async (route) => {
    const multipart = spoilt.shift();
    if (multipart === undefined) return route.continue();
    const headers = { accept: 'text/event-stream' };
    return route.fulfill({ response: await page.request.post(route.request().url(), { headers, multipart }) });
  });
  await start(page);
  for (const [kind, status] of SPOILT) {
    await test.step(`${status} ${kind}`, async () => {
      await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', kind);
      await expect(page.getByText(new RegExp(`Code ${status} · Your photograph and options are kept`))).toBeVisible();
      await page.getByRole('button', { name: 'Try again' }).click();
    });
  }
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible({ timeout: 60_000 });
});

test('the service is really overloaded, and serves when the others have gone', async ({ page, baseURL }) => {
  await withOptions(page, QUICK);
  await open(page);
  await choose(page, 'portrait.jpg');
  const crowd = new AbortController();
  const others = Array.from({ length: 24 }, () => {
    const body = new FormData();
    body.set('file', new Blob([readFileSync(picture('portrait.jpg'))], { type: 'image/jpeg' }), 'portrait.jpg');
    body.set('upscale_factor', '4');
    return fetch(`${baseURL}/api/v1/enhance`, { method: 'POST', body, signal: crowd.signal }).then(
      ({ status }) => status,
    );
  });
  const full = Promise.any(others.map((other) => other.then((status) => status === 503 || Promise.reject(status))));
  await full; // one of the crowd was turned away, so the next one is too
  await restore(page);
  await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', 'busy');
  await expect(page.getByTestId('failure')).toContainText(/\d+ s/);
  crowd.abort();
  await Promise.allSettled(others);
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible({ timeout: 90_000 }); // by itself
});

test('an error in the middle of the stream', async ({ page }) => {
  const body =
    'event: stage\ndata: {"stage":"detector","state":"started","done":0,"total":0}\n\n' +
    'event: error\ndata: {"error":"The model failed on this image.","stage":"restorer","status":500}\n\n';
  await once(page, (route) => route.fulfill({ contentType: 'text/event-stream', body }));
  await start(page);
  await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', 'stageFailed');
  await expect(page.getByText('Step: Restoring faces')).toBeVisible();
});

test('overloaded: waits as long as the service says, then tries again by itself', async ({ page }) => {
  await once(page, refuse(503, 'ingress', 'The service is busy.', { 'Retry-After': '3' }));
  await start(page);
  await expect(page.getByRole('timer')).toContainText(/in [123] s/);
  await look(page, '32-busy-waiting');
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible();
});

test('waiting can be stopped', async ({ page }) => {
  await once(page, refuse(429, 'ingress', 'Too many requests.', { 'Retry-After': '60' }));
  await start(page);
  await page.getByRole('button', { name: 'Stop waiting' }).click();
  await expect(page.getByRole('timer')).toBeHidden();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible();
});

test('the service is down, and comes back', async ({ page }) => {
  await page.route(READY, (route) => route.abort('connectionrefused'));
  await once(page, (route) => route.abort('connectionrefused'));
  await page.goto('/');
  await expect(page.getByTestId('service')).toHaveAttribute('data-status', 'down');
  await choose(page, 'portrait.jpg');
  await restore(page);
  await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', /unreachable|lost/);
  await look(page, '33-down');
  await page.unroute(READY);
  await expect(page.getByText('The service answers again.')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible();
});

test('the service is starting', async ({ page }) => {
  await page.route(READY, refuse(503, 'ingress', 'The service is still starting.'));
  await page.goto('/');
  await expect(page.getByTestId('service')).toHaveAttribute('data-status', 'starting');
  await expect(page.getByText('The service is still loading its models.')).toBeVisible();
  await look(page, '34-starting');
  await page.unroute(READY);
  await expect(page.getByTestId('service')).toHaveAttribute('data-status', 'ready');
});

test('something else answers', async ({ page }) => {
  await once(page, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Sign in to the network</h1>' }));
  await start(page);
  await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', 'garbled');
});

test.describe('the page itself breaks', () => {
  test.use({ expectedErrors: [/./] });

  test('and the picture is kept', async ({ page }) => {
    const told = JSON.parse(/event: result\ndata: (.*)/.exec(answer)?.[1] ?? '');
    told.data.faces = [null];
    const strange = `event: result\ndata: ${JSON.stringify(told)}\n\n`;
    await once(page, (route) => route.fulfill({ contentType: 'text/event-stream', body: strange }));
    await start(page);
    await expect(page.getByRole('heading', { name: 'The page stumbled' })).toBeVisible();
    await expect(page.getByText('your photograph, portrait.jpg, is kept.')).toBeVisible();
    await look(page, '35-stumbled');
    await page.getByRole('button', { name: 'Carry on' }).click();
    await expect(page.getByTestId('dimensions')).toHaveText('200 × 240');
    await restore(page);
    await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible();
  });
});

test('the service is killed in the middle of the work', async ({ page }) => {
  const victim = Number(process.env.VISAGE_KILL_PID);
  test.skip(!victim, 'VISAGE_KILL_PID is not set: this service is not ours to kill');
  await withOptions(page, { upscale_factor: 4 });
  await open(page);
  await choose(page, 'portrait.jpg');
  await restore(page);
  await expect(page.locator('[data-step=upscaler]')).toHaveAttribute('data-state', 'running');
  process.kill(victim, 'SIGKILL');
  await expect(page.getByTestId('failure')).toHaveAttribute('data-kind', /lost|stageGone|busy|unreachable|internal/);
  await look(page, '36-killed');
  await expect(page.getByTestId('preview')).toBeVisible();
  await expect(async () => {
    const again = page.getByRole('button', { name: /^Try (again|now)$/ });
    if (await again.isVisible()) await again.click();
    await expect(page.getByRole('heading', { name: 'Restored' })).toBeVisible({ timeout: 20_000 });
  }).toPass({ timeout: 100_000 });
});
