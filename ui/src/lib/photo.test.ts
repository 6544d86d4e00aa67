import { describe, expect, test } from 'vitest';
import { checkFile, checkSize, DEFAULT_LIMITS } from './photo';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const blob = (...content: number[]) => new Blob([new Uint8Array(content)]);

describe('a file is checked by its content', () => {
  test.each([
    ['a JPEG', blob(0xff, 0xd8, 0xff, 0xe0, 0), null],
    ['a PNG', blob(...PNG, 1), null],
    ['a WebP', blob(...ascii('RIFF'), 1, 2, 3, 4, ...ascii('WEBPVP8 ')), null],
    ['a HEIC', blob(0, 0, 0, 36, ...ascii('ftypheic')), null],
    ['a sound in RIFF', blob(...ascii('RIFF'), 1, 2, 3, 4, ...ascii('WAVEfmt ')), 'type'],
    ['a PDF', blob(...ascii('%PDF-1.7')), 'type'],
    ['an incomplete PNG signature', blob(...PNG.slice(0, 4)), 'type'],
    ['an empty file', blob(), 'empty'],
  ])('%s', async (_, file, kind) => {
    expect((await checkFile(file, 100))?.kind ?? null).toBe(kind);
  });

  test('the size limit is inclusive', async () => {
    const file = blob(0xff, 0xd8, 0xff, ...new Array(97).fill(0));
    expect(await checkFile(file, 100)).toBeNull();
    expect(await checkFile(file, 99)).toEqual({ kind: 'size', bytes: 100, max: 99 });
  });

  test.each([
    [1000, 1000, 2, 'ok'],
    [3000, 3000, 2, 'large'],
    [4080, 3072, 2, 'large'],
    [8064, 6048, 1, 'large'],
    [9000, 6000, 1, 'input'],
    [5712, 4284, 2, 'output'],
    [1000, 31, 2, 'small'],
  ])('%i by %i pixels with factor %i: %s', (width, height, factor, kind) => {
    expect(checkSize(width, height, factor, DEFAULT_LIMITS).kind).toBe(kind);
  });

  test.each([
    [5712, 4284, 1],
    [3000, 2000, 3],
  ])('the factor that would do for %i by %i pixels is %i', (width, height, largestFactor) => {
    expect(checkSize(width, height, 4, DEFAULT_LIMITS)).toMatchObject({ kind: 'output', largestFactor });
  });
});
