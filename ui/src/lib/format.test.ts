import { expect, test } from 'vitest';
import { cleanName, formatBytes, formatDuration, formatMegapixels, joined, resultFileName } from './format';
import { setDictionary } from './strings';
import { ar } from './strings/ar';
import { en } from './strings/en';

test('numbers and file names are readable', () => {
  expect(formatBytes(300)).toBe('1 kB');
  expect(formatBytes(10_485_760)).toBe('10 MB');
  expect(formatBytes(1_600_000)).toBe('1.5 MB');
  expect(formatMegapixels(16_000_000)).toBe('16');
  expect(formatDuration(640)).toBe('640 ms');
  expect(formatDuration(8123)).toBe('8.1 sec');
  expect(formatDuration(51_400)).toBe('51 sec');
  expect(formatDuration(125_000)).toBe('2 min 5 sec');
  expect(resultFileName('Grandma 1932.JPEG', 2, 'png')).toBe('Grandma 1932-restored-2x.png');
  expect(resultFileName('.png', 1, 'jpeg')).toBe('photo-restored.jpg');
});

test('marks that turn text around are taken out of names', () => {
  expect(cleanName('x\u202egpj.exe')).toBe('xgpj.exe');
  expect(resultFileName('a\u2066b\u2069.jpg', 2, 'png')).toBe('ab-restored-2x.png');
});

test('parts of a line keep their direction in text from right to left', () => {
  expect(joined(['2×', '100%'])).toBe('2× · 100%');
  setDictionary('ar', ar);
  expect(joined(['2×', '100%'])).toBe('\u20682×\u2069 · \u2068100%\u2069');
  setDictionary('en', en);
});
