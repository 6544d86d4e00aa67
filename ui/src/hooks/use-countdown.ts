'use client';
/** Counts down in seconds to 0, then calls `onEnd` once. */
import { useEffect, useRef, useState } from 'react';

export function useCountdown(seconds: number, onEnd: () => void): number {
  const [left, setLeft] = useState(Math.ceil(seconds));
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    const until = Date.now() + seconds * 1000;
    const timer = setInterval(() => {
      const remaining = Math.ceil((until - Date.now()) / 1000);
      setLeft(Math.max(0, remaining));
      if (remaining > 0) return;
      clearInterval(timer);
      end.current();
    }, 250);
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
}
