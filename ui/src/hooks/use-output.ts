'use client';
/** The file of a result that the visitor takes away: as the service answered, or composed in the browser. */
import type { OutputFormatName } from '@/lib/api/schema';
import { resultFileName } from '@/lib/format';
import type { JobState } from '@/lib/machine';
import type { Photo } from '@/lib/photo';
import { requestStrengths } from '@/lib/requests';
import { downloadBlob } from '@/lib/result';
import type { Strengths } from './use-strengths';

export interface Output {
  name: string;
  format: OutputFormatName;
  width: number;
  height: number;
  /** null: it is made when it is asked for. */
  bytes: number | null;
  blob: () => Promise<Blob>;
  save: () => Promise<void>;
  /** Where it was composed here: the same from the service, in the format of the options; else null. */
  service: { format: OutputFormatName; save: () => Promise<void> } | null;
}

export function useOutput(
  photo: Photo,
  { result, options }: Extract<JobState, { name: 'done' }>,
  strengths: Strengths,
  onSaved: () => void,
): Output {
  const { png } = strengths;
  const format = strengths.changed ? 'png' : options.output_format;
  const named = (chosen: OutputFormatName) => resultFileName(photo.file.name, options.upscale_factor, chosen);
  const blob = async () => (png === null ? result.blob : png());
  const save = async (content: Promise<Blob>, chosen: OutputFormatName) => {
    downloadBlob(await content, named(chosen));
    onSaved();
  };
  return {
    name: named(format),
    format,
    width: result.data.width,
    height: result.data.height,
    bytes: strengths.changed ? null : result.blob.size,
    blob,
    save: () => save(blob(), format),
    service: strengths.changed
      ? {
          format: options.output_format,
          save: () =>
            save(requestStrengths(photo, options, result.data.faces, strengths.values), options.output_format),
        }
      : null,
  };
}
