/** Values that several tests use. */
import { DEFAULTS } from '@/lib/options';
import type { Photo } from '@/lib/photo';

export const photoOf = (width: number, height: number): Photo => ({
  file: new File(['xxxx'], 'grandma.jpg'),
  url: 'blob:a',
  thumbnail: 'blob:t',
  fitted: false,
  width,
  height,
});

export const REQUEST = { options: { ...DEFAULTS }, attempt: 1, forecastMs: null };

export const RUNNING = { ...REQUEST, since: 0, told: null };

export const noop = () => {};
