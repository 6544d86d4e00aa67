import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect } from 'react';
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
  const { moveTo, rest } = control;
  const position = useDividerPosition(control, Math.round);
  // It would sweep once more when it is shown again.
  useEffect(() => rest, [rest]);
  const key = (event: KeyboardEvent) => {
    const next = afterKey(event.key, control.position());
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
    <div className="at-divider pointer-events-none absolute inset-0 z-10" onAnimationEnd={rest}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={strings.stage.handle}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={position}
        aria-valuetext={words.percent(position / 100)}
        onKeyDown={key}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        className="group/divider -translate-x-1/2 pointer-events-auto absolute inset-y-0 left-0 flex w-8 cursor-ew-resize touch-none justify-center outline-none"
      >
        <div className="divider-line absolute w-[3px] border-black/40 border-x bg-white" style={{ top, bottom }} />
        <div className="absolute bottom-4 grid size-12 grid-flow-col place-content-center rounded-full border border-black/20 bg-white text-neutral-800 shadow-lg group-focus-visible/divider:outline-3 group-focus-visible/divider:outline-accent group-focus-visible/divider:outline-offset-3">
          <ChevronLeft aria-hidden className="-mr-1 size-5" />
          <ChevronRight aria-hidden className="-ml-1 size-5" />
        </div>
      </div>
    </div>
  );
}

/** Its children are seen to the right of the divider only. */
export function RightOfDivider({ children }: { children: ReactNode }) {
  return (
    <div className="at-divider absolute inset-0 overflow-hidden">
      <div className="off-divider absolute inset-0">{children}</div>
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
