import { describe, expect, test } from 'vitest';
import type { FilmData, JobStatus } from './api/schema';
import { plainFailure } from './failure';
import {
  CHOICES,
  checkFilm,
  commandFor,
  type Film,
  type FilmAction,
  type FilmResult,
  type FilmSource,
  figuresOf,
  hashOf,
  isOriginal,
  jobIn,
  reduceFilm,
  restoredName,
} from './film';
import { EMPTY, hasTray, isAtStake, reduceSession, type SessionAction } from './session';

const JOB = 'a_b-C4567890123456789012345678Zz';
const source: FilmSource = {
  file: new File(['xxxx'], 'wedding 1962.avi'),
  url: 'blob:f',
  shown: { width: 320, height: 240, seconds: 10 },
};
const status = (changes: Partial<JobStatus> = {}): JobStatus => ({
  ...{ id: JOB, status: 'running', position: null, estimate_s: null, stage: null, percent: 40, eta_ms: 9000 },
  ...{ error: null, ...changes },
});
const result = { url: 'blob:r', bytes: 1, data: {} } as FilmResult;
const following = (...actions: FilmAction[]): Film | null => actions.reduce(reduceFilm, null as Film | null);
const opened: FilmAction = { type: 'opened', source };
const choices = { ...CHOICES, upscale_factor: 3 };
const sent: FilmAction = { type: 'sent', choices };
const accepted: FilmAction = { type: 'accepted', status: status() };

describe('a film', () => {
  test('goes from the file to its result', () => {
    const steps: [FilmAction, object][] = [
      [opened, { name: 'ready' }],
      [sent, { name: 'uploading', fraction: 0 }],
      [
        { type: 'uploaded', fraction: 0.5 },
        { name: 'uploading', fraction: 0.5 },
      ],
      [accepted, { name: 'following', job: JOB, lost: false }],
      [{ type: 'lost' }, { name: 'following', lost: true }],
      [
        { type: 'told', status: status({ percent: 60 }) },
        { name: 'following', lost: false, status: { percent: 60 } },
      ],
      [{ type: 'succeeded' }, { name: 'receiving', job: JOB }],
      [
        { type: 'received', result },
        { name: 'done', job: JOB, result },
      ],
    ];
    let film: Film | null = null;
    for (const [action, expected] of steps) {
      film = reduceFilm(film, action);
      expect(film?.state).toMatchObject(expected);
    }
  });

  test('keeps the options with which it was sent', () => {
    const failed: FilmAction = { type: 'failed', failure: plainFailure('unreachable') };
    expect(following(opened)?.choices).toEqual(CHOICES);
    expect(following(opened, sent, failed)).toMatchObject({ choices, state: { name: 'failed', job: null } });
    expect(following(opened, sent, failed, sent)).toMatchObject({ choices, state: { name: 'uploading' } });
    expect(following(opened, sent, { type: 'returned', canceled: true })?.choices).toEqual(choices);
  });

  test('that was found by its address has no original until it is chosen', () => {
    const found = following({ type: 'found', job: JOB }, { type: 'succeeded' }, { type: 'received', result });
    expect(found).toMatchObject({ source: null, state: { name: 'done' } });
    expect(reduceFilm(found, { type: 'compared', source })?.source).toBe(source);
    expect(following({ type: 'found', job: JOB }, { type: 'returned', canceled: true })?.state.name).toBe('following');
  });

  test('ignores what comes late', () => {
    const canceled = following(opened, sent, { type: 'returned', canceled: true });
    expect(canceled?.state).toEqual({ name: 'ready', canceled: true });
    for (const late of [accepted, { type: 'failed', failure: plainFailure('lost') }, { type: 'succeeded' }] as const)
      expect(reduceFilm(canceled, late)).toEqual(canceled);
    expect(following(opened, { type: 'closed' }, accepted)).toBeNull();
  });

  test('that failed for want of a key is asked for again', () => {
    const failed = following({ type: 'found', job: JOB }, { type: 'failed', failure: plainFailure('key') });
    expect(failed?.state).toMatchObject({ name: 'failed', job: JOB });
    expect(reduceFilm(failed, { type: 'asked' })?.state).toMatchObject({ name: 'following', job: JOB });
    const unsent = following(opened, sent, { type: 'failed', failure: plainFailure('key') });
    expect(reduceFilm(unsent, sent)?.state.name).toBe('uploading');
  });
});

describe('the session', () => {
  const film = (action: FilmAction): SessionAction => ({ type: 'film', action });

  test('shows a film that is opened, and the start page when it is closed', () => {
    const open = reduceSession(EMPTY, film(opened));
    expect(open.shown).toBe('film');
    expect(hasTray(open)).toBe(false);
    expect(hasTray(reduceSession(open, { type: 'shown', shown: 'home' }))).toBe(true);
    expect(reduceSession(open, film({ type: 'closed' })).shown).toBe('home');
    expect(reduceSession(EMPTY, { type: 'shown', shown: 'film' }).shown).toBe('home');
  });

  test('asks before the page is left only while the film is on its way', () => {
    const uploading = [opened, sent].map(film).reduce(reduceSession, EMPTY);
    expect(isAtStake(uploading)).toBe(true);
    expect(isAtStake(reduceSession(uploading, film(accepted)))).toBe(false);
  });
});

test('the address leads to a job and to nothing else', () => {
  expect(jobIn(hashOf(JOB))).toBe(JOB);
  for (const other of ['', '#main', '#film=', '#film=short', `#film=${JOB}x`, `#film=${JOB.slice(1)}/`])
    expect(jobIn(other)).toBeNull();
});

describe('what this service takes', () => {
  const limits = { max_upload_bytes: 10, max_seconds: 60, max_frames: 1000, max_pixels: 320 * 240 * 4 };
  test.each([
    [1, limits, { kind: 'ok' }],
    [2, limits, { kind: 'ok' }],
    [3, limits, { kind: 'output', largestFactor: 2 }],
    [1, { ...limits, max_upload_bytes: 3 }, { kind: 'bytes', has: 4, max: 3 }],
    [1, { ...limits, max_seconds: 9 }, { kind: 'seconds', has: 10, max: 9 }],
    [1, { ...limits, max_pixels: 99 }, { kind: 'pixels', has: 76_800, max: 99 }],
    [1, null, { kind: 'elsewhere' }],
  ])('%i times, %o', (factor, given, expected) => expect(checkFilm(source, factor, given)).toEqual(expected));

  test('a film that the browser cannot play is left to the service', () => {
    expect(checkFilm({ ...source, shown: null }, 4, limits)).toEqual({ kind: 'ok' });
  });
});

test.each([
  [10.2, { width: 640, height: 480 }, true],
  [10, { width: 642, height: 480 }, true],
  [11, { width: 640, height: 480 }, false],
  [10, { width: 480, height: 640 }, false],
  [Number.NaN, { width: 640, height: 480 }, false],
])('an original lasts as long and has the shape: %d, %o', (seconds, size, expected) => {
  expect(isOriginal(source, seconds, size)).toBe(expected);
});

test('names and the command are for a shell', () => {
  expect(restoredName('wedding 1962.avi', 'video/mp4')).toBe('wedding 1962-restored.mp4');
  expect(restoredName(null, 'video/x-matroska')).toBe('film-restored.mkv');
  expect(commandFor('film.mov')).toBe('visage video film.mov -o film-restored.mp4');
  expect(commandFor("it's; rm.avi")).toBe("visage video 'it'\\''s; rm.avi' -o 'it'\\''s; rm-restored.mp4'");
});

test('figures that the service does not tell are left out', () => {
  const data = { figures: { identity_mean: 0.9, interlaced_frames: 4, left_out: ['a'] } } as unknown as FilmData;
  expect(figuresOf(data)).toMatchObject({ identityMean: 0.9, flicker: null, interlaced: 4, leftOut: ['a'] });
  expect(figuresOf({ figures: { interlaced_frames: 4, deinterlaced: true } } as unknown as FilmData).interlaced).toBe(
    0,
  );
});
