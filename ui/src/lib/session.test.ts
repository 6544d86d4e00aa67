import { describe, expect, test } from 'vitest';
import { photoOf } from '@/testing/fixtures';
import { plainFailure } from './failure';
import type { JobAction } from './machine';
import { DEFAULTS } from './options';
import type { Result } from './result';
import {
  EMPTY,
  isAtStake,
  MAX_RUNNING,
  nextRetry,
  nextToStart,
  reduceSession,
  type Session,
  type SessionAction,
} from './session';

const photo = photoOf(4, 3);
const following = (...actions: SessionAction[]): Session => actions.reduce(reduceSession, EMPTY);
const job = (id: number, action: JobAction): SessionAction => ({ type: 'job', id, action });
const queued: JobAction = { type: 'queued', options: { ...DEFAULTS }, retry: false, forecastMs: null };
const started: JobAction = { type: 'started', at: 0 };
const done: JobAction = { type: 'succeeded', result: { url: 'blob:r' } as Result };
const add = (count: number): SessionAction => ({ type: 'added', photos: Array(count).fill(photo), show: 'all' });

describe('photos', () => {
  test('are added and never replace each other', () => {
    const session = following(
      { type: 'added', photos: [photo], show: 'job' },
      { type: 'added', photos: [photo], show: 'job' },
    );
    expect(session.jobs.map(({ id }) => id)).toEqual([1, 2]);
    expect(session.shown).toBe(2);
    expect(following(add(3)).shown).toBe('all');
  });

  test('can be removed, and had again in their place', () => {
    const removed = following(add(3), { type: 'removed', ids: [2] });
    expect(removed.jobs.map(({ id }) => id)).toEqual([1, 3]);
    expect(reduceSession(removed, { type: 'undone' }).jobs.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(following(add(2), { type: 'removed', ids: [1, 2] }).shown).toBe('home');
  });

  test('can be restored again while their first result stays', () => {
    const session = following(add(2), job(1, queued), job(1, started), job(1, done), { type: 'again', id: 1 });
    expect(session.jobs.map(({ id, state }) => [id, state.name])).toEqual([
      [1, 'done'],
      [3, 'ready'],
      [2, 'ready'],
    ]);
    expect(session.shown).toBe(3);
  });

  test('that are gone are not shown', () => {
    expect(following(add(1), { type: 'shown', shown: 7 }).shown).toBe('home');
  });
});

describe('the queue', () => {
  test('starts the first ones only', () => {
    let session = following(add(4), ...[1, 2, 3, 4].map((id) => job(id, queued)));
    for (let running = 0; running < MAX_RUNNING; running++) {
      const next = nextToStart(session);
      expect(next?.id).toBe(running + 1);
      session = reduceSession(session, job(next?.id ?? 0, started));
    }
    expect(nextToStart(session)).toBeNull();
    expect(nextToStart(reduceSession(session, job(1, done)))?.id).toBe(3);
    const failed: JobAction = { type: 'failed', failure: plainFailure('damaged'), at: 0 };
    expect(nextToStart(reduceSession(session, job(2, failed)))?.id).toBe(3);
  });

  test('retries first what may be retried first', () => {
    const fail = (retryAfterS: number): JobAction => ({
      type: 'failed',
      failure: { ...plainFailure('busy'), retryAfterS },
      at: 1000,
    });
    const session = following(
      add(2),
      ...[1, 2].flatMap((id) => [job(id, queued), job(id, started)]),
      job(1, fail(9)),
      job(2, fail(3)),
    );
    expect(nextRetry(session)).toMatchObject({ at: 4000, job: { id: 2 } });
    expect(nextRetry(following(add(1)))).toBeNull();
  });
});

test('something is at stake only while work runs or a result is not saved', () => {
  expect(isAtStake(EMPTY)).toBe(false);
  expect(isAtStake(following(add(2)))).toBe(false);
  expect(isAtStake(following(add(1), job(1, queued)))).toBe(true);
  const finished = following(add(1), job(1, queued), job(1, started), job(1, done));
  expect(isAtStake(finished)).toBe(true);
  expect(isAtStake(reduceSession(finished, job(1, { type: 'saved' })))).toBe(false);
});
