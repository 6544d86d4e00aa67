'use client';
/** Runs a request: the side effects of the state machine, the connection, and the object URLs of the images. */
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import { EnhanceError, enhance } from '@/lib/api/client';
import { plainFailure } from '@/lib/failure';
import { storedFile, storeFile } from '@/lib/file-store';
import { INITIAL, reduce, type State } from '@/lib/machine';
import type { Options } from '@/lib/options';
import { checkFile, openPhoto, type Problem } from '@/lib/photo';
import { openResult } from '@/lib/result';

export interface Actions {
  choose: (file: File, problem?: Problem) => Promise<void>;
  reject: (problem: Problem) => void;
  dismiss: () => void;
  clear: () => void;
  start: (options: Options) => Promise<void>;
  retry: () => void;
  stopWaiting: () => void;
  cancel: () => void;
  back: () => void;
}

export function useEnhance(maxBytes: number): [State, Actions] {
  const [state, dispatch] = useReducer(reduce, INITIAL);
  const latestState = useRef(state);
  latestState.current = state;
  const connection = useRef<AbortController | null>(null);
  const limit = useRef(maxBytes);
  limit.current = maxBytes;

  const abort = useCallback(() => {
    connection.current?.abort();
    connection.current = null;
  }, []);

  const choose = useCallback(
    async (file: File, problem?: Problem) => {
      const rejection = await checkFile(file, limit.current);
      if (rejection !== null) return dispatch({ type: 'rejected', problem: rejection });
      try {
        const photo = await openPhoto(file);
        abort();
        storeFile(file);
        dispatch(problem === undefined ? { type: 'chosen', photo } : { type: 'chosen', photo, problem });
      } catch {
        dispatch({ type: 'rejected', problem: { kind: 'damaged' } });
      }
    },
    [abort],
  );

  const run = useCallback(async (options: Options, retry: boolean) => {
    const current = latestState.current;
    if (!('photo' in current) || connection.current !== null) return;
    const controller = new AbortController();
    connection.current = controller;
    dispatch({ type: 'started', options, retry });
    try {
      const response = await enhance(
        current.photo.file,
        options,
        {
          onUpload: (fraction) => dispatch({ type: 'uploadProgress', fraction }),
          onStage: (event) => dispatch({ type: 'stage', event }),
        },
        controller.signal,
      );
      dispatch({ type: 'succeeded', result: openResult(response) });
    } catch (error) {
      if (controller.signal.aborted) return;
      dispatch({ type: 'failed', failure: error instanceof EnhanceError ? error.failure : plainFailure('garbled') });
    } finally {
      if (connection.current === controller) connection.current = null;
    }
  }, []);

  const actions = useMemo<Actions>(
    () => ({
      choose,
      reject: (problem) => dispatch({ type: 'rejected', problem }),
      dismiss: () => dispatch({ type: 'dismissed' }),
      clear: () => {
        abort();
        storeFile(null);
        dispatch({ type: 'cleared' });
      },
      start: (options) => run(options, false),
      retry: () => {
        if (latestState.current.name === 'failed') void run(latestState.current.options, true);
      },
      stopWaiting: () => dispatch({ type: 'stoppedWaiting' }),
      cancel: () => {
        abort();
        dispatch({ type: 'canceled' });
      },
      back: () => dispatch({ type: 'returned' }),
    }),
    [choose, run, abort],
  );

  useEffect(() => {
    const file = storedFile(); // set if the error boundary has remounted the page
    if (file !== null) void choose(file);
    return abort;
  }, [choose, abort]);

  useRevokeReplaced('photo' in state ? state.photo.url : null);
  useRevokeReplaced(state.name === 'done' ? state.result.url : null);
  return [state, actions];
}

/** Revokes an object URL when another one replaces it, which frees its memory. */
function useRevokeReplaced(url: string | null): void {
  const previous = useRef<string | null>(null);
  useEffect(() => {
    if (previous.current !== null && previous.current !== url) URL.revokeObjectURL(previous.current);
    previous.current = url;
  }, [url]);
}
