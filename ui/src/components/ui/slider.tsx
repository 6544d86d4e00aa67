import * as Radix from '@radix-ui/react-slider';
import type { ComponentProps } from 'react';

type Props = ComponentProps<typeof Radix.Root> & { thumbLabelledBy: string; valueText: string };

export function Slider({ thumbLabelledBy, valueText, ...rest }: Props) {
  return (
    <Radix.Root className="relative flex h-8 w-full touch-none select-none items-center" {...rest}>
      <Radix.Track className="relative h-1.5 grow overflow-hidden rounded-full bg-line">
        <Radix.Range className="absolute h-full bg-accent" />
      </Radix.Track>
      <Radix.Thumb
        aria-labelledby={thumbLabelledBy}
        aria-valuetext={valueText}
        className="block size-6 rounded-full border-2 border-accent bg-card shadow-sm"
      />
    </Radix.Root>
  );
}
