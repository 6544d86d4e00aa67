import { expect, test } from 'vitest';
import { plainFailure } from '@/lib/failure';
import type { JobState } from '@/lib/machine';
import { EMPTY, type Session } from '@/lib/session';
import { photoOf, REQUEST } from '@/testing/fixtures';
import { endedText } from './use-ended';

const done = { name: 'done' } as JobState;
const failed: JobState = { ...REQUEST, name: 'failed', failure: plainFailure('noFace'), waiting: false, since: 0 };
const sessionOf = (...states: JobState[]): Session => ({
  ...EMPTY,
  jobs: states.map((state, id) => ({ id, photo: photoOf(4, 3), state })),
});

test.each([
  ['✓ Restored', [done]],
  ['✗ No face was found', [failed]],
  ['✓ 2 restored, one failed', [done, done, failed]],
  ['✗ 2 failed', [failed, failed]],
])('the end is told in words: %s', (text, states) => {
  expect(endedText(sessionOf(...states))).toBe(text);
});
