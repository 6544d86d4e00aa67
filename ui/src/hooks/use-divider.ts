'use client';
/** The position of the divider, 0 (all restored) to 100 (all original), and its one sweep when a result opens. */
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Divider {
  position: number;
  /** Ends a sweep that is still going on. */
  moveTo: (position: number) => void;
  moveBy: (change: number) => void;
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

/** `sweepsTo`: where the sweep ends; null while that is not known. A later change of it moves nothing. */
export function useDivider(sweepsTo: number | null): Divider {
  const [position, setPosition] = useState(50);
  const frame = useRef(0);

  const stop = useCallback(() => cancelAnimationFrame(frame.current), []);
  const moveTo = useCallback(
    (next: number) => {
      stop();
      setPosition(Math.min(100, Math.max(0, next)));
    },
    [stop],
  );
  const moveBy = useCallback(
    (change: number) => {
      stop();
      setPosition((previous) => Math.min(100, Math.max(0, previous + change)));
    },
    [stop],
  );

  const [end, setEnd] = useState<number | null>(null);
  if (end === null && sweepsTo !== null) setEnd(sweepsTo);
  useEffect(() => {
    if (end === null) return;
    if (prefersStillness()) return setPosition(end);
    const start = performance.now();
    const step = (now: number) => {
      const share = Math.min(1, (now - start) / SWEEP_MS);
      setPosition(sweepPosition(share, end));
      if (share < 1) frame.current = requestAnimationFrame(step);
    };
    frame.current = requestAnimationFrame(step);
    return stop;
  }, [end, stop]);

  return { position, moveTo, moveBy };
}
