/** Values that several tests use. */
import { DEFAULTS } from '@/lib/options';
import type { Photo } from '@/lib/photo';

export const photoOf = (width: number, height: number): Photo => ({
  file: new File(['xxxx'], 'grandma.jpg'),
  url: 'blob:a',
  width,
  height,
});

export const REQUEST = { photo: photoOf(400, 300), options: { ...DEFAULTS }, attempt: 1, problem: null };

export const noop = () => {};
