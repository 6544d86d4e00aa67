import { expect, test } from 'vitest';
import document from '../../openapi.json';
import { resultFileName } from './format';
import { ACCEPT, OUTPUT, sniff } from './image-formats';
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
  const blob = (...content: (number | string)[]) =>
    new Blob(content.map((part) => (typeof part === 'string' ? part : new Uint8Array([part]))));
  expect(await sniff(blob(0xff, 0xd8, 0xff, 0xe0, 0))).toEqual({ readable: true, title: 'JPEG', shown: true });
  expect(await sniff(blob(0x89, 'PNG\r\n', 0x1a, 0x0a, 0))).toEqual({ readable: true, title: 'PNG', shown: true });
  expect((await sniff(blob(0x89, 'PNG'))).readable).toBe(false);
  expect((await sniff(blob('%PDF-1.7'))).title).toBe('PDF');
  expect(await sniff(blob('Dear grandma'))).toEqual({ readable: false, title: null, shown: false });
});
