import axios from 'axios';
import { describe, expect, test, vi } from 'vitest';
import { DEFAULTS } from '../options';
import { EnhanceError, enhance } from './client';

vi.mock('axios', () => ({ default: { post: vi.fn() } }));

const listener = { onUpload: vi.fn(), onStage: vi.fn() };

async function failureAfter(status: number, headers: Record<string, string>, data: string) {
  vi.mocked(axios.post).mockResolvedValueOnce({ status, headers, data });
  const request = enhance(new File(['x'], 'a.jpg'), { ...DEFAULTS }, listener, new AbortController().signal);
  const error = await request.catch((reason: unknown) => reason);
  return error instanceof EnhanceError ? error.failure : error;
}

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
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
    const event = { ...body, status: 503, code: 'stage_busy', retry_after_s: 7 };
    expect(await failureAfter(200, headers, events(event))).toMatchObject({
      kind: 'busy',
      status: 503,
      message: 'Busy.',
      retryAfterS: 7,
    });
    expect(listener.onStage).toHaveBeenCalledWith({ stage: 'upscaler', state: 'started', done: 0, total: 4 });
    expect(await failureAfter(200, headers, events({ ...body, status: 503 }))).toMatchObject({ kind: 'stageGone' });
  });
});
