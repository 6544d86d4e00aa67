/** Whether the restored faces are still the same people, in one word, from what the service says about each face. */
import type { EnhanceData, FaceInfo } from './api/schema';

/** Below this cosine similarity a face has changed too much; the default of the option `min_identity`. */
export const SAME_PERSON = 0.4;

export type FaceKind = 'sure' | 'doubtful' | 'unknown' | 'unchanged';

/** What the identity of one face says. A similarity that is not reliable says nothing, whatever its value is. */
export function faceKind(face: Pick<FaceInfo, 'restored' | 'identity_similarity' | 'reliable'>): FaceKind {
  if (!face.restored) return 'unchanged';
  if (face.identity_similarity === null || face.reliable === false) return 'unknown';
  return face.identity_similarity < SAME_PERSON ? 'doubtful' : 'sure';
}

export interface Verdict {
  word: 'same' | 'unknown' | 'look' | 'nobody';
  /** The faces that the word is about. */
  count: number;
  restored: number;
  /** The index in `faces` of the face to look at first, and its similarity; null if nobody was restored. */
  worst: { index: number; similarity: number } | null;
}

/**
 * One doubtful face is enough for `look`, else one that cannot be told for `unknown`. Only if every restored face is
 * sure, the word is `same`.
 */
export function verdictOf(faces: EnhanceData['faces']): Verdict {
  const restored = faces.flatMap((face, index) => {
    const kind = faceKind(face);
    return kind === 'unchanged' ? [] : [{ index, kind, similarity: face.identity_similarity ?? 0 }];
  });
  for (const [kind, word] of [
    ['doubtful', 'look'],
    ['unknown', 'unknown'],
    ['sure', 'same'],
  ] as const) {
    const such = restored.filter((face) => face.kind === kind);
    const [worst] = such.toSorted((one, other) => one.similarity - other.similarity);
    if (worst === undefined) continue;
    const { index, similarity } = worst;
    return { word, count: such.length, restored: restored.length, worst: { index, similarity } };
  }
  return { word: 'nobody', count: 0, restored: 0, worst: null };
}
