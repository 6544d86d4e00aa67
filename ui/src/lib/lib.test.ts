import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventReader } from './api/sse';
import { failureOf } from './failure';
import { bytes, megapixels, resultName, seconds } from './format';
import { grade } from './grade';
import { DEFAULTS, loadOptions, sanitize, saveOptions } from './options';
import { checkFile, DEFAULT_LIMITS, judgeSize } from './picture';
import { stepsOf } from './steps';
import { fitScale, focusOn, settle, wholeView, zoomTo } from './view';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const blob = (...content: number[]) => new Blob([new Uint8Array(content)]);

describe('files are judged by their content', () => {
  test.each([
    ['a JPEG', blob(0xff, 0xd8, 0xff, 0xe0, 0), null],
    ['a PNG', blob(...PNG, 1), null],
    ['a GIF', blob(0x47, 0x49, 0x46, 0x38), 'type'],
    ['the beginning of a PNG', blob(...PNG.slice(0, 4)), 'type'],
    ['nothing', blob(), 'empty'],
  ])('%s', async (_, file, kind) => {
    expect((await checkFile(file, 100))?.kind ?? null).toBe(kind);
  });

  test('one byte more than the limit is too large, the limit itself is not', async () => {
    const file = blob(0xff, 0xd8, 0xff, ...new Array(97).fill(0));
    expect(await checkFile(file, 100)).toBeNull();
    expect(await checkFile(file, 99)).toEqual({ kind: 'size', bytes: 100, max: 99 });
  });

  test.each([
    [1000, 1000, 2, 'fine'],
    [3000, 3000, 2, 'large'],
    [5000, 4000, 1, 'input'],
    [3800, 3000, 3, 'output'],
    [1000, 31, 2, 'small'],
  ])('%i by %i pixels, %i times, is %s', (width, height, factor, kind) => {
    expect(judgeSize(width, height, factor, DEFAULT_LIMITS).kind).toBe(kind);
  });
});

describe('options', () => {
  afterEach(() => localStorage.clear());

  test('survive a visit', () => {
    saveOptions({ ...DEFAULTS, upscale_factor: 4, strength: 0.35, output_format: 'jpeg' });
    expect(loadOptions()).toEqual({ ...DEFAULTS, upscale_factor: 4, strength: 0.35, output_format: 'jpeg' });
  });

  test('that make no sense become the defaults', () => {
    expect(sanitize({ upscale_factor: 7, strength: 2, faces: 'none', background: 'yes' })).toEqual(DEFAULTS);
    expect(sanitize('[1]')).toEqual(DEFAULTS);
    localStorage.setItem('visage.options', '{broken');
    expect(loadOptions()).toEqual(DEFAULTS);
  });

  test('work without storage', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('forbidden');
    });
    expect(() => saveOptions({ ...DEFAULTS })).not.toThrow();
  });
});

describe('events out of a growing text', () => {
  test('each comes once, however the text arrives', () => {
    const text = ': hello\n\nevent: stage\ndata: {"a":1}\n\nevent: result\ndata: {}\n\nevent: half\nda';
    for (const step of [1, 3, 7, text.length]) {
      const read = eventReader();
      const events = [];
      for (let end = step; end < text.length + step; end += step) events.push(...read(text.slice(0, end)));
      expect(events).toEqual([
        { event: 'stage', data: '{"a":1}' },
        { event: 'result', data: '{}' },
      ]);
    }
  });
});

describe('failures', () => {
  test('name the stage, the sentence and the wait', () => {
    const failure = failureOf(503, { error: 'The service is busy.', stage: 'ingress' }, '5');
    expect(failure).toEqual({
      kind: 'busy',
      status: 503,
      stage: 'ingress',
      message: 'The service is busy.',
      retryAfterS: 5,
    });
  });

  test('of something that is not our service', () => {
    expect(failureOf(404, '<html>', null)).toMatchObject({ kind: 'garbled', message: null, stage: null });
    expect(failureOf(503, null, null)).toMatchObject({ kind: 'busy', retryAfterS: null });
    expect(failureOf(503, null, 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterS).toBeNull();
  });
});

describe('the view', () => {
  const viewport = { width: 800, height: 600 };
  const size = { width: 1600, height: 1600 };

  test('the whole picture is centred', () => {
    expect(wholeView(viewport, size)).toEqual({ scale: 0.375, x: 100, y: 0 });
  });

  test('zooming holds the point under the pointer', () => {
    const before = wholeView(viewport, size);
    const at = { x: 400, y: 300 };
    const after = zoomTo(before, 1, at, viewport, size, 1);
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
  });

  test('neither smaller than the whole nor larger than eight times real pixels', () => {
    const view = wholeView(viewport, size);
    expect(zoomTo(view, 0.01, { x: 0, y: 0 }, viewport, size, 1).scale).toBe(fitScale(viewport, size));
    expect(zoomTo(view, 99, { x: 0, y: 0 }, viewport, size, 2).scale).toBe(4);
  });

  test('no gap opens beside a picture that is larger than its place', () => {
    expect(settle({ scale: 1, x: 50, y: -5000 }, viewport, size)).toEqual({ scale: 1, x: 0, y: -1000 });
  });

  test('a face comes to the middle', () => {
    const view = focusOn([700, 700, 900, 940], viewport, size, 1);
    expect(view.x + 800 * view.scale).toBeCloseTo(400);
    expect(view.y + 820 * view.scale).toBeCloseTo(300);
    expect(240 * view.scale).toBeLessThan(600);
  });
});

test('figures have words; for LPIPS less is closer', () => {
  expect(grade('psnr', 45)).toBe(0);
  expect(grade('psnr', 12)).toBe(3);
  expect(grade('lpips', 0.01)).toBe(0);
  expect(grade('lpips', 0.9)).toBe(3);
  expect(grade('identity', 0.4)).toBe(2);
});

test('numbers and names are as people write them', () => {
  expect(bytes(300)).toBe('1 kB');
  expect(bytes(10_485_760)).toBe('10 MB');
  expect(bytes(1_600_000)).toBe('1.5 MB');
  expect(megapixels(16_000_000)).toBe('16');
  expect(seconds(640)).toBe('640 ms');
  expect(seconds(8123)).toBe('8.1 s');
  expect(resultName('Grandma 1932.JPEG', 2, 'png')).toBe('Grandma 1932-restored-2x.png');
  expect(resultName('.png', 1, 'jpeg')).toBe('photograph-restored.jpg');
});

test('steps tell what runs and how far it is', () => {
  const request = { picture: {} as never, options: { ...DEFAULTS }, attempt: 1, problem: null };
  const upload = stepsOf({ ...request, name: 'uploading', fraction: 0.42 });
  expect(upload[0]).toMatchObject({ name: 'upload', state: 'running', detail: '42 %' });
  const steps = stepsOf({
    ...request,
    name: 'processing',
    stages: {
      detector: { state: 'finished', done: 0, total: 0 },
      restorer: { state: 'progress', done: 1, total: 3 },
    },
  });
  expect(steps.map((step) => step.state).slice(0, 4)).toEqual(['done', 'done', 'running', 'waiting']);
  expect(steps[2]?.detail).toBe('1 of 3');
});
