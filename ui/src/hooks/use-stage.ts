'use client';
/** What the stage shows: its mode, the shared view of both images, the divider, the lens and the face in front. */
import { type RefObject, useRef, useState } from 'react';
import { mainFace, type ShownFace } from '@/lib/faces';
import { middleOf, type Point, type Size, zoomToBox } from '@/lib/view';
import { type Divider, prefersStillness, useDivider } from './use-divider';
import { useView, type ViewControl } from './use-view';

export const MODES = ['slider', 'sides', 'lens', 'difference'] as const;
export type Mode = (typeof MODES)[number];

export interface StageControl extends ViewControl {
  /** The pane whose size the view has. */
  pane: RefObject<HTMLDivElement | null>;
  mode: Mode;
  setMode: (mode: Mode) => void;
  divider: Divider;
  /** The middle of the lens, in CSS pixels of the pane. */
  lens: Point;
  pointAt: (point: Point) => void;
  /** Only the original is shown. */
  held: boolean;
  hold: (held: boolean) => void;
  /** The number of the face that was zoomed to last; null: the whole picture. */
  face: number | null;
  /** Zooms to a face, with the divider on its middle; null: shows the whole picture. Brings the stage into sight. */
  showFace: (face: ShownFace | null) => void;
  /** Shows the face that is so many places further. */
  stepFace: (step: number) => void;
}

export function useStage(size: Size, faces: readonly ShownFace[]): StageControl {
  const pane = useRef<HTMLDivElement>(null);
  const [main] = useState(() => mainFace(faces));
  const view = useView(pane, size, main?.box ?? null);
  const opened = view.view === null ? null : main === null ? 50 : middleOf(main.box, view.view, view.viewport);
  const divider = useDivider(pane, opened);
  const [mode, setMode] = useState<Mode>('slider');
  const [held, hold] = useState(false);
  const [lens, setLens] = useState<Point | null>(null);
  const [face, setFace] = useState<number | null>(main?.number ?? null);

  const showFace = (next: ShownFace | null) => {
    setFace(next?.number ?? null);
    pane.current?.scrollIntoView({ block: 'nearest', behavior: prefersStillness() ? 'auto' : 'smooth' });
    setLens(null);
    if (next === null) {
      view.fit();
      return divider.moveTo(50);
    }
    view.zoomToBox(next.box);
    const zoomed = zoomToBox(next.box, view.viewport, size, devicePixelRatio || 1);
    divider.moveTo(middleOf(next.box, zoomed, view.viewport));
  };
  const { width, height } = view.viewport;
  return {
    ...view,
    pane,
    mode,
    setMode,
    divider,
    lens: lens ?? { x: width / 2, y: height / 2 },
    pointAt: (point) => (mode === 'lens' ? setLens(point) : divider.moveTo((100 * point.x) / Math.max(1, width))),
    held,
    hold,
    face,
    showFace,
    stepFace: (step) => {
      const at = faces.findIndex(({ number }) => number === face);
      const next = at === -1 ? (step > 0 ? 0 : faces.length - 1) : at + step;
      showFace(faces[next] ?? null);
    },
    fit: () => {
      setFace(null);
      view.fit();
    },
  };
}
