import { ChevronDown, ChevronLeft, ChevronRight, ChevronUp } from 'lucide-react';
import { strings } from '@/lib/strings';

const STEP = 120;

const DIRECTIONS = [
  { key: 'up', icon: ChevronUp, x: 0, y: STEP, position: 'col-start-2 row-start-1' },
  { key: 'left', icon: ChevronLeft, x: STEP, y: 0, position: 'col-start-1 row-start-2' },
  { key: 'right', icon: ChevronRight, x: -STEP, y: 0, position: 'col-start-3 row-start-2' },
  { key: 'down', icon: ChevronDown, x: 0, y: -STEP, position: 'col-start-2 row-start-3' },
] as const;

/**
 * Moves the zoomed image by clicking, for visitors who cannot drag (WCAG 2.5.7). At the top, away from the handle of the
 * divider.
 */
export function PanButtons({ onMove }: { onMove: (x: number, y: number) => void }) {
  return (
    <div className="absolute top-12 right-3 z-20 grid grid-cols-3 grid-rows-3 gap-0.5">
      {DIRECTIONS.map(({ key, icon: Icon, x, y, position }) => (
        <button
          key={key}
          type="button"
          aria-label={strings.stage.pan[key]}
          onClick={() => onMove(x, y)}
          className={`${position} grid size-9 place-items-center rounded-lg bg-black/70 text-white hover:bg-black/85`}
        >
          <Icon aria-hidden className="size-5" />
        </button>
      ))}
    </div>
  );
}
