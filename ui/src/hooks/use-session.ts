'use client';
/** The photos of this tab, and the side effects of their states: opening files, requests, retries, object URLs. */
import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from 'react';
import type { PublicLimits } from '@/lib/api/schema';
import { isBusy } from '@/lib/film';
import { isFilm, openFilm } from '@/lib/film-file';
import type { StrengthOf } from '@/lib/layers';
import type { Encoding } from '@/lib/machine';
import type { Options } from '@/lib/options';
import { closePhoto, fitPhoto, openFile, type Photo, type Problem } from '@/lib/photo';
import { cancelRequest, runRequest } from '@/lib/requests';
import { closeResult } from '@/lib/result';
import { type Job, nextRetry, nextToStart, type Session, type Shown } from '@/lib/session';
import { sessionStore } from '@/lib/session-store';

export interface Actions {
  add: (files: readonly File[]) => Promise<void>;
  reject: (problem: Problem) => void;
  dismiss: () => void;
  show: (shown: Shown) => void;
  /** Starts, or starts again, every job that is ready or failed. `forecastMs`: as in machine.ts. */
  start: (ids: readonly number[], options: Options, forecastMs?: number | null) => void;
  retry: (ids: readonly number[]) => void;
  cancel: (ids: readonly number[]) => void;
  stopWaiting: (id: number) => void;
  /** Restores the same photo once more, with other options; the first result stays. */
  again: (id: number, options: Options) => void;
  /** Makes the photo as small as the service wants it. */
  fit: (id: number, factor: number, limits: PublicLimits) => Promise<void>;
  back: (id: number) => void;
  /** Shows each face of a result in its strength; null: as the service answered. */
  fade: (id: number, strengths: StrengthOf | null) => void;
  /** The file that is wanted of a result; null: as the service answered. */
  encode: (id: number, encoding: Encoding | null) => void;
  saved: (ids: readonly number[]) => void;
  remove: (ids: readonly number[]) => void;
  undo: () => void;
}

const { dispatch, get } = sessionStore;
const byId = (id: number): Job | undefined => get().jobs.find((job) => job.id === id);

/** For so long what was removed can be had again. */
const UNDO_MS = 10_000;

/** Takes the first film, unless one is being worked on; returns what is not taken. */
async function takeFilm(files: readonly File[]): Promise<Problem[]> {
  const { film } = get();
  const [first, ...others] = film !== null && isBusy(film) ? [undefined, ...files] : files;
  if (first !== undefined) dispatch({ type: 'film', action: { type: 'opened', source: await openFilm(first) } });
  return others.flatMap((file) => (file === undefined ? [] : [{ kind: 'oneFilm' as const, name: file.name }]));
}

const ACTIONS: Actions = {
  add: async (files) => {
    const photos: Photo[] = [];
    const problems: Problem[] = [];
    const films: File[] = [];
    const several = files.length > 1;
    for (const [index, file] of files.entries()) {
      if (several) dispatch({ type: 'opening', progress: { done: index, total: files.length } });
      const opened = await openFile(file);
      if ('kind' in opened && opened.kind === 'type' && (await isFilm(file))) films.push(file);
      else if ('kind' in opened) problems.push(opened);
      else if (several) dispatch({ type: 'added', photos: [opened], show: 'all' });
      else photos.push(opened);
    }
    dispatch({ type: 'opening', progress: null });
    dispatch({ type: 'added', photos, show: 'job' });
    problems.push(...(await takeFilm(films)));
    if (problems.length > 0) dispatch({ type: 'rejected', problems });
  },
  reject: (problem) => dispatch({ type: 'rejected', problems: [problem] }),
  dismiss: () => dispatch({ type: 'dismissed' }),
  show: (shown) => dispatch({ type: 'shown', shown }),
  start: (ids, options, forecastMs = null) => {
    for (const id of ids) dispatch({ type: 'job', id, action: { type: 'queued', options, retry: false, forecastMs } });
  },
  retry: (ids) => {
    for (const id of ids) {
      const state = byId(id)?.state;
      if (state?.name !== 'failed') continue;
      const { options, forecastMs } = state;
      dispatch({ type: 'job', id, action: { type: 'queued', options, retry: true, forecastMs } });
    }
  },
  cancel: (ids) => {
    for (const id of ids) {
      cancelRequest(id);
      dispatch({ type: 'job', id, action: { type: 'canceled' } });
    }
  },
  stopWaiting: (id) => dispatch({ type: 'job', id, action: { type: 'stoppedWaiting' } }),
  again: (id, options) => {
    dispatch({ type: 'again', id });
    const { shown } = get();
    if (typeof shown === 'number' && shown !== id) ACTIONS.start([shown], options);
  },
  fit: async (id, factor, limits) => {
    const job = byId(id);
    if (job === undefined) return;
    const photo = await fitPhoto(job.photo, factor, limits);
    dispatch({ type: 'replaced', id, photo });
  },
  back: (id) => dispatch({ type: 'job', id, action: { type: 'returned' } }),
  fade: (id, strengths) => dispatch({ type: 'job', id, action: { type: 'faded', strengths } }),
  encode: (id, encoding) => dispatch({ type: 'job', id, action: { type: 'encoded', encoding } }),
  saved: (ids) => {
    for (const id of ids) dispatch({ type: 'job', id, action: { type: 'saved' } });
  },
  remove: (ids) => {
    for (const id of ids) cancelRequest(id);
    dispatch({ type: 'removed', ids });
  },
  undo: () => dispatch({ type: 'undone' }),
};

export function useSession(): [Session, Actions] {
  const session = useSyncExternalStore(sessionStore.subscribe, sessionStore.get, sessionStore.initial);
  const actions = useMemo(() => ACTIONS, []);

  const starting = nextToStart(session);
  useEffect(() => {
    if (starting !== null) void runRequest(starting, dispatch);
  }, [starting]);

  const retry = nextRetry(session);
  const retryNow = useEffectEvent(() => retry !== null && actions.retry([retry.job.id]));
  const retryAt = retry?.at ?? null;
  useEffect(() => {
    if (retryAt === null) return;
    const timer = setTimeout(retryNow, Math.max(0, retryAt - performance.now()));
    return () => clearTimeout(timer);
  }, [retryAt]);

  useForget(session);
  return [session, actions];
}

/** Frees what was removed once it cannot be had again. */
function useForget({ removed }: Session): void {
  useEffect(() => {
    if (removed === null) return;
    const timer = setTimeout(() => dispatch({ type: 'forgotten' }), UNDO_MS);
    return () => {
      clearTimeout(timer);
      free(removed.jobs);
    };
  }, [removed]);
}

/** Revokes the object URLs of jobs that are gone. A photo may belong to several jobs. */
function free(gone: readonly Job[]): void {
  const { jobs, removed } = get();
  const kept = [...jobs, ...(removed?.jobs ?? [])];
  for (const { id, photo, state } of gone) {
    if (kept.some((job) => job.id === id)) continue;
    if (!kept.some((job) => job.photo === photo)) closePhoto(photo);
    if (state.name === 'done') closeResult(state.result);
  }
}
