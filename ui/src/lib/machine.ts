/** The state machine of one photo. Pure: all side effects are in hooks/use-session. Times are milliseconds. */
import type { AnyStage, StageEvent } from './api/schema';
import type { Failure } from './failure';
import type { StrengthOf } from './layers';
import type { Options } from './options';
import type { Result } from './result';

export interface StageState extends Pick<StageEvent, 'state' | 'done' | 'total'> {
  /** When its first event came. */
  since: number;
}

/** The last event of each stage, in the order of their first events. */
export type StageStates = Partial<Record<AnyStage, StageState>>;

/** `forecastMs`: how long the service would work on it, as its dry run said; null: not known. */
type Request = { options: Options; attempt: number; forecastMs: number | null };

type Running = Request & { since: number };

export type JobState =
  /** `after`: how it came back to be ready. */
  | { name: 'ready'; after: 'canceled' | 'returned' | null }
  | ({ name: 'queued' } & Request)
  | ({ name: 'uploading'; fraction: number } & Running)
  /** `told`: how long the service will still work, as it said last; null: it has not said. */
  | ({
      name: 'processing';
      stages: StageStates;
      receiving: { bytes: number; since: number } | null;
      told: { etaMs: number; at: number } | null;
    } & Running)
  /**
   * `strengths`: in which the visitor wants the faces, `encoding`: the file that is wanted; null: as the service
   * answered.
   */
  | ({
      name: 'done';
      result: Result;
      strengths: StrengthOf | null;
      encoding: Encoding | null;
      saved: boolean;
    } & Request)
  | ({ name: 'failed'; failure: Failure; waiting: boolean; since: number } & Request);

/** A file that the browser makes of a result. */
export interface Encoding {
  format: 'png' | 'jpeg';
  /** 0 to 1; PNG has none. */
  quality: number;
}

export type DoneState = Extract<JobState, { name: 'done' }>;
export type InProgress = Extract<JobState, { name: 'uploading' | 'processing' }>;

export type JobAction =
  | { type: 'queued'; options: Options; retry: boolean; forecastMs: number | null }
  | { type: 'started'; at: number }
  | { type: 'uploadProgress'; fraction: number; at: number }
  | { type: 'stage'; event: StageEvent; at: number }
  | { type: 'received'; bytes: number; at: number }
  | { type: 'succeeded'; result: Result }
  | { type: 'failed'; failure: Failure; at: number }
  | { type: 'stoppedWaiting' }
  | { type: 'canceled' }
  | { type: 'returned' }
  | { type: 'faded'; strengths: StrengthOf | null }
  | { type: 'encoded'; encoding: Encoding | null }
  | { type: 'saved' };

/** After this many failed attempts in a row the page stops retrying automatically. */
export const MAX_AUTOMATIC_ATTEMPTS = 6;

export const READY: JobState = { name: 'ready', after: null };
const RETURNED: JobState = { name: 'ready', after: 'returned' };

export const isRunning = (state: JobState): state is InProgress =>
  state.name === 'uploading' || state.name === 'processing';

/** Ignores actions that do not fit the state: they come late, from a request that was canceled. */
export function reduceJob(state: JobState, action: JobAction): JobState {
  switch (action.type) {
    case 'queued':
      return state.name === 'queued' || isRunning(state) ? state : queue(state, action);
    case 'started':
      return state.name === 'queued' ? { ...state, name: 'uploading', fraction: 0, since: action.at } : state;
    case 'canceled':
      return state.name === 'queued' || isRunning(state) ? { name: 'ready', after: 'canceled' } : state;
    case 'faded':
      return state.name === 'done' ? { ...state, strengths: action.strengths, saved: false } : state;
    case 'encoded':
      return state.name === 'done' ? { ...state, encoding: action.encoding, saved: false } : state;
    case 'stoppedWaiting':
    case 'returned':
    case 'saved':
      return settle(state, action.type);
    default:
      return isRunning(state) ? advance(state, action) : state;
  }
}

function queue(state: JobState, { options, retry, forecastMs }: Extract<JobAction, { type: 'queued' }>): JobState {
  return { name: 'queued', options, forecastMs, attempt: retry && state.name === 'failed' ? state.attempt + 1 : 1 };
}

/** What the visitor does with something that has ended. */
function settle(state: JobState, action: 'stoppedWaiting' | 'returned' | 'saved'): JobState {
  if (state.name === 'done')
    return action === 'saved' ? { ...state, saved: true } : action === 'returned' ? RETURNED : state;
  if (state.name === 'failed')
    return action === 'stoppedWaiting' ? { ...state, waiting: false } : action === 'returned' ? RETURNED : state;
  return state;
}

type Advance = Extract<JobAction, { type: 'uploadProgress' | 'stage' | 'received' | 'succeeded' | 'failed' }>;

function advance(state: InProgress, action: Advance): JobState {
  const { options, attempt, forecastMs } = state;
  switch (action.type) {
    case 'uploadProgress':
      if (state.name !== 'uploading') return state;
      return action.fraction >= 1 ? uploaded(state, action.at) : { ...state, fraction: action.fraction };
    case 'stage': {
      const running = uploaded(state, action.at);
      const { stage, ...event } = action.event;
      const previous = running.stages[stage];
      const next = { ...keepTotal(event, previous), since: previous?.since ?? action.at };
      // An older service does not tell.
      const eta = typeof event.eta_ms === 'number' ? { etaMs: event.eta_ms, at: action.at } : running.told;
      return { ...running, told: eta, stages: { ...running.stages, [stage]: next } };
    }
    case 'received': {
      const running = uploaded(state, action.at);
      return { ...running, receiving: { bytes: action.bytes, since: running.receiving?.since ?? action.at } };
    }
    case 'succeeded':
      return {
        name: 'done',
        options,
        attempt,
        forecastMs,
        result: action.result,
        strengths: null,
        encoding: null,
        saved: false,
      };
    case 'failed': {
      const waiting = action.failure.retryAfterS !== null && attempt < MAX_AUTOMATIC_ATTEMPTS;
      return { name: 'failed', options, attempt, forecastMs, failure: action.failure, waiting, since: action.at };
    }
  }
}

/** Until the service says otherwise its work takes from now on what was forecast. */
function uploaded(state: InProgress, at: number): Extract<JobState, { name: 'processing' }> {
  if (state.name === 'processing') return state;
  const { options, attempt, forecastMs, since } = state;
  const told = forecastMs === null ? null : { etaMs: forecastMs, at };
  return { name: 'processing', options, attempt, forecastMs, since, told, stages: {}, receiving: null };
}

/** The last event of a stage may come without `done` and `total`. */
function keepTotal(next: Omit<StageEvent, 'stage'>, previous: StageState | undefined): Omit<StageState, 'since'> {
  const { state, done, total } = next;
  return total === 0 && previous?.total
    ? { state, done: previous.total, total: previous.total }
    : { state, done, total };
}
