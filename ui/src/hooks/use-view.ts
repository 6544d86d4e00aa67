'use client';
/** The view of a picture in a viewport that may change its size; null until the viewport is measured. */
import { type RefObject, useCallback, useLayoutEffect, useMemo, useState } from 'react';
import { type Box, fitScale, focusOn, type Size, settle, type View, wholeView, zoomTo } from '@/lib/view';

export interface ViewControl {
  view: View | null;
  /** The whole picture is shown. */
  whole: boolean;
  /** In percent of the picture's real pixels on this screen. */
  percent: number;
  zoomBy: (factor: number, at?: { x: number; y: number }) => void;
  realPixels: (at?: { x: number; y: number }) => void;
  showWhole: () => void;
  moveBy: (x: number, y: number) => void;
  focus: (box: Box) => void;
}

const pixelRatio = (): number => globalThis.devicePixelRatio || 1;

export function useView(viewport: RefObject<HTMLElement | null>, picture: Size): ViewControl {
  const [room, setRoom] = useState<Size | null>(null);
  const [chosen, setChosen] = useState<View | null>(null); // null: the whole picture, whatever the room

  useLayoutEffect(() => {
    const element = viewport.current;
    if (element === null) return;
    const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [viewport]);

  const { width, height } = picture;
  const change = useCallback(
    (next: (view: View, room: Size, size: Size) => View) => {
      if (room === null) return;
      const size = { width, height };
      setChosen((before) => {
        const after = next(before ?? wholeView(room, size), room, size);
        return after.scale <= fitScale(room, size) * 1.001 ? null : after;
      });
    },
    [room, width, height],
  );

  const moves = useMemo(() => {
    const zoom = (scale: (view: View) => number, at?: { x: number; y: number }) =>
      change((view, space, size) =>
        zoomTo(view, scale(view), at ?? { x: space.width / 2, y: space.height / 2 }, space, size, pixelRatio()),
      );
    return {
      zoomBy: (factor: number, at?: { x: number; y: number }) => zoom((view) => view.scale * factor, at),
      realPixels: (at?: { x: number; y: number }) => zoom(() => 1 / pixelRatio(), at),
      showWhole: () => setChosen(null),
      moveBy: (x: number, y: number) =>
        change((view, space, size) => settle({ scale: view.scale, x: view.x + x, y: view.y + y }, space, size)),
      focus: (box: Box) => change((_, space, size) => focusOn(box, space, size, pixelRatio())),
    };
  }, [change]);

  const view = useMemo(() => {
    if (room === null || room.width === 0) return null;
    const size = { width, height };
    return chosen === null ? wholeView(room, size) : settle(chosen, room, size);
  }, [room, chosen, width, height]);
  return { ...moves, view, whole: chosen === null, percent: Math.round((view?.scale ?? 1) * pixelRatio() * 100) };
}
