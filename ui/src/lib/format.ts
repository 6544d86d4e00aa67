/** Formats numbers and file names for display. */
import type { OutputFormatName } from './api/schema';
import { OUTPUT } from './image-formats';

const MIB = 1_048_576;

export const formatBytes = (count: number): string =>
  count < MIB ? `${Math.max(1, Math.round(count / 1024))} kB` : `${trimZero((count / MIB).toFixed(1))} MB`;

export const formatDimensions = (width: number, height: number): string => `${width} × ${height}`;

export const formatMegapixels = (pixels: number): string => trimZero((pixels / 1e6).toFixed(1));

export const formatDuration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

const trimZero = (text: string): string => text.replace(/\.0$/, '');

/** `grandma.jpeg`, 2, 'png' -> `grandma-restored-2x.png` */
export function resultFileName(original: string, factor: number, format: OutputFormatName): string {
  const stem = original.replace(/\.[^.]*$/, '').trim() || 'photo';
  return `${stem}-restored${factor > 1 ? `-${factor}x` : ''}.${OUTPUT[format].extension}`;
}
