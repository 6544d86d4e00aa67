/** The result in layers (docs/api.md, "Layers"): what each strength of a face makes of it. Pure, on arrays of pixels. */

/** RGBA, whose alpha is not premultiplied, and where its first pixel lies in the result. */
export interface Pixels {
  left: number;
  top: number;
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** How much of each restored face is shown, 0 to 1, by the index of the face in the response. */
export type StrengthOf = ReadonlyMap<number, number>;

export interface Faded {
  patch: Pixels;
  /** 0: the face as it was, 1: as the network restored it. */
  strength: number;
}

/**
 * The pixels of `background`, which may be a part of the result, with faces in these strengths:
 * background + sum of strength * alpha * (patch - background). Its alpha stays.
 */
export function composed(background: Pixels, faces: readonly Faded[]): Uint8ClampedArray<ArrayBuffer> {
  const sums = Float32Array.from(background.data); // rounded once, at the end, also where faces overlap
  for (const { patch, strength } of faces) {
    const [left, right] = [Math.max(background.left, patch.left), Math.min(rightOf(background), rightOf(patch))];
    const [top, bottom] = [Math.max(background.top, patch.top), Math.min(bottomOf(background), bottomOf(patch))];
    for (let y = top; y < bottom; y++) {
      let from = offset(patch, left, y);
      let to = offset(background, left, y);
      for (let x = left; x < right; x++, from += 4, to += 4) {
        const share = (strength * (patch.data[from + 3] as number)) / 255;
        if (share === 0) continue;
        for (let channel = 0; channel < 3; channel++) {
          const below = background.data[to + channel] as number;
          sums[to + channel] =
            (sums[to + channel] as number) + share * ((patch.data[from + channel] as number) - below);
        }
      }
    }
  }
  return Uint8ClampedArray.from(sums);
}

export const overlap = (one: Omit<Pixels, 'data'>, other: Omit<Pixels, 'data'>): boolean =>
  one.left < rightOf(other) && other.left < rightOf(one) && one.top < bottomOf(other) && other.top < bottomOf(one);

const rightOf = ({ left, width }: Omit<Pixels, 'data'>) => left + width;
const bottomOf = ({ top, height }: Omit<Pixels, 'data'>) => top + height;
const offset = ({ left, top, width }: Pixels, x: number, y: number) => 4 * ((y - top) * width + x - left);

/** Similarities of one face by strength, as the service gives them: `{"0": 0.97, "0.5": 0.95, "1": 0.91}`. */
export type IdentityAt = Readonly<Record<string, number>>;

const pointsOf = (values: IdentityAt): [number, number][] =>
  Object.entries(values)
    .map(([strength, similarity]): [number, number] => [Number(strength), similarity])
    .sort(([one], [other]) => one - other);

/** The similarity at a strength, on straight lines between those that were measured. */
export function identityAt(values: IdentityAt, strength: number): number | null {
  const points = pointsOf(values);
  const after = points.find(([at]) => at >= strength) ?? points.at(-1);
  if (after === undefined) return null;
  const before = points.findLast(([at]) => at <= strength) ?? after;
  if (after[0] === before[0]) return after[1];
  return before[1] + ((strength - before[0]) / (after[0] - before[0])) * (after[1] - before[1]);
}

/** The highest strength at which the similarity is at least `minimum`; null: there is none. */
export function safestStrength(values: IdentityAt, minimum: number): number | null {
  const points = pointsOf(values).reverse();
  for (const [index, [high, similarity]] of points.entries()) {
    if (similarity >= minimum) return high;
    const [low, below] = points[index + 1] ?? [high, similarity];
    if (below >= minimum) return low + ((below - minimum) / (below - similarity)) * (high - low);
  }
  return null;
}
