'use client';
/** Owns a request's life: the state machine's effects, the connection, and the pictures' addresses. */
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import { EnhanceError, enhance } from '@/lib/api/client';
import { plainFailure } from '@/lib/failure';
import { keep, keptFile } from '@/lib/kept';
import { INITIAL, reduce, type State } from '@/lib/machine';
import type { Options } from '@/lib/options';
import { checkFile, openPicture, type Problem } from '@/lib/picture';
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
  const now = useRef(state);
  now.current = state;
  const connection = useRef<AbortController | null>(null);
  const limit = useRef(maxBytes);
  limit.current = maxBytes;

  const hangUp = useCallback(() => {
    connection.current?.abort();
    connection.current = null;
  }, []);

  const choose = useCallback(
    async (file: File, problem?: Problem) => {
      const wrong = await checkFile(file, limit.current);
      if (wrong !== null) return dispatch({ type: 'rejected', problem: wrong });
      try {
        const picture = await openPicture(file);
        hangUp();
        keep(file);
        dispatch(problem === undefined ? { type: 'picked', picture } : { type: 'picked', picture, problem });
      } catch {
        dispatch({ type: 'rejected', problem: { kind: 'damaged' } });
      }
    },
    [hangUp],
  );

  const run = useCallback(async (options: Options, again: boolean) => {
    const from = now.current;
    if (!('picture' in from) || connection.current !== null) return;
    const mine = new AbortController();
    connection.current = mine;
    dispatch({ type: 'started', options, again });
    try {
      const response = await enhance(
        from.picture.file,
        options,
        {
          onUpload: (fraction) => dispatch({ type: 'sent', fraction }),
          onStage: (event) => dispatch({ type: 'stage', event }),
        },
        mine.signal,
      );
      dispatch({ type: 'succeeded', result: openResult(response) });
    } catch (error) {
      if (mine.signal.aborted) return;
      dispatch({ type: 'failed', failure: error instanceof EnhanceError ? error.failure : plainFailure('garbled') });
    } finally {
      if (connection.current === mine) connection.current = null;
    }
  }, []);

  const actions = useMemo<Actions>(
    () => ({
      choose,
      reject: (problem) => dispatch({ type: 'rejected', problem }),
      dismiss: () => dispatch({ type: 'dismissed' }),
      clear: () => {
        hangUp();
        keep(null);
        dispatch({ type: 'cleared' });
      },
      start: (options) => run(options, false),
      retry: () => {
        if (now.current.name === 'failed') void run(now.current.options, true);
      },
      stopWaiting: () => dispatch({ type: 'stoppedWaiting' }),
      cancel: () => {
        hangUp();
        dispatch({ type: 'cancelled' });
      },
      back: () => dispatch({ type: 'returned' }),
    }),
    [choose, run, hangUp],
  );

  useEffect(() => {
    const file = keptFile(); // after the error boundary has taken the page down
    if (file !== null) void choose(file);
    return hangUp;
  }, [choose, hangUp]);

  useRevoked('picture' in state ? state.picture.url : null);
  useRevoked(state.name === 'done' ? state.result.url : null);
  return [state, actions];
}

/** Frees the memory behind an address once another has taken its place. */
function useRevoked(url: string | null): void {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (shown.current !== null && shown.current !== url) URL.revokeObjectURL(shown.current);
    shown.current = url;
  }, [url]);
}
