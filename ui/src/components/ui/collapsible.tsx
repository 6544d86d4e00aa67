import * as Radix from '@radix-ui/react-collapsible';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { prefersStillness } from '@/hooks/use-divider';

interface Props {
  title: string;
  /** Shown next to the title, open or closed. */
  summary?: string;
  defaultOpen?: boolean;
  children: ReactNode;
}

/** A section that opens and closes. What opens is brought into view, as much of it as there is room for. */
export function Collapsible({ title, summary, defaultOpen = false, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const reveal = () =>
    root.current?.scrollIntoView({ block: 'nearest', behavior: prefersStillness() ? 'auto' : 'smooth' });
  return (
    <Radix.Root
      ref={root}
      defaultOpen={defaultOpen}
      // Its content is there in the next frame.
      onOpenChange={(open) => open && requestAnimationFrame(reveal)}
      className="border-line border-t"
    >
      <h2>
        <Radix.Trigger className="group flex min-h-12 w-full items-center gap-3 text-start text-sm">
          <span className="font-medium">{title}</span>
          <span className="min-w-0 flex-1 truncate text-end text-soft">{summary}</span>
          <ChevronDown
            aria-hidden
            className="size-4 shrink-0 text-soft transition-transform group-data-[state=open]:rotate-180"
          />
        </Radix.Trigger>
      </h2>
      <Radix.Content className="pb-4">{children}</Radix.Content>
    </Radix.Root>
  );
}
