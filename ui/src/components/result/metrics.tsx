import { CircleHelp } from 'lucide-react';
import type { EnhanceData } from '@/lib/api/schema';
import { grade, type Metric } from '@/lib/grade';
import { strings } from '@/lib/strings';
import { Collapsible } from '../ui/collapsible';

const text = strings.metrics;
const ORDER: readonly Metric[] = ['identity', 'lpips', 'ssim', 'psnr'];

/** Each metric with its grade, its value, and an explanation of what it means. */
export function Metrics({ data }: { data: Pick<EnhanceData, 'metrics' | 'metrics_against'> }) {
  const { psnr, ssim, lpips, identity_similarity } = data.metrics;
  const values: Record<Metric, number | null> = { psnr, ssim, lpips, identity: identity_similarity };
  return (
    <Collapsible title={text.title} defaultOpen>
      <p className="mb-3 text-sm text-soft">
        {data.metrics_against === 'reference' ? text.againstReference : text.againstInput}
      </p>
      <ul className="flex flex-col gap-3">
        {ORDER.map((metric) => {
          const value = values[metric];
          return value === null ? null : <MetricRow key={metric} metric={metric} value={value} />;
        })}
      </ul>
    </Collapsible>
  );
}

function MetricRow({ metric, value }: { metric: Metric; value: number }) {
  const { name, short, unit, description, grades } = text[metric];
  return (
    <li data-testid={`metric-${metric}`} className="text-sm">
      <div className="flex items-baseline justify-between gap-3">
        <span className="font-medium">{name}</span>
        <span>{grades[grade(metric, value)]}</span>
      </div>
      <details className="group">
        <summary className="flex list-none items-center justify-between gap-3 text-soft">
          <span className="flex items-center gap-1 underline decoration-dotted underline-offset-4">
            <CircleHelp aria-hidden className="size-3.5" />
            {text.explain}
            <span className="sr-only">({name})</span>
          </span>
          <span className="tabular-nums">
            {short} {value.toFixed(metric === 'psnr' ? 1 : 3)}
            {unit}
          </span>
        </summary>
        <p className="mt-1.5 rounded-xl bg-wash px-3 py-2">{description}</p>
      </details>
    </li>
  );
}
