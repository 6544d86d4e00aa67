import * as Radix from '@radix-ui/react-radio-group';
import clsx from 'clsx';

interface Props<T extends string> {
  value: T;
  onChange: (value: T) => void;
  choices: readonly { value: T; label: string; disabled?: boolean }[];
  labelledBy: string;
}

/** A choice between a few values, shown side by side. */
export function SegmentedControl<T extends string>({ value, onChange, choices, labelledBy }: Props<T>) {
  return (
    <Radix.Root
      value={value}
      onValueChange={(next) => onChange(next as T)}
      aria-labelledby={labelledBy}
      orientation="horizontal"
      className="grid auto-cols-fr grid-flow-col gap-1 rounded-full bg-mat p-1"
    >
      {choices.map((choice) => (
        <Radix.Item
          key={choice.value}
          value={choice.value}
          disabled={choice.disabled ?? false}
          className={clsx(
            'min-h-8 whitespace-nowrap rounded-full px-2 text-sm text-soft max-[26rem]:px-1 max-[26rem]:text-xs transition-colors not-disabled:hover:text-ink',
            'disabled:cursor-not-allowed disabled:line-through disabled:opacity-60',
            'data-[state=checked]:bg-card data-[state=checked]:font-medium data-[state=checked]:text-ink data-[state=checked]:shadow-sm',
          )}
        >
          {choice.label}
        </Radix.Item>
      ))}
    </Radix.Root>
  );
}
