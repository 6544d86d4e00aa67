/** A chosen file: checked by its content before anything is sent, and measured upright. */
import type { PublicLimits } from './api/schema';

export interface Picture {
  file: File;
  url: string;
  /** Upright, as the browser shows it. */
  width: number;
  height: number;
}

export type Problem =
  | { kind: 'type' | 'empty' | 'damaged' | 'many' | 'nothingPasted' | 'sample' }
  | { kind: 'size'; bytes: number; max: number };

/** What holds until the service has told its own. */
export const DEFAULT_LIMITS: PublicLimits = {
  max_upload_bytes: 10_485_760,
  max_input_pixels: 16_000_000,
  max_output_pixels: 50_000_000,
  min_side: 32,
  deadline_s: 300,
};

const SIGNATURES = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
];

/** What is wrong with the file, by its content and size; null if nothing. */
export async function checkFile(file: Blob, maxBytes: number): Promise<Problem | null> {
  if (file.size === 0) return { kind: 'empty' };
  const start = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  if (!SIGNATURES.some((signature) => signature.every((byte, index) => start[index] === byte))) return { kind: 'type' };
  if (file.size > maxBytes) return { kind: 'size', bytes: file.size, max: maxBytes };
  return null;
}

/** Opens the file; throws where the browser cannot decode it. The caller revokes `url`. */
export async function openPicture(file: File): Promise<Picture> {
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

export type SizeVerdict =
  | { kind: 'fine' }
  | { kind: 'large' }
  | { kind: 'input' | 'output'; pixels: number; max: number }
  | { kind: 'small'; min: number };

const LARGE_PIXELS = 12_000_000;

/** Whether the service would take the picture at this factor, by its own limits. */
export function judgeSize(width: number, height: number, factor: number, limits: PublicLimits): SizeVerdict {
  const input = width * height;
  const output = input * factor * factor;
  if (Math.min(width, height) < limits.min_side) return { kind: 'small', min: limits.min_side };
  if (input > limits.max_input_pixels) return { kind: 'input', pixels: input, max: limits.max_input_pixels };
  if (output > limits.max_output_pixels) return { kind: 'output', pixels: output, max: limits.max_output_pixels };
  return output > LARGE_PIXELS ? { kind: 'large' } : { kind: 'fine' };
}
