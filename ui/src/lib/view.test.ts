import { describe, expect, test } from 'vitest';
import { clampView, fitScale, fitView, zoomTo, zoomToBox } from './view';

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
});
