'use client';
import { type ReactNode, useEffect, useRef } from 'react';

/** Takes the focus when its panel appears, because the button that opened it is gone. */
export function PanelTitle({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 ref={heading} tabIndex={-1} className="font-serif text-2xl tracking-tight outline-none">
      {children}
    </h1>
  );
}
