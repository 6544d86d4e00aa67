import { expect, test } from 'vitest';
import document from '../../openapi.json';
import { resultFileName } from './format';
import { ACCEPT, isReadable, OUTPUT } from './image-formats';
import { FORMATS } from './options';

test('the output formats are those of the API, each with an extension', () => {
  expect([...FORMATS].sort()).toEqual([...document.components.schemas.OutputFormatName.enum].sort());
  for (const format of FORMATS) {
    expect(OUTPUT[format].extension).toMatch(/^[a-z0-9]+$/);
    expect(resultFileName('a.jpg', 1, format)).toBe(`a-restored.${OUTPUT[format].extension}`);
  }
});

test('a file input accepts media types and extensions', () => {
  expect(ACCEPT.split(',')).toEqual(expect.arrayContaining(['image/jpeg', '.jpg', '.jpeg', 'image/png', '.png']));
});

test('a file is recognized by its first bytes', async () => {
  const blob = (...content: number[]) => new Blob([new Uint8Array(content)]);
  expect(await isReadable(blob(0xff, 0xd8, 0xff, 0xe0, 0))).toBe(true);
  expect(await isReadable(blob(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0))).toBe(true);
  expect(await isReadable(blob(0x89, 0x50, 0x4e, 0x47))).toBe(false);
  expect(await isReadable(blob(0x47, 0x49, 0x46, 0x38))).toBe(false);
});
