'use client';
/**
 * Gestures on the stage: wheel and pinch zoom at the pointer, a drag pans what is zoomed and else moves the divider, a
 * click moves the divider, a double click zooms.
 */
import { type RefObject, useEffect, useEffectEvent } from 'react';
import type { Point } from '@/lib/view';
import type { ViewControl } from './use-view';

const WHEEL_STEP = 0.0022;
/** A pointer that moves less than this, in CSS pixels, has clicked. */
const CLICK_DISTANCE = 5;
/** A second click within this time makes it a double click, which does not move the divider. */
const DOUBLE_CLICK_MS = 260;

const isControl = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, [role=slider]') !== null;

/** `onPoint`: where the divider or the lens should be; `hovers`: it follows the mouse. */
export function useGestures(
  stage: RefObject<HTMLElement | null>,
  control: ViewControl,
  onPoint: (point: Point) => void,
  hovers: boolean,
): void {
  const point = useEffectEvent(onPoint);
  const hover = useEffectEvent((at: Point) => hovers && onPoint(at));
  const zoomBy = useEffectEvent((factor: number, at: Point) => control.zoomBy(factor, at));
  const canZoomOut = useEffectEvent(() => !control.fitted);
  const toggleZoom = useEffectEvent((at: Point) => (control.fitted ? control.zoomIn(at) : control.fit()));
  const drag = useEffectEvent((before: Point, after: Point) => {
    if (control.fitted) onPoint(after);
    else control.moveBy(after.x - before.x, after.y - before.y);
  });

  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const pointers = new Map<number, Point>();
    let start: Point | null = null;
    let click: ReturnType<typeof setTimeout> | undefined;
    /** In the pane under the pointer: with both images side by side there are two. */
    const toLocal = (event: MouseEvent): Point => {
      const under = event.target instanceof Element ? event.target.closest('[data-pane]') : null;
      const { left, top } = (under ?? element).getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);

    const down = (event: PointerEvent) => {
      if (event.button !== 0 || isControl(event.target)) return;
      clearTimeout(click);
      const at = toLocal(event);
      pointers.set(event.pointerId, at);
      start = pointers.size === 1 ? at : null;
      if (event.pointerType === 'mouse') element.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      const after = toLocal(event);
      if (before !== undefined) return moved(event.pointerId, before, after);
      if (event.pointerType === 'mouse' && !isControl(event.target)) hover(after);
    };
    const moved = (id: number, before: Point, after: Point) => {
      if (start !== null && distance(start, after) < CLICK_DISTANCE) return;
      start = null;
      pointers.set(id, after);
      const other = [...pointers].find(([each]) => each !== id)?.[1];
      if (other === undefined) return drag(before, after);
      const center = { x: (after.x + other.x) / 2, y: (after.y + other.y) / 2 };
      if (distance(before, other) > 0) zoomBy(distance(after, other) / distance(before, other), center);
    };
    const up = (event: PointerEvent) => {
      if (!pointers.delete(event.pointerId) || start === null) return;
      const at = start;
      start = null;
      if (event.type === 'pointerup') click = setTimeout(() => point(at), DOUBLE_CLICK_MS);
    };
    const doubleClick = (event: MouseEvent) => {
      clearTimeout(click);
      if (!isControl(event.target)) toggleZoom(toLocal(event));
    };
    const wheel = (event: WheelEvent) => {
      if (event.deltaY > 0 && !canZoomOut() && !event.ctrlKey) return; // nothing is left to zoom: the page scrolls
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY * WHEEL_STEP), toLocal(event));
    };

    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('dblclick', doubleClick);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      clearTimeout(click);
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('dblclick', doubleClick);
      element.removeEventListener('wheel', wheel);
    };
  }, [stage]);
}
