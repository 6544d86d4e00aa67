import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULTS } from '../options';
import { EnhanceError, enhance, inspect, preview, readiness } from './client';
import { setKey } from './key';

/** A request that answers as it is told; a real one needs a server. */
class FakeRequest {
  static latest: FakeRequest;
  upload: { onprogress?: (event: object) => void } = {};
  onprogress?: (event: object) => void;
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  onloadend?: () => void;
  status = 0;
  responseText = '';
  headers: Record<string, string> = {};
  sent: FormData | null = null;
  aborted = false;
  constructor() {
    FakeRequest.latest = this;
  }
  open() {}
  asked: Record<string, string> = {};
  setRequestHeader(name: string, value: string) {
    this.asked[name] = value;
  }
  getResponseHeader = (name: string) => this.headers[name] ?? null;
  send(body: FormData) {
    this.sent = body;
  }
  abort() {
    this.aborted = true;
    this.onabort?.();
    this.onloadend?.();
  }
  receive(text: string) {
    this.responseText += text;
    this.onprogress?.({ loaded: this.responseText.length });
  }
  end(status = 200) {
    this.status = status;
    this.onload?.();
    this.onloadend?.();
  }
}

const listener = { onUpload: vi.fn(), onStage: vi.fn(), onReceive: vi.fn() };
const STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };
const start = (signal = new AbortController().signal) =>
  enhance(new File(['x'], 'a.jpg'), { ...DEFAULTS }, listener, signal);

async function failureAfter(status: number, headers: Record<string, string>, text: string) {
  const request = start().catch((reason: unknown) => reason);
  FakeRequest.latest.headers = headers;
  FakeRequest.latest.responseText = text;
  FakeRequest.latest.end(status);
  const error = await request;
  return error instanceof EnhanceError ? error.failure : error;
}

beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  for (const each of Object.values(listener)) each.mockReset();
});

describe('the API key of this tab', () => {
  afterEach(() => setKey(''));

  test('goes with every request for work once it is there, and with no question about the service', async () => {
    const fetched = vi.fn(async (_: string, __: RequestInit) => new Response('{}'));
    vi.stubGlobal('fetch', fetched);
    const photo = new File(['x'], 'a.jpg');
    const keys = async () => {
      start().catch(() => {});
      const { signal } = new AbortController();
      await inspect(photo, {}, signal);
      await preview(photo);
      const sent = fetched.mock.calls.map(([, { headers }]) => new Headers(headers).get('Authorization'));
      fetched.mockClear();
      await readiness(signal);
      expect(fetched.mock.calls[0]?.[1].headers).toBeUndefined();
      fetched.mockClear();
      return [FakeRequest.latest.asked.Authorization ?? null, ...sent];
    };
    expect(await keys()).toEqual([null, null, null]);
    setKey('visage_5f0c_secret');
    expect(await keys()).toEqual(Array(3).fill('Bearer visage_5f0c_secret'));
    for (const nonsense of ['two words', 'schlüssel', 'a\nb', '']) {
      setKey(nonsense); // what no header can hold
      expect(await keys()).toEqual([null, null, null]);
    }
  });
});

describe('the code of an error', () => {
  const body = { error: 'Busy.', stage: 'upscaler' };

  test('is in a header of the response', async () => {
    const headers = { 'content-type': 'application/json', 'x-error-code': 'stage_busy', 'retry-after': '5' };
    expect(await failureAfter(503, headers, JSON.stringify(body))).toMatchObject({ kind: 'busy', retryAfterS: 5 });
  });

  test('can be missing', async () => {
    const failure = await failureAfter(503, { 'content-type': 'application/json' }, JSON.stringify(body));
    expect(failure).toMatchObject({ kind: 'stageGone', stage: 'upscaler', retryAfterS: null });
    expect(await failureAfter(503, { 'content-type': 'text/plain' }, 'Busy')).toMatchObject({ kind: 'busy' });
  });

  test('is in the error event of a stream', async () => {
    const events = (event: object) =>
      'event: stage\ndata: {"stage":"upscaler","state":"started","done":0,"total":4}\n\n' +
      `event: error\ndata: ${JSON.stringify(event)}\n\n`;
    const event = { ...body, status: 503, code: 'stage_busy', retry_after_s: 7 };
    expect(await failureAfter(200, STREAM, events(event))).toMatchObject({
      kind: 'busy',
      status: 503,
      message: 'Busy.',
      retryAfterS: 7,
    });
    expect(listener.onStage).toHaveBeenCalledWith({ stage: 'upscaler', state: 'started', done: 0, total: 4 });
    expect(await failureAfter(200, STREAM, events({ ...body, status: 503 }))).toMatchObject({ kind: 'stageGone' });
  });
});

describe('a request', () => {
  test('tells of stages as they come, and then of the bytes of the result', async () => {
    const request = start();
    const { latest } = FakeRequest;
    latest.headers = STREAM;
    latest.receive('event: stage\ndata: {"stage":"encode","state":"finished","done":0,"total":0}\n\nevent: re');
    expect(listener.onStage).toHaveBeenCalledTimes(1);
    expect(listener.onReceive).not.toHaveBeenCalled();
    latest.receive('sult\ndata: {"data":{"restored_image":"');
    latest.receive('A'.repeat(1000));
    expect(listener.onReceive).toHaveBeenLastCalledWith(1000);
    latest.receive('"}}\n\n');
    latest.end();
    expect((await request).data.restored_image).toHaveLength(1000);
  });

  test('that is aborted closes its connection', async () => {
    const controller = new AbortController();
    const request = start(controller.signal);
    controller.abort();
    await expect(request).rejects.toBe(controller.signal.reason);
    expect(FakeRequest.latest.aborted).toBe(true);
  });

  test('whose connection breaks was lost if something was sent, else never reached the service', async () => {
    for (const [loaded, kind] of [
      [0, 'unreachable'],
      [10, 'lost'],
    ] as const) {
      const request = start();
      FakeRequest.latest.upload.onprogress?.({ loaded, total: 10 });
      FakeRequest.latest.onerror?.();
      await expect(request).rejects.toMatchObject({ failure: { kind } });
    }
  });
});

test('a browser without AbortSignal.any knows whether the service is ready', async () => {
  vi.stubGlobal('AbortSignal', class {});
  const answer = { ready: true, limits: {} };
  vi.stubGlobal('fetch', async () => ({ status: 200, json: async () => answer }));
  expect(await readiness(new AbortController().signal)).toBe(answer);
});
