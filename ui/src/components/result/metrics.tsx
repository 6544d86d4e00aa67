import { CircleHelp } from 'lucide-react';
import type { EnhanceData } from '@/lib/api/schema';
import { type Figure, grade } from '@/lib/grade';
import { strings } from '@/lib/strings';
import { Collapsible } from '../ui/collapsible';

const words = strings.metrics;
const ORDER: readonly Figure[] = ['identity', 'lpips', 'ssim', 'psnr'];

/** The figures in words, with what each says and does not say. */
export function Metrics({ data }: { data: Pick<EnhanceData, 'metrics' | 'metrics_against'> }) {
  const { psnr, ssim, lpips, identity_similarity } = data.metrics;
  const values: Record<Figure, number> = { psnr, ssim, lpips, identity: identity_similarity };
  return (
    <Collapsible title={words.title} defaultOpen>
      <p className="mb-3 text-sm text-soft">
        {data.metrics_against === 'reference' ? words.againstReference : words.againstInput}
      </p>
      <ul className="flex flex-col gap-3">
        {ORDER.map((figure) => (
          <FigureLine key={figure} figure={figure} value={values[figure]} />
        ))}
      </ul>
    </Collapsible>
  );
}

function FigureLine({ figure, value }: { figure: Figure; value: number }) {
  const { name, short, unit, text, words: grades } = words[figure];
  return (
    <li data-testid={`metric-${figure}`} className="text-sm">
      <div className="flex items-baseline justify-between gap-3">
        <span className="font-medium">{name}</span>
        <span>{grades[grade(figure, value)]}</span>
      </div>
      <details className="group">
        <summary className="flex list-none items-center justify-between gap-3 text-soft">
          <span className="flex items-center gap-1 underline decoration-dotted underline-offset-4">
            <CircleHelp aria-hidden className="size-3.5" />
            {words.explain}
            <span className="sr-only">({name})</span>
          </span>
          <span className="tabular-nums">
            {short} {value.toFixed(figure === 'psnr' ? 1 : 3)}
            {unit}
          </span>
        </summary>
        <p className="mt-1.5 rounded-xl bg-wash px-3 py-2">{text}</p>
      </details>
    </li>
  );
}
