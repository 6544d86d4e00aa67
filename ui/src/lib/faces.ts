/** Where the faces of a response are in the result. */
import type { EnhanceData } from './api/schema';
import type { Box } from './view';

export interface ShownFace {
  /** Counts from 1. */
  number: number;
  /** In pixels of the result. */
  box: Box;
}

/** Scales the face boxes, which the service gives in pixels of the photo, to pixels of the result. */
export function shownFaces(data: Pick<EnhanceData, 'width' | 'faces'>, photoWidth: number): ShownFace[] {
  const factor = data.width / photoWidth;
  return data.faces.map(({ box }, index) => {
    const [left, top, right, bottom] = box;
    return { number: index + 1, box: [left * factor, top * factor, right * factor, bottom * factor] };
  });
}
