import { describe, expect, test } from 'vitest';
import { type Failure, plainFailure } from './failure';
import { type Action, INITIAL, MAX_AUTOMATIC_ATTEMPTS, reduce, type State } from './machine';
import { DEFAULTS } from './options';
import type { Photo } from './photo';
import type { Result } from './result';

const photo: Photo = { file: new File(['x'], 'a.jpg'), url: 'blob:a', width: 4, height: 3 };
const result = { url: 'blob:b' } as Result;
const busy: Failure = { kind: 'busy', status: 503, stage: 'ingress', message: 'busy', retryAfterS: 5 };
const begin: Action = { type: 'started', options: { ...DEFAULTS }, retry: false };

const stateAfter = (...actions: Action[]): State => actions.reduce(reduce, INITIAL);
const chosen: Action = { type: 'chosen', photo };
const stage = (state: 'started' | 'progress' | 'finished', done = 0, total = 0): Action => ({
  type: 'stage',
  event: { stage: 'upscaler', state, done, total, percent: null, eta_ms: null },
});

describe('a request', () => {
  test('goes from idle to done', () => {
    expect(stateAfter().name).toBe('idle');
    expect(stateAfter(chosen).name).toBe('ready');
    expect(stateAfter(chosen, begin)).toMatchObject({ name: 'uploading', fraction: 0, attempt: 1 });
    expect(stateAfter(chosen, begin, { type: 'uploadProgress', fraction: 0.5 })).toMatchObject({
      name: 'uploading',
      fraction: 0.5,
    });
    expect(stateAfter(chosen, begin, { type: 'uploadProgress', fraction: 1 })).toMatchObject({
      name: 'processing',
      stages: {},
    });
    expect(stateAfter(chosen, begin, stage('started'), { type: 'succeeded', result })).toMatchObject({
      name: 'done',
      result,
      photo,
    });
  });

  test('the first stage event ends the upload, even below 100 %', () => {
    expect(stateAfter(chosen, begin, { type: 'uploadProgress', fraction: 0.7 }, stage('started')).name).toBe(
      'processing',
    );
  });

  test('a stage keeps its total when its last event comes without it', () => {
    const state = stateAfter(chosen, begin, stage('progress', 2, 4), stage('finished'));
    expect(state).toMatchObject({ stages: { upscaler: { state: 'finished', done: 4, total: 4 } } });
  });

  test('a failure keeps the photo and the options, and a retry is counted', () => {
    const failed = stateAfter(chosen, begin, { type: 'failed', failure: plainFailure('lost') });
    expect(failed).toMatchObject({ name: 'failed', photo, options: DEFAULTS, waiting: false, attempt: 1 });
    expect(reduce(failed, { ...begin, retry: true })).toMatchObject({ name: 'uploading', attempt: 2 });
    expect(reduce(failed, { type: 'returned' })).toMatchObject({ name: 'ready', photo });
  });

  test('a busy service is retried automatically, but not forever', () => {
    let state = stateAfter(chosen, begin, { type: 'failed', failure: busy });
    for (let attempt = 1; attempt < MAX_AUTOMATIC_ATTEMPTS; attempt++) {
      expect(state).toMatchObject({ name: 'failed', waiting: true, attempt });
      state = reduce(reduce(state, { ...begin, retry: true }), { type: 'failed', failure: busy });
    }
    expect(state).toMatchObject({ waiting: false });
  });

  test('waiting can be stopped', () => {
    const state = stateAfter(chosen, begin, { type: 'failed', failure: busy }, { type: 'stoppedWaiting' });
    expect(state).toMatchObject({ name: 'failed', waiting: false });
  });

  test('canceling returns to the photo', () => {
    expect(stateAfter(chosen, begin, { type: 'canceled' })).toMatchObject({ name: 'ready', photo, canceled: true });
    expect(stateAfter(chosen, begin, stage('started'), { type: 'canceled' }).name).toBe('ready');
  });

  test('late actions of a canceled request change nothing', () => {
    const ready = stateAfter(chosen, begin, { type: 'canceled' });
    for (const late of [
      stage('started'),
      { type: 'succeeded', result },
      { type: 'uploadProgress', fraction: 1 },
    ] as Action[]) {
      expect(reduce(ready, late)).toBe(ready);
    }
    expect(reduce(INITIAL, begin)).toBe(INITIAL);
    expect(reduce(INITIAL, { type: 'returned' })).toBe(INITIAL);
  });

  test('a rejected file changes nothing else', () => {
    const state = stateAfter(chosen, { type: 'rejected', problem: { kind: 'type' } });
    expect(state).toMatchObject({ name: 'ready', photo, problem: { kind: 'type' } });
    expect(reduce(state, { type: 'dismissed' }).problem).toBeNull();
    expect(reduce(state, chosen).problem).toBeNull();
  });

  test('clearing returns to the initial state', () => {
    expect(stateAfter(chosen, begin, { type: 'cleared' })).toEqual(INITIAL);
  });
});
