import type { OutputFormatName } from '@/lib/api/schema';
import { joined } from '@/lib/format';
import { OUTPUT } from '@/lib/image-formats';
import type { DoneState, Encoding } from '@/lib/machine';
import { changedStrengths, outputFormat } from '@/lib/strengths';
import { strings, words } from '@/lib/strings';
import { Collapsible } from '../ui/collapsible';
import { Field } from '../ui/field';
import { PercentField } from '../ui/percent-field';
import { SegmentedControl } from '../ui/segmented-control';

interface Props {
  state: DoneState;
  /** null: as the service answered, or PNG where faces were faded. */
  onChange: (encoding: Encoding | null) => void;
}

/** What every browser can write. */
const WRITABLE = ['png', 'jpeg'] as const;
const QUALITY = 0.9;
const MIN_QUALITY = 0.3;

/** The file that is saved, copied and shared: its format and quality, encoded here without another request. */
export function SaveAs({ state, onChange }: Props) {
  const text = strings.save;
  const answered = changedStrengths(state) === null ? state.options.output_format : 'png';
  const format = outputFormat(state);
  const quality = state.encoding?.quality ?? QUALITY;
  const choices = [...new Set<OutputFormatName>([answered, ...WRITABLE])];
  const choose = (next: OutputFormatName) =>
    onChange(next === answered || (next !== 'png' && next !== 'jpeg') ? null : { format: next, quality });
  const hasQuality = state.encoding?.format === 'jpeg';
  return (
    <Collapsible
      title={text.title}
      summary={joined(hasQuality ? [OUTPUT[format].title, words.percent(quality)] : [OUTPUT[format].title])}
    >
      <div className="flex flex-col gap-4">
        <Field id="save-format" label={text.format}>
          <SegmentedControl
            labelledBy="save-format"
            value={format}
            onChange={choose}
            choices={choices.map((value) => ({ value, label: OUTPUT[value].title }))}
          />
        </Field>
        {hasQuality && (
          <PercentField
            id="save-quality"
            label={text.quality}
            value={quality}
            min={MIN_QUALITY}
            step={0.05}
            onChange={(next) => onChange({ format: 'jpeg', quality: next })}
          />
        )}
      </div>
    </Collapsible>
  );
}
