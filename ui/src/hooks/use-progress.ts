'use client';
/** How far a request is, several times a second; and the same in the title of the tab. */
import { useEffect, useState } from 'react';
import {
  expectedResultBytes,
  remainingTime,
  STEPS,
  type StepName,
  type StepTime,
  shareDone,
  workOf,
} from '@/lib/estimate';
import type { InProgress } from '@/lib/machine';
import type { Photo } from '@/lib/photo';
import { learntRates } from '@/lib/requests';
import { type Step, stepsOf } from '@/lib/steps';
import { strings, words } from '@/lib/strings';
import { useNow } from './use-now';

const INTERVAL_MS = 250;
/** Before this the remaining time is not worth saying. */
const SAY_AFTER_MS = 1500;

export interface Progress {
  /** How much of the time is over, 0 to 1. */
  share: number;
  /** Milliseconds. */
  elapsed: number;
  /** Milliseconds; null: too early to tell. */
  remaining: number | null;
  steps: Step[];
}

/** The progress at a time, without what was shown before. */
export function progressAt(
  photo: Photo,
  state: InProgress,
  now: number,
): { elapsed: number; remaining: number; steps: Step[] } {
  const restorer = state.name === 'processing' ? state.stages.restorer : undefined;
  const work = workOf(photo, state.options, restorer && restorer.total > 0 ? restorer.total : null);
  const bytes = expectedResultBytes(work, state.options);
  const steps = stepsOf(state, bytes, now);
  const times = Object.fromEntries(steps.map((step) => [step.name, step])) as unknown as Record<StepName, StepTime>;
  const own = remainingTime(times, work, bytes, learntRates());
  // The service knows its machine, but not how long the ways there and back take.
  const told = toldBy(state, now);
  const { upload, receive } = times;
  const remaining =
    told === null ? own : told + remainingTime({ ...DONE, upload, receive }, work, bytes, learntRates());
  return { elapsed: now - state.since, remaining, steps };
}

/** How long the service will work from now on, or from the end of the upload on; null: it has not said. */
function toldBy(state: InProgress, now: number): number | null {
  if (state.name === 'uploading') return state.forecastMs;
  return state.told === null ? null : Math.max(0, state.told.etaMs - (now - state.told.at));
}

const finished: StepTime = { state: 'done', fraction: 1, unit: 0, elapsed: 0 };
const DONE = Object.fromEntries(STEPS.map((step) => [step, finished])) as Record<StepName, StepTime>;

export function useProgress(photo: Photo, state: InProgress): Progress {
  const now = useNow(INTERVAL_MS);
  const { elapsed, remaining, steps } = progressAt(photo, state, Math.max(now, state.since));
  const [reached, setReached] = useState(0);
  const share = shareDone(elapsed, remaining, reached);
  if (share > reached) setReached(share);
  const percent = words.percent(Math.floor(share * 100) / 100);
  useEffect(() => {
    document.title = `${percent} · ${strings.name}`;
    return () => {
      document.title = strings.title;
    };
  }, [percent]);
  return { share, elapsed, remaining: elapsed < SAY_AFTER_MS ? null : remaining, steps };
}
