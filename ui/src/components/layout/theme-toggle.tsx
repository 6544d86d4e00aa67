'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { THEMES, useTheme } from '@/hooks/use-theme';
import { strings } from '@/lib/strings';
import { ToolButton } from '../ui/tool-button';

const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Cycles through system, light and dark. */
export function ThemeToggle() {
  const [theme, setTheme] = useTheme();
  const Icon = ICONS[theme];
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const label = strings.theme.change(strings.theme[theme], strings.theme[next]);
  return (
    <ToolButton label={label} tip="below-end" onClick={() => setTheme(next)}>
      <Icon aria-hidden className="size-5" />
    </ToolButton>
  );
}
