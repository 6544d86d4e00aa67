'use client';
/** The options, stored between visits. */
import { useCallback, useEffect, useState } from 'react';
import { DEFAULTS, loadOptions, type Options, saveOptions } from '@/lib/options';

export function useOptions(): [Options, (change: Partial<Options>) => void] {
  const [options, setOptions] = useState<Options>({ ...DEFAULTS });
  useEffect(() => setOptions(loadOptions()), []); // not in useState: the page is prerendered without a browser
  const change = useCallback((part: Partial<Options>) => {
    setOptions((previous) => {
      const next = { ...previous, ...part };
      saveOptions(next);
      return next;
    });
  }, []);
  return [options, change];
}
