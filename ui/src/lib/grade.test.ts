import { expect, test } from 'vitest';
import { grade } from './grade';

test('metrics are graded; a lower LPIPS is closer', () => {
  expect(grade('psnr', 45)).toBe(0);
  expect(grade('psnr', 12)).toBe(3);
  expect(grade('lpips', 0.01)).toBe(0);
  expect(grade('lpips', 0.9)).toBe(3);
  expect(grade('identity', 0.4)).toBe(2);
});
