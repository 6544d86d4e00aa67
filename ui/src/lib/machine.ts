/** The life of a request as an explicit state machine. Pure: the hook use-enhance does what has effects. */
import type { StageEvent } from './api/client';
import type { Failure } from './failure';
import type { Options } from './options';
import type { Picture, Problem } from './picture';
import type { Result } from './result';

export type StageStates = Record<string, { state: StageEvent['state']; done: number; total: number }>;

type Request = { picture: Picture; options: Options; attempt: number };

export type State = { problem: Problem | null } & (
  | { name: 'idle' }
  | { name: 'ready'; picture: Picture; cancelled: boolean }
  | ({ name: 'uploading'; fraction: number } & Request)
  | ({ name: 'processing'; stages: StageStates } & Request)
  | ({ name: 'done'; result: Result } & Request)
  | ({ name: 'failed'; failure: Failure; waiting: boolean } & Request)
);

export type Action =
  | { type: 'picked'; picture: Picture; problem?: Problem }
  | { type: 'rejected'; problem: Problem }
  | { type: 'dismissed' }
  | { type: 'cleared' }
  | { type: 'started'; options: Options; again: boolean }
  | { type: 'sent'; fraction: number }
  | { type: 'stage'; event: StageEvent }
  | { type: 'succeeded'; result: Result }
  | { type: 'failed'; failure: Failure }
  | { type: 'stoppedWaiting' }
  | { type: 'cancelled' }
  | { type: 'returned' };

/** After so many tries in a row the page no longer tries again by itself. */
export const MAX_AUTOMATIC_TRIES = 6;

export const INITIAL: State = { name: 'idle', problem: null };

/** Actions that do not fit the state change nothing: they come late, from a request that was given up. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'picked':
      return { name: 'ready', picture: action.picture, cancelled: false, problem: action.problem ?? null };
    case 'rejected':
      return { ...state, problem: action.problem };
    case 'dismissed':
      return { ...state, problem: null };
    case 'cleared':
      return INITIAL;
    case 'started':
      return start(state, action);
    case 'sent':
    case 'stage':
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return state.name === 'uploading' || state.name === 'processing' ? advance(state, action) : state;
    case 'stoppedWaiting':
      return state.name === 'failed' ? { ...state, waiting: false } : state;
    case 'returned':
      return state.name === 'done' || state.name === 'failed'
        ? { name: 'ready', picture: state.picture, cancelled: false, problem: null }
        : state;
  }
}

function start(state: State, { options, again }: Extract<Action, { type: 'started' }>): State {
  if (state.name !== 'ready' && state.name !== 'failed' && state.name !== 'done') return state;
  const attempt = again && state.name === 'failed' ? state.attempt + 1 : 1;
  return { name: 'uploading', picture: state.picture, options, attempt, fraction: 0, problem: null };
}

type Under = Extract<State, { name: 'uploading' | 'processing' }>;
type Advance = Extract<Action, { type: 'sent' | 'stage' | 'succeeded' | 'failed' | 'cancelled' }>;

function advance(state: Under, action: Advance): State {
  const { picture, options, attempt, problem } = state;
  const request = { picture, options, attempt, problem };
  switch (action.type) {
    case 'sent':
      if (state.name !== 'uploading') return state;
      return action.fraction >= 1
        ? { ...request, name: 'processing', stages: {} }
        : { ...state, fraction: action.fraction };
    case 'stage': {
      const stages = state.name === 'processing' ? state.stages : {};
      const { stage, ...rest } = action.event;
      return { ...request, name: 'processing', stages: { ...stages, [stage]: keepTotal(rest, stages[stage]) } };
    }
    case 'succeeded':
      return { ...request, name: 'done', result: action.result };
    case 'failed': {
      const waiting = action.failure.retryAfterS !== null && attempt < MAX_AUTOMATIC_TRIES;
      return { ...request, name: 'failed', failure: action.failure, waiting };
    }
    case 'cancelled':
      return { name: 'ready', picture, cancelled: true, problem };
  }
}

/** A stage's last event may come without its numbers. */
function keepTotal(now: StageStates[string], before: StageStates[string] | undefined): StageStates[string] {
  return now.total === 0 && before?.total ? { ...now, done: before.total, total: before.total } : now;
}
