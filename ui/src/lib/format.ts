/** Numbers and names as people read them. */
const MIB = 1_048_576;

export const bytes = (count: number): string =>
  count < MIB ? `${Math.max(1, Math.round(count / 1024))} kB` : `${trim((count / MIB).toFixed(1))} MB`;

export const dimensions = (width: number, height: number): string => `${width} × ${height}`;

export const megapixels = (pixels: number): string => trim((pixels / 1e6).toFixed(1));

export const seconds = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

const trim = (text: string): string => text.replace(/\.0$/, '');

/** `grandma.jpeg`, 2, 'png' -> `grandma-restored-2x.png` */
export function resultName(original: string, factor: number, format: 'png' | 'jpeg'): string {
  const stem = original.replace(/\.[^.]*$/, '').trim() || 'photograph';
  return `${stem}-restored${factor > 1 ? `-${factor}x` : ''}.${format === 'png' ? 'png' : 'jpg'}`;
}
