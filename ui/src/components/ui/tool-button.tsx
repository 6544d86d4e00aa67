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
          // Not there until it is wanted: a name at the edge would make the page wider than a phone.
          'pointer-events-none absolute z-40 hidden max-w-64 animate-[show_0s_0.3s_both] truncate whitespace-nowrap rounded-lg border border-transparent bg-ink px-2 py-1 text-paper text-xs',
          TIPS[tip],
          !hidden && 'group-has-focus-visible/tool:block pointer-fine:group-hover/tool:block',
        )}
      >
        {label}
      </span>
    </span>
  );
}
