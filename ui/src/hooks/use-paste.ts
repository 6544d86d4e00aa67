'use client';
/** Accepts photos that are pasted anywhere on the page. */
import { useEffect, useEffectEvent } from 'react';
import type { Problem } from '@/lib/photo';

export function usePaste(onFiles: (files: File[]) => void, onProblem: (problem: Problem) => void): void {
  const paste = useEffectEvent((event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) onFiles(files);
    else onProblem({ kind: 'nothingPasted' });
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: ClipboardEvent) => paste(event);
    document.addEventListener('paste', listener);
    return () => document.removeEventListener('paste', listener);
  }, []);
}
