import { expect, test } from 'vitest';
import type { InProgress } from '@/lib/machine';
import { photoOf, RUNNING } from '@/testing/fixtures';
import { progressAt } from './use-progress';

test('the first estimate is what the dry run forecast, and the ways there and back', () => {
  const remaining = (state: InProgress) => progressAt(photoOf(640, 480), state, 100).remaining;
  const uploading = { ...RUNNING, name: 'uploading', fraction: 0 } as const;
  const ways = remaining({ ...uploading, forecastMs: 0 });
  expect(ways).toBeGreaterThan(0);
  expect(remaining({ ...uploading, forecastMs: 90_000 })).toBe(90_000 + ways);
  expect(remaining(uploading)).toBeLessThan(30_000);
  const told = { etaMs: 90_000, at: 0 };
  const processing = { ...RUNNING, name: 'processing', stages: {}, receiving: null, told } as const;
  expect(remaining(processing)).toBeGreaterThan(89_900);
  expect(remaining(processing)).toBeLessThan(90_000 + ways);
});
