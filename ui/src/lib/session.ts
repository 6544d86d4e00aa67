/** All photos of this tab and what is shown of them. Pure: all side effects are in hooks/use-session. */
import { type Film, type FilmAction, reduceFilm } from './film';
import { isRunning, type JobAction, type JobState, READY, reduceJob } from './machine';
import type { Photo, Problem } from './photo';

export interface Job {
  id: number;
  photo: Photo;
  state: JobState;
}

/** The start page, the list of all photos, the film, or the job with this id. */
export type Shown = 'home' | 'all' | 'film' | number;

export interface Session {
  jobs: readonly Job[];
  /** One at a time: it takes a service for itself. */
  film: Film | null;
  shown: Shown;
  nextId: number;
  /** What is wrong with files that were left out, or with a drop or paste. */
  problems: readonly Problem[];
  /** What was removed last and where it was, so that it can be had again. */
  removed: { jobs: readonly Job[]; at: number; shown: Shown } | null;
  /** Photos that are being opened: how many of how many. */
  opening: { done: number; total: number } | null;
}

export type SessionAction =
  | { type: 'opening'; progress: Session['opening'] }
  | { type: 'added'; photos: readonly Photo[]; show: 'job' | 'all' | 'none' }
  | { type: 'replaced'; id: number; photo: Photo }
  | { type: 'again'; id: number }
  | { type: 'shown'; shown: Shown }
  | { type: 'rejected'; problems: readonly Problem[] }
  | { type: 'dismissed' }
  | { type: 'removed'; ids: readonly number[] }
  | { type: 'undone' }
  | { type: 'forgotten' }
  | { type: 'job'; id: number; action: JobAction }
  | { type: 'film'; action: FilmAction };

export const EMPTY: Session = {
  jobs: [],
  film: null,
  shown: 'home',
  nextId: 1,
  problems: [],
  removed: null,
  opening: null,
};

export function reduceSession(session: Session, action: SessionAction): Session {
  switch (action.type) {
    case 'opening':
      return { ...session, opening: action.progress };
    case 'added':
      return add(session, action.photos, action.show);
    case 'replaced':
      return {
        ...session,
        jobs: session.jobs.map((job) => (job.id === action.id ? { ...job, photo: action.photo, state: READY } : job)),
      };
    case 'again':
      return copy(session, action.id);
    case 'shown':
      return { ...session, shown: exists(session, action.shown) ? action.shown : 'home', problems: [] };
    case 'rejected':
      return { ...session, problems: action.problems };
    case 'dismissed':
      return { ...session, problems: [] };
    case 'removed':
      return remove(session, action.ids);
    case 'undone':
      return undo(session);
    case 'forgotten':
      return { ...session, removed: null };
    case 'job':
      return {
        ...session,
        jobs: session.jobs.map((job) =>
          job.id === action.id ? { ...job, state: reduceJob(job.state, action.action) } : job,
        ),
      };
    case 'film':
      return withFilm(session, action.action);
  }
}

const exists = ({ jobs, film }: Session, shown: Shown): boolean =>
  shown === 'home' ||
  (shown === 'film' && film !== null) ||
  (shown === 'all' ? jobs.length > 0 : jobs.some(({ id }) => id === shown));

function add(session: Session, photos: readonly Photo[], show: 'job' | 'all' | 'none'): Session {
  if (photos.length === 0) return session;
  const added = photos.map((photo, index) => ({ id: session.nextId + index, photo, state: READY }));
  return {
    ...session,
    jobs: [...session.jobs, ...added],
    nextId: session.nextId + added.length,
    shown: show === 'none' ? session.shown : show === 'all' ? 'all' : session.nextId,
    problems: [],
  };
}

function withFilm(session: Session, action: FilmAction): Session {
  const changed = { ...session, film: reduceFilm(session.film, action) };
  if (action.type === 'opened' || action.type === 'found') return { ...changed, shown: 'film', problems: [] };
  return { ...changed, shown: exists(changed, session.shown) ? session.shown : 'home' };
}

/** The same photo once more, behind the job with `id`: its result stays, and the two can be compared. */
function copy(session: Session, id: number): Session {
  const at = session.jobs.findIndex((job) => job.id === id);
  const source = session.jobs[at];
  if (source === undefined) return session;
  const job = { id: session.nextId, photo: source.photo, state: READY };
  return { ...session, jobs: session.jobs.toSpliced(at + 1, 0, job), nextId: job.id + 1, shown: job.id };
}

function remove(session: Session, ids: readonly number[]): Session {
  const at = session.jobs.findIndex(({ id }) => ids.includes(id));
  if (at === -1) return session;
  const gone = session.jobs
    .filter(({ id }) => ids.includes(id))
    .map((job) => ({ ...job, state: reduceJob(job.state, { type: 'canceled' }) }));
  const jobs = session.jobs.filter(({ id }) => !ids.includes(id));
  const left = { ...session, jobs, removed: { jobs: gone, at, shown: session.shown } };
  return { ...left, shown: exists(left, session.shown) ? session.shown : jobs.length > 1 ? 'all' : 'home' };
}

function undo(session: Session): Session {
  if (session.removed === null) return session;
  const { jobs, at, shown } = session.removed;
  return { ...session, jobs: session.jobs.toSpliced(at, 0, ...jobs), shown, removed: null };
}

/** Whether there is more than what is shown. */
export const hasTray = ({ jobs, film, shown }: Session): boolean => {
  if (shown === 'all') return film !== null; // the list is the photos' tray
  return film === null
    ? jobs.length > 1 || (jobs.length === 1 && shown === 'home')
    : shown !== 'film' || jobs.length > 0;
};

/** How many requests run at a time: as many as the service takes from one client without making it wait. */
export const MAX_RUNNING = 2;

/** The queued job that may start now, if any. */
export function nextToStart({ jobs }: Session): Job | null {
  if (jobs.filter(({ state }) => isRunning(state)).length >= MAX_RUNNING) return null;
  return jobs.find(({ state }) => state.name === 'queued') ?? null;
}

/** The failed job that is tried again first, and when. */
export function nextRetry({ jobs }: Session): { job: Job; at: number } | null {
  const waiting = jobs.flatMap((job) =>
    job.state.name === 'failed' && job.state.waiting
      ? [{ job, at: job.state.since + (job.state.failure.retryAfterS ?? 0) * 1000 }]
      : [],
  );
  return waiting.toSorted((one, other) => one.at - other.at)[0] ?? null;
}

/**
 * Whether leaving the page would lose something: running work, or a result that was not saved. A film that the service
 * has is found again by the address.
 */
export const isAtStake = ({ jobs, film }: Session): boolean =>
  film?.state.name === 'uploading' ||
  jobs.some(({ state }) => isRunning(state) || state.name === 'queued' || (state.name === 'done' && !state.saved));
