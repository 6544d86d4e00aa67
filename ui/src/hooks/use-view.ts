'use client';
/** The zoom and position of an image in a viewport that can be resized. The view is null until it is measured. */
import { type RefObject, useCallback, useLayoutEffect, useMemo, useState } from 'react';
import { type Box, clampView, fitScale, fitView, type Size, type View, zoomTo, zoomToBox } from '@/lib/view';

export interface ViewControl {
  view: View | null;
  /** The whole image is shown. */
  fitted: boolean;
  /** 100 means that one image pixel is one pixel of the screen. */
  percent: number;
  zoomBy: (factor: number, at?: { x: number; y: number }) => void;
  zoomToActualPixels: (at?: { x: number; y: number }) => void;
  fit: () => void;
  moveBy: (x: number, y: number) => void;
  zoomToBox: (box: Box) => void;
}

const pixelRatio = (): number => globalThis.devicePixelRatio || 1;

export function useView(viewportRef: RefObject<HTMLElement | null>, image: Size): ViewControl {
  const [viewport, setViewport] = useState<Size | null>(null);
  const [chosen, setChosen] = useState<View | null>(null); // null: the whole image, at any viewport size

  useLayoutEffect(() => {
    const element = viewportRef.current;
    if (element === null) return;
    const measure = () => setViewport({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [viewportRef]);

  const { width, height } = image;
  const change = useCallback(
    (nextView: (view: View, viewport: Size, size: Size) => View) => {
      if (viewport === null) return;
      const size = { width, height };
      setChosen((previous) => {
        const next = nextView(previous ?? fitView(viewport, size), viewport, size);
        return next.scale <= fitScale(viewport, size) * 1.001 ? null : next;
      });
    },
    [viewport, width, height],
  );

  const moves = useMemo(() => {
    const zoom = (scale: (view: View) => number, at?: { x: number; y: number }) =>
      change((view, space, size) =>
        zoomTo(view, scale(view), at ?? { x: space.width / 2, y: space.height / 2 }, space, size, pixelRatio()),
      );
    return {
      zoomBy: (factor: number, at?: { x: number; y: number }) => zoom((view) => view.scale * factor, at),
      zoomToActualPixels: (at?: { x: number; y: number }) => zoom(() => 1 / pixelRatio(), at),
      fit: () => setChosen(null),
      moveBy: (x: number, y: number) =>
        change((view, space, size) => clampView({ scale: view.scale, x: view.x + x, y: view.y + y }, space, size)),
      zoomToBox: (box: Box) => change((_, space, size) => zoomToBox(box, space, size, pixelRatio())),
    };
  }, [change]);

  const view = useMemo(() => {
    if (viewport === null || viewport.width === 0) return null;
    const size = { width, height };
    return chosen === null ? fitView(viewport, size) : clampView(chosen, viewport, size);
  }, [viewport, chosen, width, height]);
  return { ...moves, view, fitted: chosen === null, percent: Math.round((view?.scale ?? 1) * pixelRatio() * 100) };
}
