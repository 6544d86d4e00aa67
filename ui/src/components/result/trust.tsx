import { ArrowRight, CircleCheck, CircleHelp, TriangleAlert, User } from 'lucide-react';
import type { ShownFace } from '@/lib/faces';
import { formatFigure } from '@/lib/format';
import { strings } from '@/lib/strings';
import { SAME_PERSON, type Verdict } from '@/lib/verdict';
import { Button } from '../ui/button';

const SIGNS = {
  same: { icon: CircleCheck, style: 'text-good' },
  unknown: { icon: CircleHelp, style: 'text-soft' },
  look: { icon: TriangleAlert, style: 'text-warn' },
  nobody: { icon: User, style: 'text-soft' },
};

interface Props {
  verdict: Verdict;
  faces: readonly ShownFace[];
  onShowFace: (face: ShownFace) => void;
}

/** One sentence: whether the restored faces are still the same people, on a scale with the zone of strangers. */
export function Trust({ verdict, faces, onShowFace }: Props) {
  const text = strings.trust;
  const { word, count, restored, worst } = verdict;
  const { icon: Icon, style } = SIGNS[word];
  const sentence = {
    same: text.sameText(count),
    unknown: text.unknownText(count, restored),
    look: text.lookText(count),
    nobody: null,
  }[word];
  const face = faces.find(({ index }) => index === worst?.index);
  return (
    <section data-testid="trust" data-word={word} className="rounded-2xl border border-line bg-card p-4 text-sm">
      <h2 className="text-soft">{text.title}</h2>
      <p className="mt-1 flex items-center gap-2 font-medium text-lg">
        <Icon aria-hidden className={`size-5 shrink-0 ${style}`} />
        {text[word]}
        {worst !== null && word !== 'unknown' && (
          <span aria-hidden className="ms-auto font-normal text-base text-soft tabular-nums">
            {formatFigure(worst.similarity)}
          </span>
        )}
      </p>
      {sentence !== null && <p className="mt-1">{sentence}</p>}
      {worst !== null && word !== 'unknown' && <Scale similarity={worst.similarity} />}
      {face !== undefined && faces.length > 1 && word !== 'same' && (
        <Button variant="ghost" className="-ms-4 mt-1 text-accent! print:hidden" onClick={() => onShowFace(face)}>
          {text.worst(face.number)}
          <ArrowRight aria-hidden className="size-4 rtl:rotate-180" />
        </Button>
      )}
    </section>
  );
}

function Scale({ similarity }: { similarity: number }) {
  const text = strings.trust;
  const at = Math.min(1, Math.max(0, similarity));
  return (
    <div className="mt-3" role="img" aria-label={text.scale(formatFigure(similarity))}>
      <div className="relative h-2 rounded-full bg-line forced-colors:border">
        <div
          className="absolute inset-y-0 start-0 rounded-s-full forced-colors:border-e-4 bg-[repeating-linear-gradient(45deg,var(--edge)_0_2px,transparent_2px_5px)]"
          style={{ width: `${SAME_PERSON * 100}%` }}
        />
        <div
          className="absolute -top-1 h-4 w-1 rounded-full bg-ink forced-colors:bg-[CanvasText]"
          style={{ insetInlineStart: `calc(${at * 100}% - 2px)` }}
        />
      </div>
      <div className="mt-1 flex justify-between gap-2 text-soft text-xs">
        <span>{text.strangers}</span>
        <span>{text.samePerson}</span>
      </div>
    </div>
  );
}
