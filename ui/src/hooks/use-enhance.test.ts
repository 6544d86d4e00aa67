import { act, renderHook, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EnhanceError, enhance, type Listener } from '@/lib/api/client';
import { plainFailure } from '@/lib/failure';
import { storeFile } from '@/lib/file-store';
import { DEFAULTS } from '@/lib/options';
import { useEnhance } from './use-enhance';

vi.mock('@/lib/api/client', async (original) => ({ ...(await original<object>()), enhance: vi.fn() }));
vi.mock('@/lib/photo', async (original) => ({
  ...(await original<object>()),
  openPhoto: async (file: File) => ({ file, url: `blob:${file.name}`, width: 4, height: 3 }),
}));

const jpeg = (name: string) => new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])], name);
const response = { status: 'success', data: { restored_image: btoa('png'), content_type: 'image/png' } };
const enhanceMock = vi.mocked(enhance);

async function ready() {
  const hook = renderHook(() => useEnhance(1000));
  const [, actions] = hook.result.current;
  await act(() => actions.choose(jpeg('a.jpg')));
  return { state: () => hook.result.current[0], actions, unmount: hook.unmount };
}

describe('useEnhance', () => {
  beforeEach(() => {
    storeFile(null);
    enhanceMock.mockReset();
  });

  test('follows a request to its result', async () => {
    let listener: Listener | undefined;
    let finish: (value: never) => void = () => {};
    enhanceMock.mockImplementation((_file, _options, given) => {
      listener = given;
      return new Promise((resolve) => {
        finish = resolve as typeof finish;
      });
    });
    const { state, actions } = await ready();
    act(() => void actions.start({ ...DEFAULTS }));
    expect(state().name).toBe('uploading');
    act(() => listener?.onUpload(1));
    expect(state().name).toBe('processing');
    act(() =>
      listener?.onStage({ stage: 'detector', state: 'started', done: 0, total: 0, percent: null, eta_ms: null }),
    );
    expect(state()).toMatchObject({ stages: { detector: { state: 'started' } } });
    act(() => finish(response as never));
    await waitFor(() => expect(state().name).toBe('done'));
  });

  test('canceling closes the connection and keeps the photo', async () => {
    let signal: AbortSignal | undefined;
    enhanceMock.mockImplementation((_file, _options, _listener, given) => {
      signal = given;
      return new Promise((_, reject) => given.addEventListener('abort', () => reject(given.reason)));
    });
    const { state, actions } = await ready();
    act(() => void actions.start({ ...DEFAULTS }));
    await act(async () => actions.cancel());
    expect(signal?.aborted).toBe(true);
    expect(state()).toMatchObject({ name: 'ready', canceled: true });
  });

  test('a retry sends the same file with the same options', async () => {
    enhanceMock.mockRejectedValueOnce(new EnhanceError(plainFailure('lost'))).mockResolvedValueOnce(response as never);
    const { state, actions } = await ready();
    await act(() => actions.start({ ...DEFAULTS, strength: 0.5 }));
    expect(state()).toMatchObject({ name: 'failed', failure: { kind: 'lost' } });
    await act(async () => actions.retry());
    await waitFor(() => expect(state().name).toBe('done'));
    expect(enhanceMock.mock.calls[1]?.slice(0, 2)).toEqual(enhanceMock.mock.calls[0]?.slice(0, 2));
  });

  test('a rejected file is not opened', async () => {
    const { state, actions } = await ready();
    await act(() => actions.choose(new File(['GIF89a'], 'b.gif')));
    expect(state()).toMatchObject({ name: 'ready', problem: { kind: 'type' }, photo: { file: { name: 'a.jpg' } } });
  });

  test('unmounting closes the connection, and mounting again restores the photo', async () => {
    let signal: AbortSignal | undefined;
    enhanceMock.mockImplementation((_file, _options, _listener, given) => {
      signal = given;
      return new Promise(() => {});
    });
    const first = await ready();
    act(() => void first.actions.start({ ...DEFAULTS }));
    first.unmount();
    expect(signal?.aborted).toBe(true);
    const second = renderHook(() => useEnhance(1000));
    await waitFor(() => expect(second.result.current[0]).toMatchObject({ name: 'ready' }));
  });
});
