import { FACTORS } from '@/lib/options';
import { strings } from '@/lib/strings';
import { Field } from '../ui/field';
import { SegmentedControl } from '../ui/segmented-control';

interface Props {
  id: string;
  factor: number;
  onChange: (factor: number) => void;
  /** Whether the service takes the photo or film with this factor. */
  fits: (factor: number) => boolean;
}

/** How much to enlarge; what does not fit is struck out. */
export function FactorField({ id, factor, onChange, fits }: Props) {
  const text = strings.options.factor;
  return (
    <Field id={id} label={text.label}>
      <SegmentedControl
        labelledBy={id}
        value={String(factor)}
        onChange={(value) => onChange(Number(value))}
        choices={FACTORS.map((each) => ({
          value: String(each),
          label: text.times(each),
          disabled: !fits(each) && each !== factor,
        }))}
      />
    </Field>
  );
}
