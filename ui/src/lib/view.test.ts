import { describe, expect, test } from 'vitest';
import { clampView, fitScale, fitView, insets, middleOf, zoomTo, zoomToBox } from './view';

describe('the view', () => {
  const viewport = { width: 800, height: 600 };
  const size = { width: 1600, height: 1600 };

  test('the whole image is centered', () => {
    expect(fitView(viewport, size)).toEqual({ scale: 0.375, x: 100, y: 0 });
  });

  test('zooming keeps the point under the pointer in place', () => {
    const before = fitView(viewport, size);
    const at = { x: 400, y: 300 };
    const after = zoomTo(before, 1, at, viewport, size, 1);
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
  });

  test('the scale is between the whole image and eight times the actual pixels', () => {
    const view = fitView(viewport, size);
    expect(zoomTo(view, 0.01, { x: 0, y: 0 }, viewport, size, 1).scale).toBe(fitScale(viewport, size));
    expect(zoomTo(view, 99, { x: 0, y: 0 }, viewport, size, 2).scale).toBe(4);
  });

  test('an image that is larger than the viewport leaves no gap', () => {
    expect(clampView({ scale: 1, x: 50, y: -5000 }, viewport, size)).toEqual({ scale: 1, x: 0, y: -1000 });
  });

  test('a face is centered', () => {
    const view = zoomToBox([700, 700, 900, 940], viewport, size, 1);
    expect(view.x + 800 * view.scale).toBeCloseTo(400);
    expect(view.y + 820 * view.scale).toBeCloseTo(300);
    expect(240 * view.scale).toBeLessThan(600);
  });

  test('the middle of a face is where it is seen, also at the edge of the image', () => {
    const centered = [700, 700, 900, 940] as const;
    expect(middleOf(centered, zoomToBox(centered, viewport, size, 1), viewport)).toBeCloseTo(50);
    const corner = [0, 0, 100, 100] as const;
    const view = zoomToBox(corner, viewport, size, 1);
    expect(middleOf(corner, view, viewport)).toBeCloseTo((100 * 50 * view.scale) / 800);
  });

  test('a small face is not magnified to squares', () => {
    expect(zoomToBox([10, 10, 20, 20], viewport, size, 1).scale).toBe(3);
  });

  test('the image leaves an inset where it does not fill the viewport', () => {
    expect(insets(fitView(viewport, size), viewport, size)).toEqual({ left: 100, right: 100, top: 0, bottom: 0 });
  });
});
