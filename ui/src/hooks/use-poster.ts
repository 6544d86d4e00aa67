'use client';
/** A picture of the film with its faces, as the service finds them in a dry run. */
import { useEffect, useState } from 'react';
import { inspect } from '@/lib/api/client';
import type { FilmSource } from '@/lib/film';
import { pictureAt } from '@/lib/film-file';
import { savesData } from './use-findings';

export interface Poster {
  url: string;
  /** Left, top, width and height of each face, as shares of the picture; null: nobody has looked. */
  faces: [number, number, number, number][] | null;
}

/** Where in the film a face is looked for, until one is found. */
const SHARES = [0.1, 0.5, 0.85];

/** null while there is none, or where the browser cannot show the film. `asks`: the service is there to be asked. */
export function usePoster(source: FilmSource, asks: boolean): Poster | null {
  const [poster, setPoster] = useState<Poster | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    void look(source, asks && !savesData(), setPoster, controller.signal);
    return () => controller.abort();
  }, [source, asks]);
  const url = poster?.url ?? null;
  useEffect(() => {
    if (url !== null) return () => URL.revokeObjectURL(url);
  }, [url]);
  return poster;
}

/** Gives the first picture, and in its place the first one with a face. */
async function look(
  source: FilmSource,
  asks: boolean,
  onPoster: (poster: Poster) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const share of SHARES) {
    const picture = await pictureAt(source, share);
    const faces = picture !== null && asks && !signal.aborted ? await facesIn(picture, signal) : null;
    if (picture === null || signal.aborted) return;
    const found = faces !== null && faces.length > 0;
    if (found || share === SHARES[0]) onPoster({ url: URL.createObjectURL(picture), faces });
    if (found || faces === null) return;
  }
}

async function facesIn(picture: Blob, signal: AbortSignal): Promise<Poster['faces']> {
  const found = await inspect(new File([picture], 'poster.jpg', { type: picture.type }), { upscale_factor: 1 }, signal);
  if (found === null) return null;
  const { input_width: width, input_height: height } = found;
  return found.faces.map(({ box: [left, top, right, bottom] }) => [
    left / width,
    top / height,
    (right - left) / width,
    (bottom - top) / height,
  ]);
}
