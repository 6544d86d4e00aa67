'use client';
import type { Strengths as Control } from '@/hooks/use-strengths';
import type { ShownFace } from '@/lib/faces';
import { formatFigure } from '@/lib/format';
import { strings, words } from '@/lib/strings';
import { Button } from '../ui/button';
import { PercentField } from '../ui/percent-field';

interface Props {
  control: Control;
  /** The face in front; null: the whole picture. */
  face: ShownFace | null;
  minimum: number;
}

const STEP = 0.01;

/** Fades all restored faces, and the one in front by itself. */
export function Strengths({ control, face, minimum }: Props) {
  const text = strings.strengths;
  const { values, change, safest } = control;
  if (values.size === 0) return null;
  const indices = [...values.keys()];
  const strengths = [...values.values()];
  const mean = strengths.reduce((sum, strength) => sum + strength, 0) / strengths.length;
  const same = strengths.every((strength) => strength === strengths[0]);
  const limits = indices.map(safest);
  const together = limits.includes(null) ? null : limitOf(Math.min(...(limits as number[])));
  const own = face === null || values.size === 1 ? undefined : values.get(face.index);
  const limit = face === null ? together : limitOf(safest(face.index));
  const similarity = face === null || face.kind === 'unknown' ? null : face.similarity;
  const marked = own === undefined ? together : limit;
  return (
    <section aria-labelledby="strengths" className="flex flex-col gap-3 print:hidden" data-testid="strengths">
      <h2 id="strengths" className="font-medium">
        {text.title}
      </h2>
      <PercentField
        id="strength-all"
        label={text.all}
        value={mean}
        said={same ? words.percent(mean) : text.differ(words.percent(mean))}
        mark={together}
        step={STEP}
        onChange={(strength) => change(indices, strength)}
      />
      {face !== null && own !== undefined && (
        <PercentField
          id="strength-face"
          label={text.face(face.number)}
          value={own}
          mark={limit}
          step={STEP}
          onChange={(strength) => change([face.index], strength)}
        />
      )}
      <p className="text-sm text-soft empty:hidden" data-testid="identity-at">
        {similarity !== null && control.changed && `${text.identity(formatFigure(similarity))} `}
        {marked !== null && text.mark(words.percent(marked), formatFigure(minimum))}
      </p>
      {control.failed && (
        <p role="alert" className="text-bad text-sm">
          {text.failed}
        </p>
      )}
      {control.changed && (
        <Button variant="ghost" className="-ms-4 self-start" onClick={control.reset}>
          {text.reset}
        </Button>
      )}
    </section>
  );
}

/** A limit at the end of the slider is none. */
const limitOf = (safest: number | null): number | null => (safest !== null && safest < 1 ? safest : null);
