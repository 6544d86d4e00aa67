/** A photo that the visitor chose. Its content is checked before it is uploaded, and its upright size is measured. */

import { preview } from './api/client';
import type { PublicLimits } from './api/schema';
import { drawn, thumbnailOf } from './canvas';
import { sniff } from './image-formats';

export interface Photo {
  file: File;
  url: string;
  /** A small picture of it, for lists. */
  thumbnail: string;
  /** After EXIF rotation, as the browser shows it. */
  width: number;
  height: number;
  /** The page has made it smaller, so that the service takes it. */
  fitted: boolean;
}

export type Problem =
  | { kind: 'type'; name: string; title: string | null }
  | { kind: 'empty' | 'damaged'; name: string }
  /** Another film is being worked on. */
  | { kind: 'oneFilm'; name: string }
  | { kind: 'link' | 'nothingPasted' | 'sample' };

/** Used until the service has reported its own limits. */
export const DEFAULT_LIMITS: PublicLimits = {
  max_upload_bytes: 10_485_760,
  max_input_pixels: 50_000_000,
  max_output_pixels: 64_000_000,
  min_side: 32,
  deadline_s: 300,
};

/** Checks the content of a file and opens it. Returns what is wrong with it if the service could not read it. */
export async function openFile(file: File): Promise<Photo | Problem> {
  const { name } = file;
  if (file.size === 0) return { kind: 'empty', name };
  const { readable, title, shown } = await sniff(file);
  if (!readable) return { kind: 'type', name, title };
  try {
    return await openPhoto(file, shown ? file : await preview(file));
  } catch {
    return { kind: 'damaged', name };
  }
}

/**
 * Opens the file by `picture`, which shows the same and which the browser decodes; throws if it cannot. Whoever drops the
 * photo calls `closePhoto`.
 */
async function openPhoto(file: File, picture: Blob, fitted = false): Promise<Photo> {
  const url = URL.createObjectURL(picture);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    return { file, url, thumbnail: await thumbnailOf(image, width, height), width, height, fitted };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

export function closePhoto({ url, thumbnail }: Photo): void {
  URL.revokeObjectURL(url);
  URL.revokeObjectURL(thumbnail);
}

/** What a photo must not exceed to be enlarged by `factor`. */
const maxPixels = (factor: number, limits: PublicLimits): number =>
  Math.min(limits.max_input_pixels, limits.max_output_pixels / factor ** 2);

/** The largest size at which the service takes the photo. */
export function fittingSize(photo: Photo, factor: number, limits: PublicLimits): { width: number; height: number } {
  const byPixels = Math.sqrt(maxPixels(factor, limits) / (photo.width * photo.height));
  const scale = Math.min(1, byPixels);
  return { width: Math.floor(photo.width * scale), height: Math.floor(photo.height * scale) };
}

const QUALITY = 0.94;
const SHRINK = 0.8;

/** The same photo, made smaller so that the service takes it: a JPEG without metadata. */
export async function fitPhoto(photo: Photo, factor: number, limits: PublicLimits): Promise<Photo> {
  let { width, height } = fittingSize(photo, factor, limits);
  const image = new Image();
  image.src = photo.url;
  await image.decode();
  for (;;) {
    const blob = await drawn(image, width, height, 'image/jpeg', QUALITY);
    if (blob.size <= limits.max_upload_bytes) {
      const name = photo.file.name.replace(/\.[^.]*$/, '.jpg');
      const file = new File([blob], name, { type: 'image/jpeg' });
      return openPhoto(file, file, true);
    }
    [width, height] = [Math.floor(width * SHRINK), Math.floor(height * SHRINK)];
  }
}

export type SizeCheck =
  | { kind: 'ok' }
  | { kind: 'large' }
  | { kind: 'bytes'; bytes: number; max: number }
  | { kind: 'input'; pixels: number; max: number }
  | { kind: 'output'; pixels: number; max: number; largestFactor: number }
  | { kind: 'small'; min: number };

const LARGE_PIXELS = 12_000_000;

/** Checks whether the service would accept a photo of this size with this factor. */
export function checkSize(
  { width, height, file }: { width: number; height: number; file: { size: number } },
  factor: number,
  limits: PublicLimits,
): SizeCheck {
  const input = width * height;
  const output = input * factor * factor;
  if (Math.min(width, height) < limits.min_side) return { kind: 'small', min: limits.min_side };
  if (input > limits.max_input_pixels) return { kind: 'input', pixels: input, max: limits.max_input_pixels };
  if (file.size > limits.max_upload_bytes) return { kind: 'bytes', bytes: file.size, max: limits.max_upload_bytes };
  if (output > limits.max_output_pixels) {
    const largestFactor = Math.floor(Math.sqrt(limits.max_output_pixels / input));
    return { kind: 'output', pixels: output, max: limits.max_output_pixels, largestFactor };
  }
  return output > LARGE_PIXELS ? { kind: 'large' } : { kind: 'ok' };
}

/** The service would refuse it. */
export const isRefused = ({ kind }: SizeCheck): boolean => kind !== 'ok' && kind !== 'large';
