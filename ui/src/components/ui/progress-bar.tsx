import { words } from '@/lib/strings';

export function ProgressBar({ label, fraction }: { label: string; fraction: number }) {
  const percent = Math.floor(fraction * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuetext={words.percent(percent / 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-2 overflow-hidden rounded-full bg-line forced-colors:border forced-colors:border-[CanvasText]"
    >
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-300 forced-colors:bg-[Highlight] forced-colors:[forced-color-adjust:none]"
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
