'use client';
/** Keys with Ctrl, or with Cmd on a Mac, wherever the focus is. */
import { useEffect, useEffectEvent } from 'react';

/** A copied text or an open field is what the visitor means by Ctrl C, so that is left to the browser. */
const isBusy = (target: EventTarget | null): boolean =>
  (target instanceof Element && target.closest('input:not([type=radio]), textarea, select, dialog') !== null) ||
  getSelection()?.isCollapsed === false;

export function useShortcuts(keys: Readonly<Record<string, () => void>>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const action = keys[event.key.toLowerCase()];
    if (action === undefined || event.ctrlKey === event.metaKey || event.altKey || event.shiftKey) return;
    if (event.repeat || isBusy(event.target)) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}
