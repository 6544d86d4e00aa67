import type { EnhanceData } from '@/lib/api/schema';
import { formatDuration } from '@/lib/format';
import { stageLabel } from '@/lib/steps';
import { strings } from '@/lib/strings';
import { Collapsible } from '../ui/collapsible';

/** The time of each stage, as a bar relative to the longest. */
export function StageTimes({ data }: { data: Pick<EnhanceData, 'timings_ms' | 'processing_time_ms'> }) {
  const text = strings.times;
  const times = Object.entries(data.timings_ms);
  const longest = Math.max(1, ...times.map(([, time]) => time));
  return (
    <Collapsible title={text.title} summary={formatDuration(data.processing_time_ms)}>
      <ul className="flex flex-col gap-2" data-testid="times">
        {times.map(([stage, time]) => (
          <li key={stage} className="text-sm">
            <div className="flex justify-between gap-3">
              <span>{stageLabel(stage)}</span>
              <span className="text-soft tabular-nums">{formatDuration(time)}</span>
            </div>
            <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-line">
              <div className="h-full rounded-full bg-accent" style={{ width: `${(100 * time) / longest}%` }} />
            </div>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm text-soft">{text.total(formatDuration(data.processing_time_ms))}</p>
    </Collapsible>
  );
}
