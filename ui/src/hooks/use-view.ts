'use client';
/** The zoom and position of an image in a viewport that can be resized. The view is null until it is measured. */
import { type RefObject, useCallback, useLayoutEffect, useMemo, useState } from 'react';
import {
  type Box,
  clampView,
  fitScale,
  fitView,
  type Point,
  type Size,
  type View,
  zoomTo,
  zoomToBox,
} from '@/lib/view';

export interface ViewControl {
  view: View | null;
  viewport: Size;
  /** The whole image is shown. */
  fitted: boolean;
  /** The whole image is shown larger than its pixels, so there is nothing to zoom to actual pixels. */
  magnified: boolean;
  /** 100 means that one image pixel is one pixel of the screen. */
  percent: number;
  zoomBy: (factor: number, at?: Point) => void;
  zoomToActualPixels: (at?: Point) => void;
  /** To the actual pixels, or twice as large as the whole image if that is more. */
  zoomIn: (at: Point) => void;
  fit: () => void;
  moveBy: (x: number, y: number) => void;
  zoomToBox: (box: Box) => void;
}

const pixelRatio = (): number => globalThis.devicePixelRatio || 1;
const EMPTY: Size = { width: 0, height: 0 };

/** `opensOn`: the box that is shown first, in pixels of the image; null: the whole image. */
export function useView(viewportRef: RefObject<HTMLElement | null>, image: Size, opensOn: Box | null): ViewControl {
  const { width, height } = image;
  const [viewport, setViewport] = useState<Size>(EMPTY);
  const [chosen, setChosen] = useState<View | Box | null>(opensOn); // null: the whole image, at any viewport size

  useLayoutEffect(() => {
    const element = viewportRef.current;
    if (element === null) return;
    const measure = () => setViewport({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [viewportRef]);

  const view = useMemo(() => {
    if (viewport.width === 0 || viewport.height === 0) return null;
    const size = { width, height };
    if (chosen === null) return fitView(viewport, size);
    return 'scale' in chosen ? clampView(chosen, viewport, size) : zoomToBox(chosen, viewport, size, pixelRatio());
  }, [viewport, chosen, width, height]);

  const change = useCallback(
    (nextView: (view: View, size: Size) => View) => {
      if (view === null) return;
      const size = { width, height };
      const next = nextView(view, size);
      setChosen(next.scale <= fitScale(viewport, size) * 1.001 ? null : next);
    },
    [view, viewport, width, height],
  );

  const zoom = (scale: (view: View) => number, at?: Point) =>
    change((current, size) => {
      const middle = { x: viewport.width / 2, y: viewport.height / 2 };
      return zoomTo(current, scale(current), at ?? middle, viewport, size, pixelRatio());
    });
  return {
    view,
    viewport,
    fitted: view === null || view.scale <= fitScale(viewport, image) * 1.001,
    magnified: fitScale(viewport, image) * pixelRatio() >= 1,
    percent: Math.round((view?.scale ?? 1) * pixelRatio() * 100),
    zoomBy: (factor, at) => zoom((current) => current.scale * factor, at),
    zoomToActualPixels: (at) => zoom(() => 1 / pixelRatio(), at),
    zoomIn: (at) => zoom(() => Math.max(1 / pixelRatio(), 2 * fitScale(viewport, image)), at),
    fit: () => setChosen(null),
    moveBy: (x, y) =>
      change((current, size) =>
        clampView({ scale: current.scale, x: current.x + x, y: current.y + y }, viewport, size),
      ),
    zoomToBox: setChosen,
  };
}
