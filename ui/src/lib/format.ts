/** Formats numbers and file names for display, in the language of the page. */
import type { OutputFormatName } from './api/schema';
import { OUTPUT } from './image-formats';
import { directionOf, language, locale, words } from './strings';

const MIB = 1_048_576;

const unit = (value: number, name: string, digits: number): string =>
  new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);

export const formatBytes = (count: number): string =>
  count < MIB ? unit(Math.max(1, Math.round(count / 1024)), 'kilobyte', 0) : unit(count / MIB, 'megabyte', 1);

/** Each part keeps its own direction in text from right to left: `2×` and `100%` would be mixed up there. */
export const joined = (parts: readonly string[]): string =>
  parts.map((part) => (directionOf(language) === 'rtl' ? `\u2068${part}\u2069` : part)).join(' · ');

/** Width first, in text from right to left too: there the isolate keeps its order. */
export const formatDimensions = (width: number, height: number): string => {
  const text = `${width} × ${height}`;
  return directionOf(language) === 'rtl' ? `\u2066${text}\u2069` : text;
};

export const formatMegapixels = (pixels: number): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(pixels / 1e6);

/** `640 ms`, `8.1 sec`, `51 sec`, `2 min 5 sec` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return unit(Math.round(milliseconds), 'millisecond', 0);
  const seconds = milliseconds / 1000;
  if (seconds < 10) return unit(seconds, 'second', 1);
  if (seconds < 60) return unit(Math.round(seconds), 'second', 0);
  const whole = Math.round(seconds);
  return `${unit(Math.floor(whole / 60), 'minute', 0)} ${unit(whole % 60, 'second', 0)}`;
}

/** A similarity or another figure, with two digits. */
export const formatFigure = (value: number, digits = 2): string => words.number(value, digits);

/** Marks that turn the direction of text, with which a name could pretend to be another. */
const BIDI_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const cleanName = (name: string): string => name.replace(BIDI_MARKS, '');

/** `grandma.jpeg`, 2, 'png' -> `grandma-restored-2x.png` */
export function resultFileName(original: string, factor: number, format: OutputFormatName): string {
  const stem =
    cleanName(original)
      .replace(/\.[^.]*$/, '')
      .trim() || 'photo';
  return `${stem}-restored${factor > 1 ? `-${factor}x` : ''}.${OUTPUT[format].extension}`;
}
