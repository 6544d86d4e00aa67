'use client';
/** The file of a result that the visitor takes away: as the service answered, or composed in the browser. */
import type { OutputFormatName } from '@/lib/api/schema';
import { resultFileName } from '@/lib/format';
import type { DoneState } from '@/lib/machine';
import type { Photo } from '@/lib/photo';
import { requestStrengths } from '@/lib/requests';
import { downloadBlob } from '@/lib/result';
import { changedStrengths, outputBlob, outputFormat, outputName } from '@/lib/strengths';

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

export function useOutput(photo: Photo, state: DoneState, onSaved: () => void): Output {
  const { result, options } = state;
  const changed = changedStrengths(state);
  const name = outputName(photo, state);
  const save = async (content: Promise<Blob>, as: string) => {
    downloadBlob(await content, as);
    onSaved();
  };
  const wanted = resultFileName(photo.file.name, options.upscale_factor, options.output_format);
  return {
    name,
    format: outputFormat(state),
    width: result.data.width,
    height: result.data.height,
    bytes: changed === null ? result.blob.size : null,
    blob: () => outputBlob(state),
    save: () => save(outputBlob(state), name),
    service:
      changed === null
        ? null
        : {
            format: options.output_format,
            save: () => save(requestStrengths(photo, options, result.data.faces, changed), wanted),
          },
  };
}
