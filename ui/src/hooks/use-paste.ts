'use client';
/** Accepts a photo that is pasted anywhere on the page. */
import { useEffect } from 'react';
import type { Problem } from '@/lib/photo';

export function usePaste(onFile: (file: File) => void, onProblem: (problem: Problem) => void): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const file = event.clipboardData?.files[0];
      if (file) onFile(file);
      else onProblem({ kind: 'nothingPasted' });
      event.preventDefault();
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [onFile, onProblem]);
}
