'use client';
/** Panning with one pointer, pinching with two, Ctrl and wheel, double click; all on the viewport of useView. */
import { type RefObject, useEffect, useRef } from 'react';
import type { ViewControl } from './use-view';

interface Point {
  x: number;
  y: number;
}

const WHEEL_STEP = 0.0035;

export function useGestures(viewport: RefObject<HTMLElement | null>, control: ViewControl): void {
  const latest = useRef(control);
  latest.current = control;

  useEffect(() => {
    const element = viewport.current;
    if (element === null) return;
    const pointers = new Map<number, Point>();
    const local = (event: { clientX: number; clientY: number }): Point => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const mayStart = (event: PointerEvent) =>
      event.button === 0 && event.target instanceof Element && !event.target.closest('button, [role=slider]');

    const down = (event: PointerEvent) => {
      if (mayStart(event)) pointers.set(event.pointerId, local(event));
    };
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const after = local(event);
      pointers.set(event.pointerId, after);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) {
        if (!latest.current.whole) latest.current.moveBy(after.x - before.x, after.y - before.y);
        return;
      }
      const apart = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y);
      const middle = { x: (after.x + other.x) / 2, y: (after.y + other.y) / 2 };
      if (apart(before) > 0) latest.current.zoomBy(apart(after) / apart(before), middle);
    };
    const up = (event: PointerEvent) => pointers.delete(event.pointerId);
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the page
      event.preventDefault();
      latest.current.zoomBy(Math.exp(-event.deltaY * WHEEL_STEP), local(event));
    };
    const double = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest('button, [role=slider]')) return;
      if (latest.current.whole) latest.current.realPixels(local(event));
      else latest.current.showWhole();
    };

    element.addEventListener('pointerdown', down);
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('dblclick', double);
    addEventListener('pointermove', move);
    addEventListener('pointerup', up);
    addEventListener('pointercancel', up);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('dblclick', double);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', up);
    };
  }, [viewport]);
}
