import { describe, expect, test } from 'vitest';
import { composed, identityAt, overlap, type Pixels, safestStrength } from './layers';

const filled = (left: number, top: number, width: number, height: number, pixel: readonly number[]): Pixels => ({
  left,
  top,
  width,
  height,
  data: Uint8ClampedArray.from(Array.from({ length: width * height }, () => pixel).flat()),
});

const pixelAt = (data: Uint8ClampedArray, width: number, x: number, y: number) =>
  [...data].slice(4 * (y * width + x), 4 * (y * width + x) + 4);

describe('the composed picture', () => {
  const background = filled(0, 0, 5, 4, [100, 50, 0, 200]);
  const patch = filled(3, 2, 4, 4, [200, 0, 255, 128]); // reaches over the right and the lower edge

  test('is the background outside of faces and at strength 0', () => {
    expect(composed(background, [])).toEqual(background.data);
    expect(composed(background, [{ patch, strength: 0 }])).toEqual(background.data);
    expect(pixelAt(composed(background, [{ patch, strength: 1 }]), 5, 2, 2)).toEqual([100, 50, 0, 200]);
  });

  test('has as much of a face as its strength and its mask say, and the transparency of the background', () => {
    const share = 128 / 255;
    const at = (strength: number) =>
      [100 + strength * share * 100, 50 - strength * share * 50, strength * share * 255].map(Math.round);
    for (const strength of [0.25, 0.5, 1]) {
      expect(pixelAt(composed(background, [{ patch, strength }]), 5, 4, 3)).toEqual([...at(strength), 200]);
    }
  });

  test('is linear: at 0.5 it is the mean of 0 and 1, within half a value', () => {
    const photo = filled(0, 0, 8, 8, [0, 0, 0, 255]);
    const face = filled(0, 0, 8, 8, [0, 0, 0, 0]);
    for (const [at] of photo.data.entries()) {
      if (at % 4 !== 3) photo.data[at] = (at * 89) % 256;
      face.data[at] = (at * 151 + 7) % 256; // its mask too
    }
    const at = (strength: number) => composed(photo, [{ patch: face, strength }]);
    const [none, half, full] = [at(0), at(0.5), at(1)];
    const exact = (index: number) => {
      const [below, above] = [photo.data[index] as number, face.data[index] as number];
      const alpha = index % 4 === 3 ? 0 : (face.data[index - (index % 4) + 3] as number) / 255;
      return below + 0.5 * alpha * (above - below);
    };
    for (const [index, value] of half.entries()) {
      expect(Math.abs(value - exact(index))).toBeLessThanOrEqual(0.5 + 1e-4);
      // Each of the two ends is rounded too.
      expect(Math.abs(value - ((none[index] as number) + (full[index] as number)) / 2)).toBeLessThanOrEqual(1);
    }
  });

  test('adds faces that overlap, each to the background and not to the other', () => {
    const one = { patch: filled(0, 0, 2, 1, [255, 50, 0, 102]), strength: 1 }; // 0.4
    const other = { patch: filled(1, 0, 2, 1, [0, 50, 0, 153]), strength: 0.5 }; // 0.6
    const picture = composed(background, [one, other]);
    expect(pixelAt(picture, 5, 0, 0)[0]).toBe(162);
    expect(pixelAt(picture, 5, 1, 0)[0]).toBe(132); // 100 + 0.4 * 155 - 0.3 * 100
    expect(pixelAt(picture, 5, 2, 0)[0]).toBe(70);
    expect(composed(background, [other, one])).toEqual(picture);
  });

  test('is the same in a part of it', () => {
    const whole = composed(background, [{ patch, strength: 0.7 }]);
    const part = composed(filled(2, 1, 3, 3, [100, 50, 0, 200]), [{ patch, strength: 0.7 }]);
    expect(pixelAt(part, 3, 2, 2)).toEqual(pixelAt(whole, 5, 4, 3));
    expect(pixelAt(part, 3, 0, 0)).toEqual(pixelAt(whole, 5, 2, 1));
  });
});

test('parts that only touch do not overlap', () => {
  const box = { left: 0, top: 0, width: 2, height: 2 };
  expect(overlap(box, { ...box, left: 1, top: 1 })).toBe(true);
  expect(overlap(box, { ...box, left: 2 })).toBe(false);
  expect(overlap(box, { ...box, top: -2 })).toBe(false);
});

describe('the identity', () => {
  const values = { '1': 0.3, '0': 0.9, '0.5': 0.7 };

  test.each([
    [0, 0.9],
    [0.25, 0.8],
    [0.5, 0.7],
    [0.75, 0.5],
    [1, 0.3],
  ])('at %d is %d', (strength, similarity) => {
    expect(identityAt(values, strength)).toBeCloseTo(similarity, 9);
  });

  test.each([
    [values, 0.3, 1],
    [values, 0.5, 0.75],
    [values, 0.8, 0.25],
    [values, 0.95, null],
    [{ '0': 0.9, '0.5': 0.3, '1': 0.5 }, 0.4, 1], // the highest, though it is lower in between
    [{ '0': 0.2, '0.5': 0.6, '1': 0.2 }, 0.4, 0.75],
  ])('of %j is at least %d up to %s', (at, minimum, safest) => {
    const found = safestStrength(at, minimum);
    if (safest === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(safest, 9);
  });
});
