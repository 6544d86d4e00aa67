import { expect, test } from 'vitest';
import { mainFace, shownFaces } from './faces';

const face = (...box: [number, number, number, number]) => ({
  box,
  score: 0.99,
  restored: true,
  identity_similarity: 0.9,
  reliable: true,
  strength_used: 1,
});

test('boxes are scaled from the photo to the result', () => {
  const faces = [face(10, 20, 60, 80), face(100.5, 0, 200, 150)];
  expect(shownFaces({ width: 800, faces }, 400).map(({ box }) => box)).toEqual([
    [20, 40, 120, 160],
    [201, 0, 400, 300],
  ]);
  expect(shownFaces({ width: 200, faces: [face(10, 20, 60, 80)] }, 400)[0]?.box).toEqual([5, 10, 30, 40]);
});

test('the main face is the largest one that was restored', () => {
  const faces = [{ ...face(0, 0, 90, 90), restored: false }, face(100, 0, 130, 30), face(200, 0, 250, 50)];
  expect(mainFace(shownFaces({ width: 400, faces }, 400))?.index).toBe(2);
  expect(mainFace([])).toBeNull();
});
