'use client';
/** The options, kept between visits. */
import { useCallback, useEffect, useState } from 'react';
import { DEFAULTS, loadOptions, type Options, saveOptions } from '@/lib/options';

export function useOptions(): [Options, (change: Partial<Options>) => void] {
  const [options, setOptions] = useState<Options>({ ...DEFAULTS });
  useEffect(() => setOptions(loadOptions()), []); // not in useState: the exported page is rendered without a browser
  const change = useCallback((part: Partial<Options>) => {
    setOptions((before) => {
      const after = { ...before, ...part };
      saveOptions(after);
      return after;
    });
  }, []);
  return [options, change];
}
