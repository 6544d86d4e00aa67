import { words } from '@/lib/strings';
import { Field } from './field';
import { Slider } from './slider';

interface Props {
  id: string;
  label: string;
  help?: string;
  /** From 0 to 1. */
  value: number;
  /** In place of the value in percent. */
  said?: string;
  /** A value that is marked on the slider. */
  mark?: number | null;
  min?: number;
  step: number;
  onChange: (value: number) => void;
}

/** A share as a slider, with its value in percent. */
export function PercentField({ id, label, help, value, said, mark = null, min = 0, step, onChange }: Props) {
  const shown = said ?? words.percent(value);
  return (
    <Field id={id} label={label} value={shown} {...(help === undefined ? {} : { help })}>
      <Slider
        thumbLabelledBy={id}
        valueText={shown}
        mark={mark}
        value={[value]}
        min={min}
        max={1}
        step={step}
        onValueChange={([chosen]) => chosen !== undefined && onChange(chosen)}
      />
    </Field>
  );
}
