import * as Radix from '@radix-ui/react-slider';
import type { ComponentProps } from 'react';
import { directionOf, language } from '@/lib/strings';

type Props = ComponentProps<typeof Radix.Root> & {
  thumbLabelledBy: string;
  valueText: string;
  /** A value that is marked on the track. */
  mark?: number | null;
};

export function Slider({ thumbLabelledBy, valueText, mark = null, ...rest }: Props) {
  return (
    <Radix.Root
      dir={directionOf(language)}
      className="relative flex h-8 w-full touch-none select-none items-center"
      {...rest}
    >
      <Radix.Track className="relative h-1.5 grow overflow-hidden rounded-full bg-line forced-colors:border">
        <Radix.Range className="absolute h-full bg-accent forced-colors:bg-[Highlight]" />
      </Radix.Track>
      {mark !== null && (
        // The middle of the thumb stays half its width away from both ends.
        <span aria-hidden className="pointer-events-none absolute inset-x-3 inset-y-0">
          <span
            data-testid="mark"
            className="-translate-x-1/2 absolute top-0 h-full w-0.5 rounded bg-good rtl:translate-x-1/2 forced-colors:bg-[CanvasText]"
            style={{ insetInlineStart: `${mark * 100}%` }}
          />
        </span>
      )}
      <Radix.Thumb
        aria-labelledby={thumbLabelledBy}
        aria-valuetext={valueText}
        className="block size-6 rounded-full border-2 border-accent bg-card shadow-sm"
      />
    </Radix.Root>
  );
}
