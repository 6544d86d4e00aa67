import { expect, test } from 'vitest';
import { photoOf } from '@/testing/fixtures';
import type { DoneState } from './machine';
import { DEFAULTS } from './options';
import type { Result } from './result';
import { answeredStrengths, changedStrengths, facesOf, isMadeHere, outputName, safestOf } from './strengths';

const face = (similarity: number, reliable = true) => ({
  box: [0, 0, 4, 4],
  score: 1,
  restored: true,
  strength_used: 0.8,
  identity_similarity: similarity,
  reliable,
});
const layer = (index: number) => ({ index, identityAt: { '0': 0.9, '0.5': 0.7, '1': 0.3 } });
const result = {
  data: { faces: [face(0.5), face(0.6, false), { ...face(0.7), restored: false }] },
  layers: { faces: [layer(0), layer(1)] },
} as unknown as Result;
const shown = (strengths: DoneState['strengths']): DoneState => ({
  name: 'done',
  options: { ...DEFAULTS, output_format: 'tiff' },
  attempt: 1,
  forecastMs: null,
  saved: false,
  result,
  strengths,
  encoding: null,
});

test('only what differs from the answer is a change, and is a PNG then', () => {
  expect(answeredStrengths(result)).toEqual(
    new Map([
      [0, 0.8],
      [1, 0.8],
    ]),
  );
  const same = shown(answeredStrengths(result));
  expect(changedStrengths(same)).toBeNull();
  expect(facesOf(same)).toBe(result.data.faces);
  expect(outputName(photoOf(4, 3), same)).toBe('grandma-restored-2x.tif');
  const other = shown(new Map([...answeredStrengths(result), [0, 0.25]]));
  expect(outputName(photoOf(4, 3), other)).toBe('grandma-restored-2x.png');
  expect(facesOf(other)[0]).toMatchObject({ strength_used: 0.25, identity_similarity: 0.8 });
  expect(facesOf(other)[2]).toBe(result.data.faces[2]);
  const jpeg: DoneState = { ...same, encoding: { format: 'jpeg', quality: 0.8 } };
  expect([isMadeHere(same), isMadeHere(other), isMadeHere(jpeg)]).toEqual([false, true, true]);
  expect(outputName(photoOf(4, 3), jpeg)).toBe('grandma-restored-2x.jpg');
});

test('the safest strength is known only where the identity can be told', () => {
  expect(safestOf(result, 0, 0.5)).toBeCloseTo(0.75, 9);
  expect(safestOf(result, 1, 0.5)).toBeNull();
  expect(safestOf(result, 2, 0.5)).toBeNull();
});
