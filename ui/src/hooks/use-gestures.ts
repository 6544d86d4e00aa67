'use client';
/** Gestures on the viewport: drag to pan, pinch, Ctrl + wheel, and double-click to zoom. */
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
    const toLocal = (event: { clientX: number; clientY: number }): Point => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const canStart = (event: PointerEvent) =>
      event.button === 0 && event.target instanceof Element && !event.target.closest('button, [role=slider]');

    const down = (event: PointerEvent) => {
      if (canStart(event)) pointers.set(event.pointerId, toLocal(event));
    };
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const after = toLocal(event);
      pointers.set(event.pointerId, after);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) {
        if (!latest.current.fitted) latest.current.moveBy(after.x - before.x, after.y - before.y);
        return;
      }
      const distance = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y);
      const center = { x: (after.x + other.x) / 2, y: (after.y + other.y) / 2 };
      if (distance(before) > 0) latest.current.zoomBy(distance(after) / distance(before), center);
    };
    const up = (event: PointerEvent) => pointers.delete(event.pointerId);
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return; // without Ctrl or Cmd, the wheel scrolls the page
      event.preventDefault();
      latest.current.zoomBy(Math.exp(-event.deltaY * WHEEL_STEP), toLocal(event));
    };
    const doubleClick = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest('button, [role=slider]')) return;
      if (latest.current.fitted) latest.current.zoomToActualPixels(toLocal(event));
      else latest.current.fit();
    };

    element.addEventListener('pointerdown', down);
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('dblclick', doubleClick);
    addEventListener('pointermove', move);
    addEventListener('pointerup', up);
    addEventListener('pointercancel', up);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('dblclick', doubleClick);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', up);
    };
  }, [viewport]);
}
