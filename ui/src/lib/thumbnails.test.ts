import { expect, test } from 'vitest';
import { squareOf } from './thumbnails';

const SIZE = { width: 400, height: 300 };

test('the square is around the face, and inside the picture', () => {
  expect(squareOf(SIZE, [100, 100, 200, 200])).toEqual({ x: 60, y: 60, side: 180 });
  expect(squareOf(SIZE, [0, 0, 100, 100])).toEqual({ x: 0, y: 0, side: 180 });
  expect(squareOf(SIZE, [350, 250, 400, 300])).toEqual({ x: 310, y: 210, side: 90 });
  expect(squareOf(SIZE, [0, 0, 300, 300])).toEqual({ x: 0, y: 0, side: 300 });
});

test('without a face it is the middle', () => {
  expect(squareOf(SIZE, null)).toEqual({ x: 50, y: 0, side: 300 });
});
