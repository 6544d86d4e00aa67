'use client';
import { type ReactNode, useEffect, useRef } from 'react';

/** By default takes the focus when its panel appears, because the button that opened it is gone. */
export function PanelTitle({ children, focus = true }: { children: ReactNode; focus?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focus) heading.current?.focus({ preventScroll: true });
  }, [focus]);
  return (
    <h1 ref={heading} tabIndex={-1} className="line-clamp-2 font-serif text-2xl tracking-tight outline-none">
      {children}
    </h1>
  );
}
