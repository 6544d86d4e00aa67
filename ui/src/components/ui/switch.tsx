import * as Radix from '@radix-ui/react-switch';
import type { ComponentProps } from 'react';

export function Switch(props: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      className="relative h-6 w-11 shrink-0 rounded-full border border-edge bg-line transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent forced-colors:data-[state=checked]:bg-[Highlight] forced-colors:[forced-color-adjust:none]"
      {...props}
    >
      <Radix.Thumb className="block size-4 translate-x-1 rounded-full bg-soft transition-transform data-[state=checked]:translate-x-[1.35rem] data-[state=checked]:bg-accent-ink rtl:-translate-x-1 rtl:data-[state=checked]:-translate-x-[1.35rem] forced-colors:bg-[CanvasText]" />
    </Radix.Root>
  );
}
