'use client';
/** Whether an element fills the screen; null where the browser cannot do that. */
import { type RefObject, useEffect, useState } from 'react';

export function useFullScreen(target: RefObject<HTMLElement | null>): [boolean | null, () => void] {
  const [full, setFull] = useState<boolean | null>(null);
  useEffect(() => {
    if (!document.fullscreenEnabled) return;
    const update = () => setFull(document.fullscreenElement !== null);
    update();
    document.addEventListener('fullscreenchange', update);
    return () => document.removeEventListener('fullscreenchange', update);
  }, []);
  const toggle = () => {
    if (document.fullscreenElement !== null) void document.exitFullscreen();
    else void target.current?.requestFullscreen().catch(() => {}); // refused by the browser: nothing changes
  };
  return [full, toggle];
}
