'use client';
/**
 * The position of the divider, 0 (all restored) to 100 (all original), and its one sweep when a result opens. All that
 * follows it is moved by CSS (app/globals.css), from two things on the host: the custom property `--divider` and, during
 * the sweep, the attribute `data-sweeping`. So neither a drag nor the sweep renders what is divided.
 */
import { type RefObject, useLayoutEffect, useState, useSyncExternalStore } from 'react';

export interface Divider {
  /** Where it rests; during the sweep, where that ends. */
  position: () => number;
  subscribe: (listener: () => void) => () => void;
  /** Ends a sweep that is still going on. */
  moveTo: (position: number) => void;
  moveBy: (change: number) => void;
  /** Uncovers the restored image once and rests at `end`; at once for visitors who prefer no motion. */
  sweepTo: (end: number) => void;
  /** Ends a sweep where it would end. */
  rest: () => void;
}

export const prefersStillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

function createDivider(host: RefObject<HTMLElement | null>): Divider {
  let position = 50;
  const listeners = new Set<() => void>();
  const set = (next: number, sweeping: boolean) => {
    position = Math.min(100, Math.max(0, next));
    host.current?.style.setProperty('--divider', String(position));
    host.current?.toggleAttribute('data-sweeping', sweeping);
    for (const listener of listeners) listener();
  };
  const moveTo = (next: number) => set(next, false);
  return {
    position: () => position,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    moveTo,
    moveBy: (change) => moveTo(position + change),
    sweepTo: (end) => set(end, !prefersStillness()),
    rest: () => host.current?.removeAttribute('data-sweeping'),
  };
}

/**
 * `host`: what contains both images and the divider, as long as this is used. `sweepsTo`: where the sweep ends; null
 * while that is not known. A later change of it moves nothing.
 */
export function useDivider(host: RefObject<HTMLElement | null>, sweepsTo: number | null): Divider {
  const [divider] = useState(() => createDivider(host));
  const [end, setEnd] = useState<number | null>(null);
  if (end === null && sweepsTo !== null) setEnd(sweepsTo);
  // Before the first paint, which would show the divider elsewhere.
  useLayoutEffect(() => {
    if (end !== null) divider.sweepTo(end);
  }, [end, divider]);
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
