import { ChevronLeft, ChevronRight, Eye, Maximize, ScanFace, ZoomIn, ZoomOut } from 'lucide-react';
import type { ComponentProps } from 'react';
import type { ViewControl } from '@/hooks/use-view';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';
import { Segmented } from '../ui/segmented';

interface Props {
  control: ViewControl;
  position: number;
  onPosition: (position: number) => void;
  onHold: (held: boolean) => void;
  /** null: there are no faces to frame. */
  boxes: boolean | null;
  onBoxes: (shown: boolean) => void;
}

const words = strings.compare;
const ZOOM_STEP = 1.5;
const DIVIDER_STEP = 10;

/** Everything that can be done to the comparison, as buttons. */
export function Toolbar({ control, position, onPosition, onHold, boxes, onBoxes }: Props) {
  const mode = position >= 100 ? '100' : position <= 0 ? '0' : '50';
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 sm:justify-between">
      <div className="flex min-w-0 items-center gap-1">
        <Tool label={words.divider.left} onClick={() => onPosition(position - DIVIDER_STEP)}>
          <ChevronLeft aria-hidden className="size-5" />
        </Tool>
        <span id="compare-mode" className="sr-only">
          {words.mode}
        </span>
        <Segmented
          labelledBy="compare-mode"
          value={mode}
          onChange={(value) => onPosition(Number(value))}
          choices={[
            { value: '100', label: words.before },
            { value: '50', label: words.both },
            { value: '0', label: words.after },
          ]}
        />
        <Tool label={words.divider.right} onClick={() => onPosition(position + DIVIDER_STEP)}>
          <ChevronRight aria-hidden className="size-5" />
        </Tool>
      </div>
      <div className="flex items-center gap-1 max-[26rem]:gap-0 max-[26rem]:[&_button]:size-9">
        <Hold onHold={onHold} />
        {boxes !== null && (
          <Tool label={words.boxes} aria-pressed={boxes} onClick={() => onBoxes(!boxes)}>
            <ScanFace aria-hidden className="size-5" />
          </Tool>
        )}
        <Tool label={words.zoomOut} disabled={control.whole} onClick={() => control.zoomBy(1 / ZOOM_STEP)}>
          <ZoomOut aria-hidden className="size-5" />
        </Tool>
        <output data-testid="zoom" className="w-12 text-center text-sm text-soft tabular-nums">
          {words.zoom(control.percent)}
        </output>
        <Tool label={words.zoomIn} onClick={() => control.zoomBy(ZOOM_STEP)}>
          <ZoomIn aria-hidden className="size-5" />
        </Tool>
        <Tool label={words.real} onClick={() => control.realPixels()}>
          <span aria-hidden className="font-semibold text-sm tabular-nums">
            1:1
          </span>
        </Tool>
        <Tool label={words.fit} disabled={control.whole} onClick={control.showWhole}>
          <Maximize aria-hidden className="size-5" />
        </Tool>
      </div>
    </div>
  );
}

function Tool({ label, ...rest }: ComponentProps<typeof Button> & { label: string }) {
  return <Button kind="bare" size="icon" aria-label={label} title={label} {...rest} />;
}

/** Shows the original for as long as it is held, by pointer or by key. */
function Hold({ onHold }: { onHold: (held: boolean) => void }) {
  const key = (held: boolean) => (event: { key: string; preventDefault: () => void }) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    onHold(held);
  };
  return (
    <Tool
      label={words.hold}
      className="touch-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onHold(true);
      }}
      onPointerUp={() => onHold(false)}
      onPointerCancel={() => onHold(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={key(true)}
      onKeyUp={key(false)}
      onBlur={() => onHold(false)}
    >
      <Eye aria-hidden className="size-5" />
    </Tool>
  );
}
