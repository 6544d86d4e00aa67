'use client';
import clsx from 'clsx';
import { CircleHelp, Images, TriangleAlert } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { StageControl } from '@/hooks/use-stage';
import type { ShownFace } from '@/lib/faces';
import { formatFigure } from '@/lib/format';
import { strings } from '@/lib/strings';
import type { FaceKind } from '@/lib/verdict';
import type { Size } from '@/lib/view';
import { FaceThumbnail } from './face-thumbnail';
import type { Side } from './panes';

interface Props {
  control: StageControl;
  faces: readonly ShownFace[];
  before: Side;
  after: Side;
  size: Size;
}

/** The kinds differ in line and sign as well as in color. */
const RINGS: Record<FaceKind, string> = {
  sure: 'border-good border-2',
  doubtful: 'border-warn border-4 border-double',
  unknown: 'border-edge border-2 border-dashed',
  unchanged: 'border-line border-2',
};

const CHOSEN = 'bg-wash font-medium forced-colors:outline-2 forced-colors:outline-[Highlight]';

function describeFace({ kind, similarity }: ShownFace): string {
  const text = strings.faces.kinds;
  if (kind === 'unknown' || kind === 'unchanged' || similarity === null)
    return kind === 'unknown' ? text.unknown : text.unchanged;
  return text[kind](formatFigure(similarity));
}

/** All faces before and after, in reading order. The arrow keys go from face to face. */
export function Filmstrip({ control, faces, before, after, size }: Props) {
  const text = strings.faces;
  const go = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const forward = document.documentElement.dir === 'rtl' ? -step : step;
    const next = (forward > 0 ? 'nextElementSibling' : 'previousElementSibling') as keyof Element;
    const item = (event.target as Element).closest('li')?.[next] as Element | null | undefined;
    const button = item?.querySelector('button');
    button?.focus();
    button?.click();
  };
  const item = 'flex flex-col items-center gap-1 whitespace-nowrap rounded-xl p-1 text-xs hover:bg-wash';
  return (
    <nav aria-label={text.title} className="border-line border-t print:hidden">
      <ul onKeyDown={go} className="flex gap-1 overflow-x-auto px-1 py-2" data-testid="filmstrip">
        <li>
          <button
            type="button"
            aria-pressed={control.face === null}
            onClick={() => control.showFace(null)}
            className={clsx(item, control.face === null && CHOSEN)}
          >
            <span className="grid h-12 w-14 place-items-center rounded-lg border-2 border-line">
              <Images aria-hidden className="size-6 text-soft" />
            </span>
            {text.whole}
          </button>
        </li>
        {faces.map((face) => (
          <li key={face.number}>
            <button
              type="button"
              aria-label={text.zoom(face.number, describeFace(face))}
              aria-pressed={control.face === face.number}
              data-kind={face.kind}
              onClick={() => control.showFace(face)}
              className={clsx(item, control.face === face.number && CHOSEN)}
            >
              <span dir="ltr" className={clsx('flex h-12 w-24 overflow-hidden rounded-lg', RINGS[face.kind])}>
                <FaceThumbnail url={before.url} box={face.box} size={size} />
                <FaceThumbnail url={after.url} box={face.box} size={size} />
              </span>
              <span className="flex items-center gap-1">
                {face.kind === 'doubtful' && <TriangleAlert aria-hidden className="size-3.5 text-warn" />}
                {face.kind === 'unknown' && <CircleHelp aria-hidden className="size-3.5 text-soft" />}
                {text.one(face.number)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
