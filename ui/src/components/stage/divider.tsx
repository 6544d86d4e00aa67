import clsx from 'clsx';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { type Divider as DividerControl, useDividerPosition } from '@/hooks/use-divider';
import { strings, words } from '@/lib/strings';

const STEP = 2;
const LARGE_STEP = 10;

interface Props {
  control: DividerControl;
  /** The part of the viewport above and below the image, which the line does not cross. */
  top?: number;
  bottom?: number;
}

/** The line between the two images. Its handle is near the bottom, where it does not cover a face. */
export function Divider({ control, top = 0, bottom = 0 }: Props) {
  const { moveTo } = control;
  const position = useDividerPosition(control, (at) => at);
  const key = (event: KeyboardEvent) => {
    const next = afterKey(event.key, position);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    moveTo(next);
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const bounds = event.currentTarget.parentElement?.parentElement?.getBoundingClientRect();
    if (bounds) moveTo((100 * (event.clientX - bounds.left)) / bounds.width);
  };
  return (
    // Moved by a transform: a changed `left` is a layout shift in every frame of the sweep.
    <div className="pointer-events-none absolute inset-0 z-10" style={{ transform: `translateX(${position}%)` }}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={strings.stage.handle}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(position)}
        aria-valuetext={words.percent(Math.round(position) / 100)}
        onKeyDown={key}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        className="group/divider -translate-x-1/2 pointer-events-auto absolute inset-y-0 left-0 flex w-8 cursor-ew-resize touch-none justify-center outline-none"
      >
        <div
          className={clsx(
            'absolute w-[3px] border-black/40 border-x bg-white transition-opacity',
            (position <= 0 || position >= 100) && 'opacity-0',
          )}
          style={{ top, bottom }}
        />
        <div className="absolute bottom-4 grid size-12 grid-flow-col place-content-center rounded-full border border-black/20 bg-white text-neutral-800 shadow-lg group-focus-visible/divider:outline-3 group-focus-visible/divider:outline-accent group-focus-visible/divider:outline-offset-3">
          <ChevronLeft aria-hidden className="-mr-1 size-5" />
          <ChevronRight aria-hidden className="-ml-1 size-5" />
        </div>
      </div>
    </div>
  );
}

/** Its children are seen to the right of the divider only. */
export function RightOfDivider({ control, children }: { control: DividerControl; children: ReactNode }) {
  const position = useDividerPosition(control, (at) => at);
  return (
    <div className="absolute inset-0" style={{ clipPath: `inset(0 0 0 ${position}%)` }}>
      {children}
    </div>
  );
}

/** As the pattern of a slider has it; null: no key of a slider. */
function afterKey(key: string, position: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return position - STEP;
    case 'ArrowRight':
    case 'ArrowUp':
      return position + STEP;
    case 'PageDown':
      return position - LARGE_STEP;
    case 'PageUp':
      return position + LARGE_STEP;
    case 'Home':
      return 0;
    case 'End':
      return 100;
    default:
      return null;
  }
}
