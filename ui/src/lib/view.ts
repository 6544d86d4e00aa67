/** Zooming and panning: the position and scale of an image in its viewport. Pure functions. */
export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface View {
  /** CSS pixels per image pixel. */
  scale: number;
  /** The upper left corner of the image in the viewport, in CSS pixels. */
  x: number;
  y: number;
}

export type Box = readonly [left: number, top: number, right: number, bottom: number];

const MAX_DEVICE_SCALE = 8;
const FACE_MARGIN = 1.7;
/** A face is not magnified more than this: a small one would be shown as squares. */
const MAX_FACE_SCALE = 3;

export const fitScale = (viewport: Size, image: Size): number =>
  Math.min(viewport.width / image.width, viewport.height / image.height) || 1;

/** Shows the whole image, centered. */
export function fitView(viewport: Size, image: Size): View {
  return clampView({ scale: fitScale(viewport, image), x: 0, y: 0 }, viewport, image);
}

/** Moves the image so that it leaves no gap on an axis that it fills, and is centered on an axis that it does not. */
export function clampView(view: View, viewport: Size, image: Size): View {
  return {
    scale: view.scale,
    x: clampOffset(view.x, viewport.width, image.width * view.scale),
    y: clampOffset(view.y, viewport.height, image.height * view.scale),
  };
}

function clampOffset(offset: number, available: number, length: number): number {
  return length <= available ? (available - length) / 2 : Math.min(0, Math.max(available - length, offset));
}

/** Zooms to `scale` and keeps the viewport point `at` in place. */
export function zoomTo(view: View, scale: number, at: Point, viewport: Size, image: Size, pixelRatio: number): View {
  const minScale = fitScale(viewport, image);
  const newScale = Math.min(Math.max(MAX_DEVICE_SCALE / pixelRatio, minScale), Math.max(minScale, scale));
  const ratio = newScale / view.scale;
  return clampView(
    { scale: newScale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio },
    viewport,
    image,
  );
}

/** Zooms to `box` (in image pixels) with some margin around it. */
export function zoomToBox(box: Box, viewport: Size, image: Size, pixelRatio: number): View {
  const [left, top, right, bottom] = box;
  const boxScale = Math.min(
    viewport.width / ((right - left) * FACE_MARGIN),
    viewport.height / ((bottom - top) * FACE_MARGIN),
    MAX_FACE_SCALE / pixelRatio,
  );
  const scale = Math.max(boxScale, fitScale(viewport, image));
  return clampView(
    {
      scale,
      x: viewport.width / 2 - ((left + right) / 2) * scale,
      y: viewport.height / 2 - ((top + bottom) / 2) * scale,
    },
    viewport,
    image,
  );
}

/** Where the middle of `box` is in the viewport, from 0 at its left to 100 at its right. */
export function middleOf(box: Box, view: View, viewport: Size): number {
  const middle = view.x + ((box[0] + box[2]) / 2) * view.scale;
  return viewport.width === 0 ? 50 : Math.min(100, Math.max(0, (100 * middle) / viewport.width));
}

/** The part of the viewport that the image covers, in CSS pixels from its edges. */
export function insets(
  view: View,
  viewport: Size,
  image: Size,
): { left: number; right: number; top: number; bottom: number } {
  const over = (offset: number) => Math.max(0, offset);
  return {
    left: over(view.x),
    right: over(viewport.width - view.x - image.width * view.scale),
    top: over(view.y),
    bottom: over(viewport.height - view.y - image.height * view.scale),
  };
}
