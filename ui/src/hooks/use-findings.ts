'use client';
/** Asks the service what it sees in a photo before it is restored. Whatever goes wrong, the page works without. */
import { useEffect, useState } from 'react';
import { inspect } from '@/lib/api/client';
import { type Findings, findingsOf } from '@/lib/findings';
import type { Options } from '@/lib/options';
import type { Photo } from '@/lib/photo';

/** Options must have been the same for so long: each question costs the service a detection. */
const STILL_MS = 500;

/** null: unknown. `asks`: the service would take the photo as it is; else what it said before. */
export function useFindings(photo: Photo, options: Options, asks: boolean): Findings | 'asking' | null {
  const [told, setTold] = useState<{ photo: Photo; findings: Findings | null } | null>(null);
  const { upscale_factor, size, faces, min_face_size, max_face_size, bystanders, background } = options;
  // Nothing else changes what is found.
  const relevant = { upscale_factor, size, faces, min_face_size, max_face_size, bystanders, background };
  const query = JSON.stringify(relevant);
  const looks = faces !== 'none' && !savesData();
  const wanted = asks && looks;
  useEffect(() => {
    if (!wanted) return;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const data = await inspect(photo.file, JSON.parse(query), controller.signal);
      if (!controller.signal.aborted) setTold({ photo, findings: data === null ? null : findingsOf(data) });
    }, STILL_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [photo, query, wanted]);
  if (!looks) return null;
  return told?.photo === photo ? told.findings : wanted ? 'asking' : null; // those of other options until the new ones are there
}

/** The visitor has asked sites to send less: the photo is then sent once, when it is restored. */
export const savesData = (): boolean =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;
