import clsx from 'clsx';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { HandleRoot } from 'react-compare-slider/components';
import { strings } from '@/lib/strings';

/** The line between the two images. Its handle is near the bottom, where it does not cover a face. */
export function Divider({ hidden, position }: { hidden: boolean; position: number }) {
  return (
    <HandleRoot
      aria-label={strings.beforeAfter.handle}
      aria-valuenow={Math.round(position)}
      aria-valuetext={strings.progress.percent(Math.round(position))}
    >
      <div className="pointer-events-none relative flex h-full w-14 cursor-ew-resize justify-center">
        <div
          className={clsx(
            'pointer-events-auto h-full w-0.5 bg-white shadow-[0_0_4px_rgb(0_0_0/0.6)] transition-opacity',
            hidden && 'opacity-0',
          )}
        />
        <div className="divider-grip pointer-events-auto absolute bottom-5 grid size-12 grid-flow-col place-content-center rounded-full border border-black/10 bg-white text-neutral-800 shadow-lg">
          <ChevronLeft aria-hidden className="-mr-1 size-5" />
          <ChevronRight aria-hidden className="-ml-1 size-5" />
        </div>
      </div>
    </HandleRoot>
  );
}
