'use client';
/** The keyboard shortcuts of the before-and-after view. strings.beforeAfter.hint describes them to screen readers. */
import { type KeyboardEvent, useMemo } from 'react';
import type { ViewControl } from './use-view';

const ZOOM_STEP = 1.5;
const MOVE_STEP = 80;

export function useBeforeAfterKeys(control: ViewControl, onShowOriginal: (shown: boolean) => void) {
  return useMemo(() => {
    const shortcuts: Record<string, () => void> = {
      '+': () => control.zoomBy(ZOOM_STEP),
      '=': () => control.zoomBy(ZOOM_STEP),
      '-': () => control.zoomBy(1 / ZOOM_STEP),
      '0': control.fit,
      '1': () => control.zoomToActualPixels(),
      o: () => onShowOriginal(true),
    };
    // Only while the view itself has the focus: the divider uses the arrow keys as well.
    const panShortcuts: Record<string, () => void> = {
      arrowleft: () => control.moveBy(MOVE_STEP, 0),
      arrowright: () => control.moveBy(-MOVE_STEP, 0),
      arrowup: () => control.moveBy(0, MOVE_STEP),
      arrowdown: () => control.moveBy(0, -MOVE_STEP),
    };
    return {
      down: (event: KeyboardEvent) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const canPan = event.target === event.currentTarget && !control.fitted;
        const key = event.key.toLowerCase();
        const action = shortcuts[key] ?? (canPan ? panShortcuts[key] : undefined);
        if (action === undefined) return;
        event.preventDefault();
        action();
      },
      up: (event: KeyboardEvent) => {
        if (event.key.toLowerCase() === 'o') onShowOriginal(false);
      },
    };
  }, [control, onShowOriginal]);
}
