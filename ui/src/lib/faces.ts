/** Where the faces of a response are in the result. The service gives them in the order in which people read. */
import type { EnhanceData } from './api/schema';
import { type FaceKind, faceKind } from './verdict';
import type { Box } from './view';

export interface ShownFace {
  /** Counts from 1. */
  number: number;
  /** Its place in the response. */
  index: number;
  /** In pixels of the result. */
  box: Box;
  kind: FaceKind;
  similarity: number | null;
}

/** Scales the face boxes, which the service gives in pixels of the photo, to pixels of the result. */
export function shownFaces(data: Pick<EnhanceData, 'width' | 'faces'>, photoWidth: number): ShownFace[] {
  const factor = data.width / photoWidth;
  return data.faces.map((face, index) => {
    const [left, top, right, bottom] = face.box;
    return {
      number: index + 1,
      index,
      box: [left * factor, top * factor, right * factor, bottom * factor],
      kind: faceKind(face),
      similarity: face.identity_similarity,
    };
  });
}

const area = ({ box: [left, top, right, bottom] }: ShownFace) => (right - left) * (bottom - top);

/** The largest face that was restored, else the largest; null if there is none. */
export function mainFace(faces: readonly ShownFace[]): ShownFace | null {
  const [largest] = faces.toSorted(
    (one, other) => Number(one.kind === 'unchanged') - Number(other.kind === 'unchanged') || area(other) - area(one),
  );
  return largest ?? null;
}
