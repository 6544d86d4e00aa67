import { describe, expect, test } from 'vitest';
import { photoOf } from '@/testing/fixtures';
import { checkSize, DEFAULT_LIMITS, fittingSize, isRefused, openFile } from './photo';

const file = (name: string, ...content: number[]) => new File([new Uint8Array(content)], name);

describe('a file is checked by its content', () => {
  test.each([
    [file('a.jpg', 0x25, 0x50, 0x44, 0x46, 0x2d), { kind: 'type', name: 'a.jpg', title: 'PDF' }],
    [file('b.png', 0x89, 0x50, 0x4e, 0x47), { kind: 'type', name: 'b.png', title: null }],
    [file('c.jpg'), { kind: 'empty', name: 'c.jpg' }],
  ])('%o', async (given, problem) => expect(await openFile(given)).toEqual(problem));
});

describe('a size', () => {
  test.each([
    [1000, 1000, 2, 'ok'],
    [3000, 3000, 2, 'large'],
    [4080, 3072, 2, 'large'],
    [8064, 6048, 1, 'large'],
    [9000, 6000, 1, 'input'],
    [5712, 4284, 2, 'output'],
    [1000, 31, 2, 'small'],
  ])('%i by %i pixels with factor %i: %s', (width, height, factor, kind) => {
    expect(checkSize(photoOf(width, height), factor, DEFAULT_LIMITS).kind).toBe(kind);
  });

  test.each([
    [5712, 4284, 1],
    [3000, 2000, 3],
  ])('the factor that would do for %i by %i pixels is %i', (width, height, largestFactor) => {
    expect(checkSize(photoOf(width, height), 4, DEFAULT_LIMITS)).toMatchObject({ kind: 'output', largestFactor });
  });

  test('that is too large can be made to fit', () => {
    for (const [width, height, factor] of [
      [9000, 6000, 1],
      [5712, 4284, 2],
    ] as const) {
      const fitted = fittingSize(photoOf(width, height), factor, DEFAULT_LIMITS);
      expect(isRefused(checkSize({ ...photoOf(fitted.width, fitted.height) }, factor, DEFAULT_LIMITS))).toBe(false);
      expect(fitted.width / fitted.height).toBeCloseTo(width / height, 2);
    }
    expect(fittingSize(photoOf(400, 300), 2, DEFAULT_LIMITS)).toEqual({ width: 400, height: 300 });
  });

  test('a file with too many bytes is refused, whatever its size', () => {
    const limits = { ...DEFAULT_LIMITS, max_upload_bytes: 3 };
    expect(checkSize(photoOf(400, 300), 1, limits)).toEqual({ kind: 'bytes', bytes: 4, max: 3 });
  });
});
