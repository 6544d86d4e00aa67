'use client';
/** The file of a result that the visitor takes away: as the service answered, or composed in the browser. */
import { useEffect, useEffectEvent, useState } from 'react';
import type { OutputFormatName } from '@/lib/api/schema';
import { resultFileName } from '@/lib/format';
import type { DoneState } from '@/lib/machine';
import type { Photo } from '@/lib/photo';
import { requestStrengths } from '@/lib/requests';
import { downloadBlob } from '@/lib/result';
import { changedStrengths, isMadeHere, outputBlob, outputFormat, outputName } from '@/lib/strengths';

export interface Output {
  name: string;
  format: OutputFormatName;
  width: number;
  height: number;
  /** null: it is being made. */
  bytes: number | null;
  /** By the browser, not by the service. */
  madeHere: boolean;
  blob: () => Promise<Blob>;
  /** The same as a picture that this browser shows. */
  picture: () => Promise<Blob>;
  save: () => Promise<void>;
  /** Where it was composed here: the same from the service, in the format of the options; else null. */
  service: { format: OutputFormatName; save: () => Promise<void> } | null;
}

export function useOutput(photo: Photo, state: DoneState, onSaved: () => void): Output {
  const { result, options } = state;
  const made = useMade(state);
  const blob = async () => made ?? outputBlob(state);
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
    bytes: made?.size ?? null,
    madeHere: isMadeHere(state),
    blob,
    picture: async () => (isMadeHere(state) ? blob() : result.shown),
    save: () => save(blob(), name),
    service:
      changed === null
        ? null
        : {
            format: options.output_format,
            save: () => save(requestStrengths(photo, options, result.data.faces, changed), wanted),
          },
  };
}

/** Nothing must have changed for so long before the file is made to tell its size. */
const STILL_MS = 500;

/** The file as it is to be saved; null while it is not made. */
function useMade(state: DoneState): Blob | null {
  const { result, strengths, encoding } = state;
  const here = isMadeHere(state);
  const [made, setMade] = useState<{ strengths: unknown; encoding: unknown; blob: Blob } | null>(null);
  const make = useEffectEvent(() => outputBlob(state));
  useEffect(() => {
    if (!here) return;
    let gone = false;
    const timer = setTimeout(async () => {
      const blob = await make();
      if (!gone) setMade({ strengths, encoding, blob });
    }, STILL_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [here, strengths, encoding]);
  if (!here) return result.blob;
  return made?.strengths === strengths && made.encoding === encoding ? made.blob : null;
}
