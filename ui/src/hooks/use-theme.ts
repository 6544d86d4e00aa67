'use client';
/** The theme: light, dark, or the theme of the system. public/theme.js sets the attribute before the first paint. */
import { useCallback, useEffect, useState } from 'react';
import { PAPER } from '@/lib/theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'visage.theme';

function paintBrowser(theme: Theme): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
    const system = meta.media.includes('dark') ? 'dark' : 'light';
    meta.content = PAPER[theme === 'system' ? system : theme];
  }
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => {
    const stored = document.documentElement.dataset.theme;
    if (stored !== 'light' && stored !== 'dark') return;
    setTheme(stored);
    paintBrowser(stored);
  }, []);
  const change = useCallback((next: Theme) => {
    setTheme(next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    paintBrowser(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Storage is blocked, so the choice lasts until the page is closed.
    }
  }, []);
  return [theme, change];
}
