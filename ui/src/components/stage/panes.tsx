'use client';
import clsx from 'clsx';
import type { StageControl } from '@/hooks/use-stage';
import { strings } from '@/lib/strings';
import { insets, type Size } from '@/lib/view';
import { Divider, RightOfDivider } from './divider';
import { ImageLayer } from './image-layer';

/** One of the two images: a URL and what it is called. */
export interface Side {
  url: string;
  /** What is drawn in place of the image. */
  canvas?: HTMLCanvasElement | null;
  label: string;
}

interface Props {
  control: StageControl;
  before: Side;
  after: Side;
  size: Size;
}

/** The lens shows this share of the shorter side of the pane. */
const LENS_RADIUS = 0.24;

/** Both images in the mode of the stage, with one view. */
export function Panes({ control, before, after, size }: Props) {
  const { mode, view, viewport, divider, lens } = control;
  const layer = { size, view };
  if (control.held) return <ImageLayer url={before.url} alt={before.label} {...layer} />;
  switch (mode) {
    case 'slider': {
      const inset = view === null ? { top: 0, bottom: 0 } : insets(view, viewport, size);
      return (
        <>
          <ImageLayer url={before.url} alt={before.label} {...layer} />
          <RightOfDivider>
            <ImageLayer url={after.url} canvas={after.canvas} alt={after.label} className="bg-mat" {...layer} />
          </RightOfDivider>
          <Divider control={divider} top={inset.top} bottom={inset.bottom} />
        </>
      );
    }
    case 'lens': {
      const radius = Math.min(viewport.width, viewport.height) * LENS_RADIUS;
      return (
        <>
          <ImageLayer url={before.url} alt={before.label} {...layer} />
          <ImageLayer
            url={after.url}
            canvas={after.canvas}
            alt={after.label}
            className="bg-mat"
            style={{ clipPath: `circle(${radius}px at ${lens.x}px ${lens.y}px)` }}
            {...layer}
          />
          <div
            aria-hidden
            data-testid="lens"
            className="pointer-events-none absolute rounded-full border-2 border-white shadow-[0_0_0_1px_rgb(0_0_0/0.5)]"
            style={{ left: lens.x - radius, top: lens.y - radius, width: 2 * radius, height: 2 * radius }}
          />
          <CornerLabel text={after.label} style={{ left: lens.x, top: lens.y + radius - 14 }} centered />
        </>
      );
    }
    case 'difference':
      return (
        <div className="absolute inset-0 isolate bg-black brightness-[4]" data-testid="difference">
          <ImageLayer url={before.url} alt={before.label} {...layer} />
          <ImageLayer
            url={after.url}
            canvas={after.canvas}
            alt={after.label}
            className="mix-blend-difference"
            {...layer}
          />
        </div>
      );
    default:
      return <ImageLayer url={before.url} alt={before.label} {...layer} />;
  }
}

/** What is where, in the corners of the image. */
export function CornerLabels({ control, before, after, size }: Props) {
  const { mode, view, viewport, held } = control;
  const inset = view === null ? { left: 0, right: 0, top: 0 } : insets(view, viewport, size);
  if (mode === 'difference' && !held)
    return <CornerLabel text={strings.stage.differenceNote} style={{ left: inset.left + 12, top: inset.top + 12 }} />;
  const [left, right] = [
    { left: inset.left + 12, top: inset.top + 12 },
    { right: inset.right + 12, top: inset.top + 12 },
  ];
  if (mode !== 'slider' || held) return <CornerLabel text={before.label} style={left} />;
  return (
    <>
      <SideLabel side="before" text={before.label} style={left} />
      <SideLabel side="after" text={after.label} style={right} />
    </>
  );
}

interface SideLabelProps {
  side: 'before' | 'after';
  text: string;
  style?: LabelProps['style'];
}

/** What is on this side of the divider, as long as that leaves it room. */
export function SideLabel({ side, text, style }: SideLabelProps) {
  const corner = side === 'before' ? { left: 12, top: 12 } : { right: 12, top: 12 };
  return <CornerLabel text={text} className={`label-${side}`} style={style ?? corner} />;
}

interface LabelProps {
  text: string;
  className?: string;
  /** `left` is its middle. */
  centered?: boolean;
  style: { left?: number; right?: number; top: number };
}

export function CornerLabel({ text, className, centered = false, style }: LabelProps) {
  return (
    <span
      aria-hidden
      dir="auto"
      className={clsx(
        'pointer-events-none absolute z-10 max-w-[45%] truncate rounded-full bg-black/75 px-3 py-1 text-white text-xs',
        centered && '-translate-x-1/2',
        className,
      )}
      style={style}
    >
      {text}
    </span>
  );
}
