import {
  Columns2,
  Contrast,
  Expand,
  Eye,
  Keyboard,
  Maximize,
  Minimize,
  Move,
  PanelRightClose,
  PanelRightOpen,
  ScanFace,
  Search,
  SquareSplitHorizontal,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { MODES, type StageControl } from '@/hooks/use-stage';
import { strings, words } from '@/lib/strings';
import { SegmentedControl } from '../ui/segmented-control';
import { ToolButton } from '../ui/tool-button';

interface Toggle {
  shown: boolean;
  show: (shown: boolean) => void;
}

interface Props {
  control: StageControl;
  /** null: there are no faces. */
  boxes: Toggle | null;
  /** null: there is nothing to move. */
  pad: Toggle | null;
  /** null: the browser cannot do it. */
  full: boolean | null;
  onFullScreen: () => void;
  onKeys: () => void;
  panel: { shown: boolean; toggle: () => void };
}

const ZOOM_STEP = 1.5;
const MODE_ICONS = { slider: SquareSplitHorizontal, sides: Columns2, lens: Search, difference: Contrast };

/** Every action of the stage as a button. */
export function Toolbar({ control, boxes, pad, full, onFullScreen, onKeys, panel }: Props) {
  const text = strings.stage;
  return (
    <div className="@container print:hidden">
      <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-1 py-2 sm:justify-between">
        <span id="stage-mode" className="sr-only">
          {text.mode}
        </span>
        <SegmentedControl
          labelledBy="stage-mode"
          value={control.mode}
          onChange={control.setMode}
          choices={MODES.map((value) => ({ value, label: text.modes[value], icon: MODE_ICONS[value] }))}
        />
        {/* On the narrowest phones the tools share one row, each as wide as there is room for. */}
        <div className="flex flex-wrap items-center justify-center max-[26rem]:w-full max-[26rem]:[&>span]:max-w-11 max-[26rem]:[&>span]:flex-[1_1_2.25rem] max-[26rem]:[&>span>button]:w-full">
          <HoldButton onHold={control.hold} />
          {boxes !== null && (
            <ToolButton label={text.boxes} aria-pressed={boxes.shown} onClick={() => boxes.show(!boxes.shown)}>
              <ScanFace aria-hidden className="size-5" />
            </ToolButton>
          )}
          <ToolButton label={text.zoomOut} disabled={control.fitted} onClick={() => control.zoomBy(1 / ZOOM_STEP)}>
            <ZoomOut aria-hidden className="size-5" />
          </ToolButton>
          <output data-testid="zoom" className="min-w-12 text-center text-sm text-soft tabular-nums max-[26rem]:hidden">
            {words.percent(control.percent / 100)}
          </output>
          <ToolButton label={text.zoomIn} onClick={() => control.zoomBy(ZOOM_STEP)}>
            <ZoomIn aria-hidden className="size-5" />
          </ToolButton>
          <ToolButton
            label={text.actualPixels}
            disabled={control.magnified}
            onClick={() => control.zoomToActualPixels()}
          >
            <span aria-hidden className="font-semibold text-sm tabular-nums">
              1:1
            </span>
          </ToolButton>
          <ToolButton label={text.fit} disabled={control.fitted} onClick={control.fit}>
            <Minimize aria-hidden className="size-5" />
          </ToolButton>
          {pad !== null && (
            <ToolButton label={text.pan.label} aria-pressed={pad.shown} onClick={() => pad.show(!pad.shown)}>
              <Move aria-hidden className="size-5" />
            </ToolButton>
          )}
          {full !== null && (
            <ToolButton label={text.fullScreen} tip="above-end" aria-pressed={full} onClick={onFullScreen}>
              {full ? <Expand aria-hidden className="size-5" /> : <Maximize aria-hidden className="size-5" />}
            </ToolButton>
          )}
          <span className="contents pointer-coarse:hidden">
            <ToolButton label={strings.keys.title} tip="above-end" onClick={onKeys}>
              <Keyboard aria-hidden className="size-5" />
            </ToolButton>
          </span>
          {full !== true && (
            <span className="contents max-wide:hidden">
              <ToolButton
                label={panel.shown ? strings.panel.hide : strings.panel.show}
                tip="above-end"
                onClick={panel.toggle}
              >
                {panel.shown ? (
                  <PanelRightClose aria-hidden className="size-5 rtl:-scale-x-100" />
                ) : (
                  <PanelRightOpen aria-hidden className="size-5 rtl:-scale-x-100" />
                )}
              </ToolButton>
            </span>
          )}
        </div>
      </div>
    </div>
  );
}

/** Shows the original while it is held, with a pointer or a key. */
function HoldButton({ onHold }: { onHold: (held: boolean) => void }) {
  const onKey = (held: boolean) => (event: { key: string; preventDefault: () => void }) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    onHold(held);
  };
  return (
    <ToolButton
      label={strings.stage.hold}
      className="touch-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onHold(true);
      }}
      onPointerUp={() => onHold(false)}
      onPointerCancel={() => onHold(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={onKey(true)}
      onKeyUp={onKey(false)}
      onBlur={() => onHold(false)}
    >
      <Eye aria-hidden className="size-5" />
    </ToolButton>
  );
}
