'use client';
/**
 * The position of the divider, 0 (all restored) to 100 (all original), and its one sweep when a result opens. It changes
 * in every frame of a sweep or a drag, so it is kept outside of React: only what is drawn by it is drawn again.
 */
import { useEffect, useState, useSyncExternalStore } from 'react';

export interface Divider {
  position: () => number;
  subscribe: (listener: () => void) => () => void;
  /** Ends a sweep that is still going on. */
  moveTo: (position: number) => void;
  moveBy: (change: number) => void;
  /** Uncovers the restored image once and rests at `end`; at once for visitors who prefer no motion. Returns its end. */
  sweepTo: (end: number) => () => void;
}

const SWEEP_MS = 1600;
/** So far the sweep uncovers the restored image before it comes back to its end. */
const SWEEP_TURN = 0.7;

export const prefersStillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

const ease = (share: number): number => (share < 0.5 ? 2 * share * share : 1 - (2 - 2 * share) ** 2 / 2);

/** The position after a share of the sweep, 0 to 1: from the original to the restored image, then to `end`. */
export function sweepPosition(share: number, end: number): number {
  if (share <= SWEEP_TURN) return 100 * (1 - ease(share / SWEEP_TURN));
  return end * ease((share - SWEEP_TURN) / (1 - SWEEP_TURN));
}

function createDivider(): Divider {
  let position = 50;
  let frame = 0;
  const listeners = new Set<() => void>();
  const set = (next: number) => {
    position = Math.min(100, Math.max(0, next));
    for (const listener of listeners) listener();
  };
  const moveTo = (next: number) => {
    cancelAnimationFrame(frame);
    set(next);
  };
  return {
    position: () => position,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    moveTo,
    moveBy: (change) => moveTo(position + change),
    sweepTo: (end) => {
      const stop = () => cancelAnimationFrame(frame);
      if (prefersStillness()) {
        set(end);
        return stop;
      }
      const start = performance.now();
      const step = (now: number) => {
        const share = Math.min(1, (now - start) / SWEEP_MS);
        set(sweepPosition(share, end));
        if (share < 1) frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
      return stop;
    },
  };
}

/** `sweepsTo`: where the sweep ends; null while that is not known. A later change of it moves nothing. */
export function useDivider(sweepsTo: number | null): Divider {
  const [divider] = useState(createDivider);
  const [end, setEnd] = useState<number | null>(null);
  if (end === null && sweepsTo !== null) setEnd(sweepsTo);
  useEffect(() => (end === null ? undefined : divider.sweepTo(end)), [end, divider]);
  return divider;
}

/** What `of` makes of the position; a component is drawn again only when that changes. */
export function useDividerPosition<T extends string | number | boolean>(
  divider: Divider,
  of: (position: number) => T,
): T {
  const value = () => of(divider.position());
  return useSyncExternalStore(divider.subscribe, value, value);
}
