import { expect, test } from 'vitest';
import { clock, correction } from './in-step';

test('a follower is left alone within a picture, catches up over a little, and jumps over much', () => {
  expect(correction(5, 5.01)).toEqual({ jump: false, rate: 1 });
  expect(correction(5, 5.1).rate).toBeLessThan(1);
  expect(correction(5, 4.9).rate).toBeGreaterThan(1);
  expect(correction(5, 2)).toEqual({ jump: true, rate: 1 });
  expect(correction(2, 5)).toEqual({ jump: true, rate: 1 });
});

test('catching up converges', () => {
  let [leader, follower] = [10, 9.75];
  for (let frame = 0; frame < 180; frame++) {
    follower += correction(leader, follower).rate / 60;
    leader += 1 / 60;
  }
  expect(Math.abs(leader - follower)).toBeLessThan(0.03);
});

test.each([
  [0, '0:00'],
  [7.9, '0:07'],
  [725, '12:05'],
  [3723, '1:02:03'],
  [Number.NaN, '0:00'],
])('%d s is %s', (seconds, text) => expect(clock(seconds)).toBe(text));
