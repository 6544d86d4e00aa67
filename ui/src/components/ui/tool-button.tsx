'use client';
import clsx from 'clsx';
import { type ComponentProps, useState } from 'react';
import { Button } from './button';

const TIPS = {
  above: '-translate-x-1/2 bottom-full left-1/2 mb-1',
  'above-end': 'end-0 bottom-full mb-1',
  'below-end': 'end-0 top-full mt-1',
};

interface Props extends ComponentProps<typeof Button> {
  label: string;
  /** Where the name appears. */
  tip?: keyof typeof TIPS;
}

/** A button that is an icon. Its name appears on hover and focus; Escape takes it away. */
export function ToolButton({ label, tip = 'above', className, ...rest }: Props) {
  const [hidden, setHidden] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is the control; this only watches it
    <span
      className="group/tool relative inline-flex"
      onPointerEnter={() => setHidden(false)}
      onKeyDown={(event) => event.key === 'Escape' && setHidden(true)}
    >
      <Button variant="ghost" size="icon" aria-label={label} className={className} {...rest} />
      <span
        aria-hidden
        className={clsx(
          'pointer-events-none absolute z-40 whitespace-nowrap rounded-lg bg-ink px-2 py-1 text-paper text-xs opacity-0 transition-opacity delay-300',
          TIPS[tip],
          !hidden && 'group-hover/tool:opacity-100 group-has-focus-visible/tool:opacity-100',
        )}
      >
        {label}
      </span>
    </span>
  );
}
