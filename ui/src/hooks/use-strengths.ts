'use client';
/** How much of each restored face is shown: chosen by the visitor, composed in the browser. */
import { useEffect, useMemo, useState } from 'react';
import type { FaceInfo } from '@/lib/api/schema';
import { type Composer, openComposer } from '@/lib/composer';
import type { StrengthOf } from '@/lib/layers';
import type { DoneState } from '@/lib/machine';
import type { Result } from '@/lib/result';
import { answeredStrengths, changedStrengths, facesOf, safestOf } from '@/lib/strengths';

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
  faces: FaceInfo[];
  /** Shows the faces in these strengths; null: as the service answered. */
  canvas: HTMLCanvasElement | null;
  /** The same for small pictures, shortly after the last change; null: as the service answered. */
  url: string | null;
  /** This browser cannot compose the picture. */
  failed: boolean;
}

/** A slider must have been still for so long before the picture is encoded. */
const STILL_MS = 300;

export function useStrengths(state: DoneState, onChange: (strengths: StrengthOf | null) => void): Strengths {
  const { result, options } = state;
  const answered = useMemo(() => answeredStrengths(result), [result]);
  const chosen = changedStrengths(state);
  const values = state.strengths ?? answered;
  const { composer, failed } = useComposer(state.strengths === null ? null : result.layers, result.data);
  const url = usePicture(composer, values, chosen !== null);
  return {
    values,
    change: (indices, strength) =>
      onChange(new Map([...values, ...[...indices].map((index) => [index, strength] as const)])),
    reset: () => onChange(null),
    changed: chosen !== null,
    safest: (index) => safestOf(result, index, options.min_identity),
    faces: facesOf(state),
    canvas: chosen === null ? null : (composer?.canvas ?? null),
    url: chosen === null ? null : url,
    failed,
  };
}

/** Decodes the layers when a face is faded for the first time: not before, because that is all their cost. */
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
      const blob = await composer.encoded();
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
