'use client';
/** Whether the panel beside the result is shown; the same for every result of this tab. */
import { useState } from 'react';

let remembered = true;

export function usePanel(): [boolean, () => void] {
  const [shown, setShown] = useState(remembered);
  const toggle = () => {
    remembered = !shown;
    setShown(remembered);
  };
  return [shown, toggle];
}
