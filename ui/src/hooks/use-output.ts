'use client';
/** The file of a result that the visitor takes away. */
import type { OutputFormatName } from '@/lib/api/schema';
import { resultFileName } from '@/lib/format';
import type { JobState } from '@/lib/machine';
import type { Photo } from '@/lib/photo';
import { downloadBlob } from '@/lib/result';

export interface Output {
  name: string;
  format: OutputFormatName;
  width: number;
  height: number;
  bytes: number;
  blob: () => Promise<Blob>;
  save: () => Promise<void>;
}

export function useOutput(photo: Photo, state: Extract<JobState, { name: 'done' }>, onSaved: () => void): Output {
  const { result, options } = state;
  const name = resultFileName(photo.file.name, options.upscale_factor, options.output_format);
  const blob = async () => result.blob;
  return {
    name,
    format: options.output_format,
    width: result.data.width,
    height: result.data.height,
    bytes: result.blob.size,
    blob,
    save: async () => {
      downloadBlob(await blob(), name);
      onSaved();
    },
  };
}
