/** The state machine of a request. Pure: all side effects are in hooks/use-enhance. */
import type { AnyStage, StageEvent } from './api/schema';
import type { Failure } from './failure';
import type { Options } from './options';
import type { Photo, Problem } from './photo';
import type { Result } from './result';

type StageState = Pick<StageEvent, 'state' | 'done' | 'total'> & Partial<StageEvent>;

/** The last event of each stage, in the order of their first events. */
export type StageStates = Partial<Record<AnyStage, StageState>>;

type Request = { photo: Photo; options: Options; attempt: number };

export type State = { problem: Problem | null } & (
  | { name: 'idle' }
  | { name: 'ready'; photo: Photo; canceled: boolean }
  | ({ name: 'uploading'; fraction: number } & Request)
  | ({ name: 'processing'; stages: StageStates } & Request)
  | ({ name: 'done'; result: Result } & Request)
  | ({ name: 'failed'; failure: Failure; waiting: boolean } & Request)
);

export type InProgress = Extract<State, { name: 'uploading' | 'processing' }>;

export type Action =
  | { type: 'chosen'; photo: Photo; problem?: Problem }
  | { type: 'rejected'; problem: Problem }
  | { type: 'dismissed' }
  | { type: 'cleared' }
  | { type: 'started'; options: Options; retry: boolean }
  | { type: 'uploadProgress'; fraction: number }
  | { type: 'stage'; event: StageEvent }
  | { type: 'succeeded'; result: Result }
  | { type: 'failed'; failure: Failure }
  | { type: 'stoppedWaiting' }
  | { type: 'canceled' }
  | { type: 'returned' };

/** After this many failed attempts in a row the page stops retrying automatically. */
export const MAX_AUTOMATIC_ATTEMPTS = 6;

export const INITIAL: State = { name: 'idle', problem: null };

/** Ignores actions that do not fit the state: they come late, from a request that was canceled. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'chosen':
      return { name: 'ready', photo: action.photo, canceled: false, problem: action.problem ?? null };
    case 'rejected':
      return { ...state, problem: action.problem };
    case 'dismissed':
      return { ...state, problem: null };
    case 'cleared':
      return INITIAL;
    case 'started':
      return start(state, action);
    case 'uploadProgress':
    case 'stage':
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return state.name === 'uploading' || state.name === 'processing' ? advance(state, action) : state;
    case 'stoppedWaiting':
      return state.name === 'failed' ? { ...state, waiting: false } : state;
    case 'returned':
      return state.name === 'done' || state.name === 'failed'
        ? { name: 'ready', photo: state.photo, canceled: false, problem: null }
        : state;
  }
}

function start(state: State, { options, retry }: Extract<Action, { type: 'started' }>): State {
  if (state.name !== 'ready' && state.name !== 'failed' && state.name !== 'done') return state;
  const attempt = retry && state.name === 'failed' ? state.attempt + 1 : 1;
  return { name: 'uploading', photo: state.photo, options, attempt, fraction: 0, problem: null };
}

type Advance = Extract<Action, { type: 'uploadProgress' | 'stage' | 'succeeded' | 'failed' | 'canceled' }>;

function advance(state: InProgress, action: Advance): State {
  const { photo, options, attempt, problem } = state;
  const request = { photo, options, attempt, problem };
  switch (action.type) {
    case 'uploadProgress':
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
      const waiting = action.failure.retryAfterS !== null && attempt < MAX_AUTOMATIC_ATTEMPTS;
      return { ...request, name: 'failed', failure: action.failure, waiting };
    }
    case 'canceled':
      return { name: 'ready', photo, canceled: true, problem };
  }
}

/** The last event of a stage may come without `done` and `total`. */
function keepTotal(next: StageState, previous: StageState | undefined): StageState {
  return next.total === 0 && previous?.total ? { ...next, done: previous.total, total: previous.total } : next;
}
