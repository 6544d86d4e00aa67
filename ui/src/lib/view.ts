/** Zooming and panning: how a picture lies in its viewport. All pure. */
export interface Size {
  width: number;
  height: number;
}

export interface View {
  /** CSS pixels per pixel of the picture. */
  scale: number;
  /** The picture's upper left corner in the viewport, in CSS pixels. */
  x: number;
  y: number;
}

export type Box = readonly [left: number, top: number, right: number, bottom: number];

const MAX_DEVICE_SCALE = 8;
const FACE_MARGIN = 1.7;

export const fitScale = (viewport: Size, picture: Size): number =>
  Math.min(viewport.width / picture.width, viewport.height / picture.height) || 1;

export function wholeView(viewport: Size, picture: Size): View {
  return settle({ scale: fitScale(viewport, picture), x: 0, y: 0 }, viewport, picture);
}

/** The nearest view that neither leaves a gap on an axis that the picture fills nor is smaller than the whole. */
export function settle(view: View, viewport: Size, picture: Size): View {
  return {
    scale: view.scale,
    x: axis(view.x, viewport.width, picture.width * view.scale),
    y: axis(view.y, viewport.height, picture.height * view.scale),
  };
}

function axis(offset: number, room: number, length: number): number {
  return length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, offset));
}

/** Zoom to `scale`, holding the point of the viewport where it is. */
export function zoomTo(
  view: View,
  scale: number,
  at: { x: number; y: number },
  viewport: Size,
  picture: Size,
  dpr: number,
): View {
  const least = fitScale(viewport, picture);
  const wanted = Math.min(Math.max(MAX_DEVICE_SCALE / dpr, least), Math.max(least, scale));
  const ratio = wanted / view.scale;
  return settle(
    { scale: wanted, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio },
    viewport,
    picture,
  );
}

/** The view that shows `box` (pixels of the picture) large, with some room around it. */
export function focusOn(box: Box, viewport: Size, picture: Size, dpr: number): View {
  const [left, top, right, bottom] = box;
  const scale = Math.min(
    viewport.width / ((right - left) * FACE_MARGIN),
    viewport.height / ((bottom - top) * FACE_MARGIN),
    MAX_DEVICE_SCALE / dpr,
  );
  const large = Math.max(scale, fitScale(viewport, picture));
  return settle(
    {
      scale: large,
      x: viewport.width / 2 - ((left + right) / 2) * large,
      y: viewport.height / 2 - ((top + bottom) / 2) * large,
    },
    viewport,
    picture,
  );
}
