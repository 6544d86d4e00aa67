/** A photo that the visitor chose. Its content is checked before it is uploaded, and its upright size is measured. */
import type { PublicLimits } from './api/schema';
import { isReadable } from './image-formats';

export interface Photo {
  file: File;
  url: string;
  /** After EXIF rotation, as the browser shows it. */
  width: number;
  height: number;
}

export type Problem =
  | { kind: 'type' | 'empty' | 'damaged' | 'many' | 'nothingPasted' | 'sample' }
  | { kind: 'size'; bytes: number; max: number };

/** Used until the service has reported its own limits. */
export const DEFAULT_LIMITS: PublicLimits = {
  max_upload_bytes: 10_485_760,
  max_input_pixels: 50_000_000,
  max_output_pixels: 64_000_000,
  min_side: 32,
  deadline_s: 300,
};

/** Checks the type (by content) and size of a file. Returns null if both are fine. */
export async function checkFile(file: Blob, maxBytes: number): Promise<Problem | null> {
  if (file.size === 0) return { kind: 'empty' };
  if (!(await isReadable(file))) return { kind: 'type' };
  if (file.size > maxBytes) return { kind: 'size', bytes: file.size, max: maxBytes };
  return null;
}

/** Opens the file; throws if the browser cannot decode it. The caller revokes `url`. */
export async function openPhoto(file: File): Promise<Photo> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return { file, url, width: image.naturalWidth, height: image.naturalHeight };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

export type SizeCheck =
  | { kind: 'ok' }
  | { kind: 'large' }
  | { kind: 'input'; pixels: number; max: number }
  | { kind: 'output'; pixels: number; max: number; largestFactor: number }
  | { kind: 'small'; min: number };

const LARGE_PIXELS = 12_000_000;

/** Checks whether the service would accept a photo of this size with this factor. */
export function checkSize(width: number, height: number, factor: number, limits: PublicLimits): SizeCheck {
  const input = width * height;
  const output = input * factor * factor;
  if (Math.min(width, height) < limits.min_side) return { kind: 'small', min: limits.min_side };
  if (input > limits.max_input_pixels) return { kind: 'input', pixels: input, max: limits.max_input_pixels };
  if (output > limits.max_output_pixels) {
    const largestFactor = Math.floor(Math.sqrt(limits.max_output_pixels / input));
    return { kind: 'output', pixels: output, max: limits.max_output_pixels, largestFactor };
  }
  return output > LARGE_PIXELS ? { kind: 'large' } : { kind: 'ok' };
}
