import { describe, expect, test } from 'vitest';
import { type Failure, plainFailure } from './failure';
import { type Action, INITIAL, MAX_AUTOMATIC_TRIES, reduce, type State } from './machine';
import { DEFAULTS } from './options';
import type { Picture } from './picture';
import type { Result } from './result';

const picture: Picture = { file: new File(['x'], 'a.jpg'), url: 'blob:a', width: 4, height: 3 };
const result = { url: 'blob:b' } as Result;
const busy: Failure = { kind: 'busy', status: 503, stage: 'ingress', message: 'busy', retryAfterS: 5 };
const begin: Action = { type: 'started', options: { ...DEFAULTS }, again: false };

const stateAfter = (...actions: Action[]): State => actions.reduce(reduce, INITIAL);
const picked: Action = { type: 'picked', picture };
const stage = (state: 'started' | 'progress' | 'finished', done = 0, total = 0): Action => ({
  type: 'stage',
  event: { stage: 'upscaler', state, done, total },
});

describe('the life of a request', () => {
  test('goes from idle to done', () => {
    expect(stateAfter().name).toBe('idle');
    expect(stateAfter(picked).name).toBe('ready');
    expect(stateAfter(picked, begin)).toMatchObject({ name: 'uploading', fraction: 0, attempt: 1 });
    expect(stateAfter(picked, begin, { type: 'sent', fraction: 0.5 })).toMatchObject({
      name: 'uploading',
      fraction: 0.5,
    });
    expect(stateAfter(picked, begin, { type: 'sent', fraction: 1 })).toMatchObject({ name: 'processing', stages: {} });
    expect(stateAfter(picked, begin, stage('started'), { type: 'succeeded', result })).toMatchObject({
      name: 'done',
      result,
      picture,
    });
  });

  test('a stage that is heard of ends the upload, whatever was counted', () => {
    expect(stateAfter(picked, begin, { type: 'sent', fraction: 0.7 }, stage('started')).name).toBe('processing');
  });

  test('a stage keeps its number of tiles when it ends without telling it', () => {
    const state = stateAfter(picked, begin, stage('progress', 2, 4), stage('finished'));
    expect(state).toMatchObject({ stages: { upscaler: { state: 'finished', done: 4, total: 4 } } });
  });

  test('a failure keeps picture and options, and a retry counts', () => {
    const failed = stateAfter(picked, begin, { type: 'failed', failure: plainFailure('lost') });
    expect(failed).toMatchObject({ name: 'failed', picture, options: DEFAULTS, waiting: false, attempt: 1 });
    expect(reduce(failed, { ...begin, again: true })).toMatchObject({ name: 'uploading', attempt: 2 });
    expect(reduce(failed, { type: 'returned' })).toMatchObject({ name: 'ready', picture });
  });

  test('a full service is waited for, but not for ever', () => {
    let state = stateAfter(picked, begin, { type: 'failed', failure: busy });
    for (let attempt = 1; attempt < MAX_AUTOMATIC_TRIES; attempt++) {
      expect(state).toMatchObject({ name: 'failed', waiting: true, attempt });
      state = reduce(reduce(state, { ...begin, again: true }), { type: 'failed', failure: busy });
    }
    expect(state).toMatchObject({ waiting: false });
  });

  test('waiting can be stopped', () => {
    const state = stateAfter(picked, begin, { type: 'failed', failure: busy }, { type: 'stoppedWaiting' });
    expect(state).toMatchObject({ name: 'failed', waiting: false });
  });

  test('cancelling goes back to the picture', () => {
    expect(stateAfter(picked, begin, { type: 'cancelled' })).toMatchObject({ name: 'ready', picture, cancelled: true });
    expect(stateAfter(picked, begin, stage('started'), { type: 'cancelled' }).name).toBe('ready');
  });

  test('what comes late from a request that was given up changes nothing', () => {
    const ready = stateAfter(picked, begin, { type: 'cancelled' });
    for (const late of [stage('started'), { type: 'succeeded', result }, { type: 'sent', fraction: 1 }] as Action[]) {
      expect(reduce(ready, late)).toBe(ready);
    }
    expect(reduce(INITIAL, begin)).toBe(INITIAL);
    expect(reduce(INITIAL, { type: 'returned' })).toBe(INITIAL);
  });

  test('a refused file leaves everything else as it was', () => {
    const state = stateAfter(picked, { type: 'rejected', problem: { kind: 'type' } });
    expect(state).toMatchObject({ name: 'ready', picture, problem: { kind: 'type' } });
    expect(reduce(state, { type: 'dismissed' }).problem).toBeNull();
    expect(reduce(state, picked).problem).toBeNull();
  });

  test('clearing starts anew', () => {
    expect(stateAfter(picked, begin, { type: 'cleared' })).toEqual(INITIAL);
  });
});
