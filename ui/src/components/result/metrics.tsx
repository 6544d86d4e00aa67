import { FileJson } from 'lucide-react';
import type { EnhanceData } from '@/lib/api/schema';
import { formatFigure } from '@/lib/format';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';
import { Collapsible } from '../ui/collapsible';

interface Props {
  data: Pick<EnhanceData, 'metrics' | 'metrics_against'>;
  /** Saves everything that is known of the result. */
  onReport: () => void;
}

/** The figures as they are, each with what it means. */
export function Metrics({ data, onReport }: Props) {
  const text = strings.metrics;
  const { psnr, ssim, lpips, identity_similarity } = data.metrics;
  const rows = [
    { ...text.psnr, id: 'psnr', value: `${formatFigure(psnr, 1)} dB` },
    { ...text.ssim, id: 'ssim', value: formatFigure(ssim, 3) },
    { ...text.lpips, id: 'lpips', value: formatFigure(lpips, 3) },
    ...(identity_similarity === null
      ? []
      : [{ ...text.identity, id: 'identity', value: formatFigure(identity_similarity, 3) }]),
  ];
  return (
    <Collapsible title={text.title}>
      <p className="mb-3 text-sm text-soft">
        {data.metrics_against === 'reference' ? text.againstReference : text.againstInput}
      </p>
      <dl className="flex flex-col gap-3 text-sm">
        {rows.map(({ id, name, value, description }) => (
          <div key={id} data-testid={`metric-${id}`}>
            <dt className="flex justify-between gap-3">
              <span className="font-medium">{name}</span>
              <span dir="ltr" className="tabular-nums">
                {value}
              </span>
            </dt>
            <dd className="text-soft">{description}</dd>
          </div>
        ))}
      </dl>
      <Button className="mt-4" onClick={onReport}>
        <FileJson aria-hidden className="size-4" />
        {strings.result.report}
      </Button>
    </Collapsible>
  );
}
