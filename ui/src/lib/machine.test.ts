import { describe, expect, test } from 'vitest';
import { type Failure, plainFailure } from './failure';
import { type JobAction, type JobState, MAX_AUTOMATIC_ATTEMPTS, READY, reduceJob } from './machine';
import { DEFAULTS } from './options';
import type { Result } from './result';

const result = { url: 'blob:b' } as Result;
const busy: Failure = { kind: 'busy', status: 503, stage: 'ingress', message: 'busy', retryAfterS: 5 };
const queued: JobAction = { type: 'queued', options: { ...DEFAULTS }, retry: false, forecastMs: null };
const started: JobAction = { type: 'started', at: 10 };
const stage = (state: 'started' | 'progress' | 'finished', done = 0, total = 0, at = 20): JobAction => ({
  type: 'stage',
  event: { stage: 'upscaler', state, done, total, percent: null, eta_ms: null },
  at,
});
const following = (...actions: JobAction[]): JobState => actions.reduce(reduceJob, READY);
const begin = [queued, started] as const;

describe('a request', () => {
  test('goes from ready to done', () => {
    expect(following(queued)).toMatchObject({ name: 'queued', attempt: 1 });
    expect(following(...begin)).toMatchObject({ name: 'uploading', fraction: 0, since: 10 });
    expect(following(...begin, { type: 'uploadProgress', fraction: 0.5, at: 15 })).toMatchObject({ fraction: 0.5 });
    expect(following(...begin, { type: 'uploadProgress', fraction: 1, at: 19 })).toMatchObject({
      name: 'processing',
      stages: {},
    });
    const done = following(...begin, stage('started'), { type: 'succeeded', result });
    expect(done).toMatchObject({ name: 'done', result, saved: false });
    const saved = reduceJob(done, { type: 'saved' });
    expect(saved).toMatchObject({ saved: true, strengths: null });
    const strengths = new Map([[0, 0.5]]);
    expect(reduceJob(saved, { type: 'faded', strengths })).toMatchObject({ saved: false, strengths });
  });

  test('the first stage event ends the upload, even below 100 %', () => {
    expect(following(...begin, { type: 'uploadProgress', fraction: 0.7, at: 15 }, stage('started')).name).toBe(
      'processing',
    );
  });

  test('a stage keeps its total and the time of its first event', () => {
    expect(
      following(...begin, stage('started', 0, 4, 20), stage('progress', 2, 4, 30), stage('finished', 0, 0, 40)),
    ).toMatchObject({
      stages: { upscaler: { state: 'finished', done: 4, total: 4, since: 20 } },
    });
  });

  test('what arrives of the result is counted from its first byte', () => {
    expect(
      following(
        ...begin,
        stage('finished'),
        { type: 'received', bytes: 0, at: 50 },
        { type: 'received', bytes: 9, at: 70 },
      ),
    ).toMatchObject({ receiving: { bytes: 9, since: 50 } });
  });

  test('a remaining time that the service tells is kept', () => {
    const event = { stage: 'upscaler', state: 'progress', done: 1, total: 4, percent: 10, eta_ms: 900 } as const;
    expect(following(...begin, { type: 'stage', event, at: 30 })).toMatchObject({ told: { etaMs: 900, at: 30 } });
    expect(following(...begin, { type: 'stage', event, at: 30 }, stage('progress', 2, 4))).toMatchObject({
      told: { at: 30 },
    });
  });
});

test('the forecast of the dry run counts from the end of the upload, until the service says otherwise', () => {
  const forecast = following({ ...queued, forecastMs: 8000 }, started, { type: 'uploadProgress', fraction: 1, at: 60 });
  expect(forecast).toMatchObject({ name: 'processing', told: { etaMs: 8000, at: 60 } });
  expect(reduceJob(forecast, stage('started'))).toMatchObject({ told: { etaMs: 8000, at: 60 } });
});

describe('a failure', () => {
  test('is retried automatically only a few times', () => {
    let state = following(...begin, { type: 'failed', failure: busy, at: 99 });
    expect(state).toMatchObject({ name: 'failed', waiting: true, since: 99 });
    for (let attempt = 2; attempt <= MAX_AUTOMATIC_ATTEMPTS; attempt++) {
      state = [{ ...queued, retry: true }, started, { type: 'failed', failure: busy, at: 0 } as const].reduce(
        reduceJob,
        state,
      );
      expect(state).toMatchObject({ attempt });
    }
    expect(state).toMatchObject({ waiting: false });
  });

  test('is not retried automatically without a time, or when the visitor does not want to wait', () => {
    expect(following(...begin, { type: 'failed', failure: plainFailure('lost'), at: 0 })).toMatchObject({
      waiting: false,
    });
    expect(following(...begin, { type: 'failed', failure: busy, at: 0 }, { type: 'stoppedWaiting' })).toMatchObject({
      waiting: false,
    });
  });
});

describe('late actions', () => {
  test('of a canceled request change nothing', () => {
    const canceled = following(...begin, { type: 'canceled' });
    expect(canceled).toEqual({ name: 'ready', after: 'canceled' });
    for (const late of [
      stage('progress'),
      { type: 'succeeded', result },
      { type: 'failed', failure: busy, at: 0 },
    ] as const)
      expect(reduceJob(canceled, late)).toBe(canceled);
  });

  test('a second start changes nothing', () => {
    const state = following(...begin);
    expect(reduceJob(state, queued)).toBe(state);
  });
});
