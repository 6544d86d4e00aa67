'use client';
/** How much of each restored face is shown: chosen by the visitor, composed in the browser. */
import { useEffect, useMemo, useState } from 'react';
import type { FaceInfo } from '@/lib/api/schema';
import { type Composer, encodedPng, openComposer, type StrengthOf } from '@/lib/composer';
import { identityAt, safestStrength } from '@/lib/layers';
import type { Result } from '@/lib/result';

export interface Strengths {
  /** Of each face that can be faded, by its index in the response. Empty: there are no layers. */
  values: StrengthOf;
  change: (indices: Iterable<number>, strength: number) => void;
  /** Back to what the service answered. */
  reset: () => void;
  /** Other than the service answered. */
  changed: boolean;
  /** The highest strength at which this face is alike enough; null: there is none, or it cannot be told. */
  safest: (index: number) => number | null;
  /** The faces with their similarity at these strengths. */
  faces: readonly FaceInfo[];
  /** Shows the faces in these strengths; null: as the service answered. */
  canvas: HTMLCanvasElement | null;
  /** The same for small pictures, shortly after the last change; null: as the service answered. */
  url: string | null;
  /** The same as a PNG file of 8 bits; null: as the service answered. */
  png: (() => Promise<Blob>) | null;
  /** This browser cannot compose the picture. */
  failed: boolean;
}

/** A slider must have been still for so long before the picture is encoded. */
const STILL_MS = 300;

export function useStrengths({ data, layers }: Result, minimum: number): Strengths {
  const answered = useMemo(
    () => new Map((layers?.faces ?? []).map(({ index }) => [index, data.faces[index]?.strength_used ?? 0])),
    [data, layers],
  );
  const [chosen, setChosen] = useState<StrengthOf | null>(null);
  const values = chosen ?? answered;
  const changed = [...values].some(([index, strength]) => strength !== answered.get(index));
  const { composer, failed } = useComposer(chosen === null ? null : layers, data);
  const url = usePicture(composer, values, changed);
  const layerOf = (index: number) => layers?.faces.find((face) => face.index === index);
  return {
    values,
    change: (indices, strength) =>
      setChosen(
        (before) => new Map([...(before ?? answered), ...[...indices].map((index) => [index, strength] as const)]),
      ),
    reset: () => setChosen(new Map(answered)),
    changed,
    safest: (index) => {
      const similarities = layerOf(index)?.identityAt ?? null;
      const face = data.faces[index];
      return similarities === null || face?.reliable === false ? null : safestStrength(similarities, minimum);
    },
    faces: changed
      ? data.faces.map((face, index) => {
          const similarities = layerOf(index)?.identityAt ?? null;
          const strength = values.get(index);
          if (similarities === null || strength === undefined) return face;
          return { ...face, strength_used: strength, identity_similarity: identityAt(similarities, strength) };
        })
      : data.faces,
    canvas: changed ? (composer?.canvas ?? null) : null,
    url: changed ? url : null,
    png:
      changed && layers !== null
        ? async () => {
            const own = composer ?? (await openComposer(layers, data)); // it may still be opening
            own.draw(values);
            return encodedPng(own);
          }
        : null,
    failed,
  };
}

/** Decodes the layers when they are needed. */
function useComposer(layers: Result['layers'], { width, height }: { width: number; height: number }) {
  const [composer, setComposer] = useState<Composer | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (layers === null) return;
    let gone = false;
    openComposer(layers, { width, height }).then(
      (opened) => !gone && setComposer(opened),
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [layers, width, height]);
  return { composer, failed };
}

/** Draws at once, and encodes when nothing has changed for a while. */
function usePicture(composer: Composer | null, values: StrengthOf, changed: boolean): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (composer === null) return;
    composer.draw(values);
    if (!changed) return;
    let gone = false;
    const timer = setTimeout(async () => {
      const blob = await encodedPng(composer);
      if (!gone) setUrl(URL.createObjectURL(blob));
    }, STILL_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [composer, values, changed]);
  useEffect(() => {
    if (url === null) return;
    return () => URL.revokeObjectURL(url);
  }, [url]);
  return url;
}
