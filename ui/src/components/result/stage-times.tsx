import type { EnhanceData } from '@/lib/api/schema';
import { seconds } from '@/lib/format';
import { strings } from '@/lib/strings';
import { Collapsible } from '../ui/collapsible';

const words = strings.times;

/** Time by stage, each as a bar beside the longest. */
export function StageTimes({ data }: { data: Pick<EnhanceData, 'timings_ms' | 'processing_time_ms'> }) {
  const names: Record<string, string> = strings.progress.stages;
  const times = Object.entries(data.timings_ms);
  const longest = Math.max(1, ...times.map(([, time]) => time));
  return (
    <Collapsible title={words.title} summary={seconds(data.processing_time_ms)}>
      <ul className="flex flex-col gap-2" data-testid="times">
        {times.map(([stage, time]) => (
          <li key={stage} className="text-sm">
            <div className="flex justify-between gap-3">
              <span>{names[stage] ?? stage}</span>
              <span className="text-soft tabular-nums">{seconds(time)}</span>
            </div>
            <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-line">
              <div className="h-full rounded-full bg-accent" style={{ width: `${(100 * time) / longest}%` }} />
            </div>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm text-soft">{words.total(seconds(data.processing_time_ms))}</p>
    </Collapsible>
  );
}
