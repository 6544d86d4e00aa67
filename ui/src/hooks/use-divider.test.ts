import { expect, test } from 'vitest';
import { sweepPosition } from './use-divider';

test('the sweep uncovers all of the restored image once, and comes to rest on the face', () => {
  expect([sweepPosition(0, 46), sweepPosition(1, 46)]).toEqual([100, 46]);
  const positions = Array.from({ length: 101 }, (_, step) => sweepPosition(step / 100, 46));
  const lowest = positions.indexOf(Math.min(...positions));
  expect(positions[lowest]).toBeCloseTo(0, 6);
  expect(positions.slice(0, lowest + 1)).toEqual(positions.slice(0, lowest + 1).toSorted((one, other) => other - one));
  expect(positions.slice(lowest)).toEqual(positions.slice(lowest).toSorted((one, other) => one - other));
});
