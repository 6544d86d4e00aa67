import { ChevronLeft, ChevronRight, Eye, Maximize, ScanFace, ZoomIn, ZoomOut } from 'lucide-react';
import type { ComponentProps } from 'react';
import type { ViewControl } from '@/hooks/use-view';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';
import { SegmentedControl } from '../ui/segmented-control';

interface Props {
  control: ViewControl;
  position: number;
  onPosition: (position: number) => void;
  onShowOriginal: (shown: boolean) => void;
  /** null: there are no faces. */
  boxesShown: boolean | null;
  onShowBoxes: (shown: boolean) => void;
}

const text = strings.beforeAfter;
const ZOOM_STEP = 1.5;
const DIVIDER_STEP = 10;

/** Every action of the before-and-after view as a button. */
export function Toolbar({ control, position, onPosition, onShowOriginal, boxesShown, onShowBoxes }: Props) {
  const mode = position >= 100 ? '100' : position <= 0 ? '0' : '50';
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 sm:justify-between">
      <div className="flex min-w-0 items-center gap-1">
        <ToolButton label={text.divider.left} onClick={() => onPosition(position - DIVIDER_STEP)}>
          <ChevronLeft aria-hidden className="size-5" />
        </ToolButton>
        <span id="compare-mode" className="sr-only">
          {text.mode}
        </span>
        <SegmentedControl
          labelledBy="compare-mode"
          value={mode}
          onChange={(value) => onPosition(Number(value))}
          choices={[
            { value: '100', label: text.before },
            { value: '50', label: text.both },
            { value: '0', label: text.after },
          ]}
        />
        <ToolButton label={text.divider.right} onClick={() => onPosition(position + DIVIDER_STEP)}>
          <ChevronRight aria-hidden className="size-5" />
        </ToolButton>
      </div>
      <div className="flex items-center gap-1 max-[26rem]:gap-0 max-[26rem]:[&_button]:size-9">
        <HoldButton onShowOriginal={onShowOriginal} />
        {boxesShown !== null && (
          <ToolButton label={text.boxes} aria-pressed={boxesShown} onClick={() => onShowBoxes(!boxesShown)}>
            <ScanFace aria-hidden className="size-5" />
          </ToolButton>
        )}
        <ToolButton label={text.zoomOut} disabled={control.fitted} onClick={() => control.zoomBy(1 / ZOOM_STEP)}>
          <ZoomOut aria-hidden className="size-5" />
        </ToolButton>
        <output data-testid="zoom" className="w-12 text-center text-sm text-soft tabular-nums">
          {text.zoom(control.percent)}
        </output>
        <ToolButton label={text.zoomIn} onClick={() => control.zoomBy(ZOOM_STEP)}>
          <ZoomIn aria-hidden className="size-5" />
        </ToolButton>
        <ToolButton label={text.actualPixels} onClick={() => control.zoomToActualPixels()}>
          <span aria-hidden className="font-semibold text-sm tabular-nums">
            1:1
          </span>
        </ToolButton>
        <ToolButton label={text.fit} disabled={control.fitted} onClick={control.fit}>
          <Maximize aria-hidden className="size-5" />
        </ToolButton>
      </div>
    </div>
  );
}

function ToolButton({ label, ...rest }: ComponentProps<typeof Button> & { label: string }) {
  return <Button variant="ghost" size="icon" aria-label={label} title={label} {...rest} />;
}

/** Shows the original while it is held, with a pointer or a key. */
function HoldButton({ onShowOriginal }: { onShowOriginal: (shown: boolean) => void }) {
  const onKey = (shown: boolean) => (event: { key: string; preventDefault: () => void }) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    onShowOriginal(shown);
  };
  return (
    <ToolButton
      label={text.hold}
      className="touch-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onShowOriginal(true);
      }}
      onPointerUp={() => onShowOriginal(false)}
      onPointerCancel={() => onShowOriginal(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={onKey(true)}
      onKeyUp={onKey(false)}
      onBlur={() => onShowOriginal(false)}
    >
      <Eye aria-hidden className="size-5" />
    </ToolButton>
  );
}
