import { CODECS, type FilmChoices } from '@/lib/film';
import { joined } from '@/lib/format';
import { strings, words } from '@/lib/strings';
import { Collapsible } from '../ui/collapsible';
import { Field, SwitchField } from '../ui/field';
import { PercentField } from '../ui/percent-field';
import { SegmentedControl } from '../ui/segmented-control';
import { FactorField } from '../upload/factor-field';

interface Props {
  choices: FilmChoices;
  onChange: (change: Partial<FilmChoices>) => void;
  /** Whether the service takes the film with this factor. */
  fits: (factor: number) => boolean;
}

export function FilmChoicesPanel({ choices, onChange, fits }: Props) {
  const text = strings.options;
  const codec = CODECS.find(({ name }) => name === choices.codec) ?? CODECS[0];
  const summary = [text.factor.times(choices.upscale_factor), words.percent(choices.strength), codec.title];
  return (
    <Collapsible title={text.title} summary={joined(summary)}>
      <div className="flex flex-col gap-5">
        <FactorField
          id="film-factor"
          factor={choices.upscale_factor}
          onChange={(upscale_factor) => onChange({ upscale_factor })}
          fits={fits}
        />
        <PercentField
          id="film-strength"
          {...text.strength}
          value={choices.strength}
          step={0.05}
          onChange={(strength) => onChange({ strength })}
        />
        <SwitchField
          id="film-background"
          label={text.background.label}
          help={text.background.help}
          checked={choices.background}
          onChange={(background) => onChange({ background })}
        />
        <SwitchField
          id="film-deinterlace"
          label={strings.film.deinterlace.label}
          help={strings.film.deinterlace.help}
          checked={choices.deinterlace}
          onChange={(deinterlace) => onChange({ deinterlace })}
        />
        <Field id="film-codec" label={text.format.label} help={strings.film.codecHelp}>
          <SegmentedControl
            labelledBy="film-codec"
            value={choices.codec}
            onChange={(value) => {
              const chosen = CODECS.find(({ name }) => name === value) ?? codec;
              onChange({ codec: chosen.name, container: chosen.container });
            }}
            choices={CODECS.map(({ name, title }) => ({ value: name, label: title.replace(/,.*/, '') }))}
          />
        </Field>
      </div>
    </Collapsible>
  );
}
