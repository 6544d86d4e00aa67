/** A film and what has become of it. Pure: all side effects are in lib/film-requests and hooks/use-film. */
import { FILM_CODECS, FILM_DEFAULTS } from './api/constants';
import type { Codec, Container, FilmData, FilmLimits, FilmOptions, JobStatus } from './api/schema';
import type { Failure } from './failure';
import { cleanName } from './format';
import type { Size } from './view';

/** A film that the visitor has chosen. */
export interface FilmSource {
  file: File;
  url: string;
  /** Its size in pixels and its seconds, as the browser plays it; null: it cannot. */
  shown: (Size & { seconds: number }) | null;
}

export interface FilmResult {
  /** Of the film in memory; null where the operator keeps results elsewhere, at `data.url`. */
  url: string | null;
  bytes: number;
  data: FilmData;
}

export type FilmChoices = Required<FilmOptions>;

export type FilmState =
  | { name: 'ready'; canceled: boolean }
  | { name: 'uploading'; fraction: number }
  /** The service works on it, whether this page is open or not. `lost`: it does not answer now. */
  | { name: 'following'; job: string; status: JobStatus | null; lost: boolean }
  | { name: 'receiving'; job: string }
  | { name: 'done'; job: string; result: FilmResult }
  | { name: 'failed'; job: string | null; failure: Failure };

export interface Film {
  /** null: the page was opened by the address of a job, and the service keeps no original. */
  source: FilmSource | null;
  /** As it was sent last. */
  choices: FilmChoices;
  state: FilmState;
}

export type FilmAction =
  | { type: 'opened'; source: FilmSource }
  | { type: 'found'; job: string }
  /** The original of a film that was found by its job. */
  | { type: 'compared'; source: FilmSource }
  | { type: 'sent'; choices: FilmChoices }
  | { type: 'uploaded'; fraction: number }
  | { type: 'accepted'; status: JobStatus }
  | { type: 'told'; status: JobStatus }
  | { type: 'lost' }
  | { type: 'succeeded' }
  | { type: 'received'; result: FilmResult }
  | { type: 'failed'; failure: Failure }
  | { type: 'asked' }
  | { type: 'returned'; canceled: boolean }
  | { type: 'closed' };

export const CHOICES: Readonly<FilmChoices> = FILM_DEFAULTS;
export const CODECS = FILM_CODECS satisfies readonly { name: Codec; title: string; container: Container }[];

/** Actions that do not fit the state come late, and are ignored. */
export function reduceFilm(film: Film | null, action: FilmAction): Film | null {
  switch (action.type) {
    case 'opened':
      return { source: action.source, choices: CHOICES, state: { name: 'ready', canceled: false } };
    case 'found':
      return { source: null, choices: CHOICES, state: followed(action.job) };
    case 'closed':
      return null;
    case 'compared':
      return film === null ? null : { ...film, source: action.source };
    case 'sent':
      return film === null ? null : { ...film, choices: action.choices, state: advance(film, action) };
    default:
      return film === null ? null : { ...film, state: advance(film, action) };
  }
}

type Advance = Exclude<FilmAction, { type: 'opened' | 'found' | 'compared' | 'closed' }>;

function advance({ source, state }: Film, action: Advance): FilmState {
  switch (action.type) {
    case 'failed':
      return state.name === 'ready' ? state : { name: 'failed', job: jobOf(state), failure: action.failure };
    case 'asked':
      return state.name === 'failed' && state.job !== null ? followed(state.job) : state;
    case 'returned':
      return source === null ? state : { name: 'ready', canceled: action.canceled };
    case 'sent':
      return state.name === 'ready' || state.name === 'failed' ? { name: 'uploading', fraction: 0 } : state;
    default:
      return state.name === 'uploading' ? uploading(state, action) : working(state, action);
  }
}

function uploading(state: Extract<FilmState, { name: 'uploading' }>, action: Advance): FilmState {
  if (action.type === 'uploaded') return { ...state, fraction: action.fraction };
  return action.type === 'accepted' ? { ...followed(action.status.id), status: action.status } : state;
}

function working(state: FilmState, action: Advance): FilmState {
  if (state.name === 'receiving')
    return action.type === 'received' ? { ...state, name: 'done', result: action.result } : state;
  if (state.name !== 'following') return state;
  switch (action.type) {
    case 'told':
      return { ...state, status: action.status, lost: false };
    case 'lost':
      return { ...state, lost: true };
    case 'succeeded':
      return { name: 'receiving', job: state.job };
    default:
      return state;
  }
}

const followed = (job: string): Extract<FilmState, { name: 'following' }> => ({
  ...{ name: 'following', job, status: null, lost: false },
});

/** The id of its job, which is in the address of the page: it leads back to the film. */
export const jobOf = (state: FilmState): string | null => ('job' in state ? state.job : null);

const JOB = /^#film=([\w-]{32})$/;

export const hashOf = (job: string | null): string => (job === null ? '' : `#film=${job}`);

export const jobIn = (hash: string): string | null => JOB.exec(hash)?.[1] ?? null;

/** Its file is on the way, or is chosen and has gone nowhere. */
export const isBusy = ({ state }: Film): boolean =>
  state.name === 'uploading' || state.name === 'following' || state.name === 'receiving';

export type FilmCheck =
  | { kind: 'ok' }
  /** This service takes no films. */
  | { kind: 'elsewhere' }
  | { kind: 'bytes' | 'seconds' | 'pixels'; has: number; max: number }
  | { kind: 'output'; largestFactor: number };

/** Whether the service would take the film, as far as the browser can tell. */
export function checkFilm(source: FilmSource, factor: number, limits: FilmLimits | null): FilmCheck {
  if (limits === null) return { kind: 'elsewhere' };
  const { file, shown } = source;
  if (file.size > limits.max_upload_bytes) return { kind: 'bytes', has: file.size, max: limits.max_upload_bytes };
  if (shown === null) return { kind: 'ok' };
  if (shown.seconds > limits.max_seconds) return { kind: 'seconds', has: shown.seconds, max: limits.max_seconds };
  const pixels = shown.width * shown.height;
  if (pixels > limits.max_pixels) return { kind: 'pixels', has: pixels, max: limits.max_pixels };
  if (pixels * factor ** 2 <= limits.max_pixels) return { kind: 'ok' };
  return { kind: 'output', largestFactor: Math.floor(Math.sqrt(limits.max_pixels / pixels)) };
}

const SECONDS_APART = 0.5;
const SHAPES_APART = 0.02;

/** Whether the result can have been made from this: it lasts as long, and has its shape. */
export function isOriginal({ shown }: FilmSource, seconds: number, { width, height }: Size): boolean {
  if (shown === null) return false;
  const shape = (shown.width / shown.height) * (height / width);
  return Math.abs(shown.seconds - seconds) < SECONDS_APART && Math.abs(shape - 1) < SHAPES_APART;
}

const stemOf = (name: string): string =>
  cleanName(name)
    .replace(/\.[^.]*$/, '')
    .trim() || 'film';

/** `wedding.avi` -> `wedding-restored.mp4` */
export function restoredName(name: string | null, contentType: string): string {
  const extension = contentType === 'video/x-matroska' ? 'mkv' : 'mp4';
  return `${name === null ? 'film' : stemOf(name)}-restored.${extension}`;
}

/** What does the same without a service, as a shell takes it. */
export function commandFor(name: string): string {
  const quoted = (text: string) => (/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  return `visage video ${quoted(cleanName(name))} -o ${quoted(restoredName(name, 'video/mp4'))}`;
}

/** The figures of the result that the page shows; whatever the service does not say is null. */
export function figuresOf({ figures }: FilmData) {
  const number = (name: string) => (typeof figures[name] === 'number' ? figures[name] : null);
  const leftOut = figures.left_out;
  return {
    identityMean: number('identity_mean'),
    identityLeast: number('identity_least'),
    flickerBefore: number('flicker_input'),
    flicker: number('flicker'),
    interlaced: figures.deinterlaced === true ? 0 : (number('interlaced_frames') ?? 0),
    leftOut: Array.isArray(leftOut) ? leftOut.map(String) : [],
  };
}
