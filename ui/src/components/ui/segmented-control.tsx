import clsx from 'clsx';
import { type ComponentType, type SVGProps, useId } from 'react';

interface Choice<T extends string> {
  value: T;
  label: string;
  disabled?: boolean;
  /** Shown before the label, and instead of it in a container with little room. */
  icon?: ComponentType<SVGProps<SVGSVGElement>>;
}

interface Props<T extends string> {
  value: T;
  onChange: (value: T) => void;
  choices: readonly Choice<T>[];
  labelledBy: string;
}

/** More would not fit beside each other in the panel. */
const MAX_IN_A_ROW = 4;

/** A choice between a few values, shown side by side: radio buttons of the browser, each over its label. */
export function SegmentedControl<T extends string>({ value, onChange, choices, labelledBy }: Props<T>) {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-labelledby={labelledBy}
      className={clsx(
        'grid gap-1 border border-edge/40 bg-mat p-1',
        choices.length > MAX_IN_A_ROW ? 'grid-cols-3 rounded-3xl' : 'auto-cols-fr grid-flow-col rounded-full',
      )}
    >
      {choices.map(({ value: each, label, disabled = false, icon: Icon }) => (
        <label
          key={each}
          title={Icon === undefined ? undefined : label}
          className={clsx(
            'relative flex min-h-8 items-center justify-center gap-1.5 whitespace-nowrap rounded-full px-2.5 text-ink text-sm transition-colors hover:bg-wash max-[26rem]:px-1.5 max-[26rem]:text-xs',
            'has-disabled:cursor-not-allowed has-disabled:line-through has-disabled:opacity-60',
            'has-checked:bg-ink has-checked:font-medium has-checked:text-paper',
            'has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
            'forced-colors:has-checked:bg-[Highlight] forced-colors:has-checked:text-[HighlightText] forced-colors:has-checked:[forced-color-adjust:none]',
          )}
        >
          <input
            type="radio"
            name={name}
            value={each}
            checked={each === value}
            disabled={disabled}
            onChange={() => onChange(each)}
            className="absolute inset-0 cursor-[inherit] appearance-none rounded-full opacity-0"
          />
          {Icon !== undefined && <Icon aria-hidden className="size-4 shrink-0" />}
          <span className={clsx(Icon !== undefined && '@max-[60rem]:sr-only')}>{label}</span>
        </label>
      ))}
    </div>
  );
}
