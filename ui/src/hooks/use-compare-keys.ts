'use client';
/** The comparison's keys; strings.compare.hint tells them to whoever needs telling. */
import { type KeyboardEvent, useMemo } from 'react';
import type { ViewControl } from './use-view';

const ZOOM_STEP = 1.5;
const MOVE_STEP = 80;

export function useCompareKeys(control: ViewControl, hold: (held: boolean) => void) {
  return useMemo(() => {
    const anywhere: Record<string, () => void> = {
      '+': () => control.zoomBy(ZOOM_STEP),
      '=': () => control.zoomBy(ZOOM_STEP),
      '-': () => control.zoomBy(1 / ZOOM_STEP),
      '0': control.showWhole,
      '1': () => control.realPixels(),
      o: () => hold(true),
    };
    // The divider has the arrow keys for itself while it is focused.
    const ownFocus: Record<string, () => void> = {
      arrowleft: () => control.moveBy(MOVE_STEP, 0),
      arrowright: () => control.moveBy(-MOVE_STEP, 0),
      arrowup: () => control.moveBy(0, MOVE_STEP),
      arrowdown: () => control.moveBy(0, -MOVE_STEP),
    };
    return {
      down: (event: KeyboardEvent) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const mine = event.target === event.currentTarget && !control.whole;
        const key = event.key.toLowerCase();
        const action = anywhere[key] ?? (mine ? ownFocus[key] : undefined);
        if (action === undefined) return;
        event.preventDefault();
        action();
      },
      up: (event: KeyboardEvent) => {
        if (event.key.toLowerCase() === 'o') hold(false);
      },
    };
  }, [control, hold]);
}
