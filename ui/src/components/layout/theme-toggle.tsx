'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { THEMES, useTheme } from '@/hooks/use-theme';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Cycles through system, light and dark. */
export function ThemeToggle() {
  const [theme, setTheme] = useTheme();
  const Icon = ICONS[theme];
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const label = `${strings.theme.label}: ${strings.theme[theme]}`;
  return (
    <Button variant="ghost" size="icon" aria-label={label} title={label} onClick={() => setTheme(next)}>
      <Icon aria-hidden className="size-5" />
    </Button>
  );
}
