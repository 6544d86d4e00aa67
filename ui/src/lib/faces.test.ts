import { expect, test } from 'vitest';
import { shownFaces } from './faces';

const face = (...box: [number, number, number, number]) => ({
  box,
  score: 0.99,
  restored: true,
  identity_similarity: 0.9,
  reliable: true,
  strength_used: 1,
});

test('boxes are scaled from the photo to the result, and numbered from 1', () => {
  const faces = [face(10, 20, 60, 80), face(100.5, 0, 200, 150)];
  expect(shownFaces({ width: 800, faces }, 400)).toEqual([
    { number: 1, box: [20, 40, 120, 160] },
    { number: 2, box: [201, 0, 400, 300] },
  ]);
});

test('boxes stay as they are when the result has the size of the photo', () => {
  expect(shownFaces({ width: 400, faces: [face(10, 20, 60, 80)] }, 400)).toEqual([
    { number: 1, box: [10, 20, 60, 80] },
  ]);
});

test('a result that is smaller than the photo scales the boxes down', () => {
  expect(shownFaces({ width: 200, faces: [face(10, 20, 60, 80)] }, 400)).toEqual([{ number: 1, box: [5, 10, 30, 40] }]);
});

test('no faces give no boxes', () => {
  expect(shownFaces({ width: 800, faces: [] }, 400)).toEqual([]);
});
