import { CODECS, type FilmChoices } from '@/lib/film';
import { FACTORS } from '@/lib/options';
import { strings, words } from '@/lib/strings';
import { Collapsible } from '../ui/collapsible';
import { Field, SwitchField } from '../ui/field';
import { SegmentedControl } from '../ui/segmented-control';
import { Slider } from '../ui/slider';

interface Props {
  choices: FilmChoices;
  onChange: (change: Partial<FilmChoices>) => void;
  /** Whether the service takes the film with this factor. */
  fits: (factor: number) => boolean;
}

export function FilmChoicesPanel({ choices, onChange, fits }: Props) {
  const text = strings.options;
  const { percent } = words;
  const codec = CODECS.find(({ name }) => name === choices.codec) ?? CODECS[0];
  const summary = [text.factor.times(choices.upscale_factor), percent(choices.strength), codec.title];
  return (
    <Collapsible title={text.title} summary={summary.join(' · ')}>
      <div className="flex flex-col gap-5">
        <Field id="film-factor" label={text.factor.label}>
          <SegmentedControl
            labelledBy="film-factor"
            value={String(choices.upscale_factor)}
            onChange={(value) => onChange({ upscale_factor: Number(value) })}
            choices={FACTORS.map((factor) => ({
              value: String(factor),
              label: text.factor.times(factor),
              disabled: !fits(factor) && factor !== choices.upscale_factor,
            }))}
          />
        </Field>
        <Field
          id="film-strength"
          label={text.strength.label}
          help={text.strength.help}
          value={percent(choices.strength)}
        >
          <Slider
            thumbLabelledBy="film-strength"
            valueText={percent(choices.strength)}
            value={[choices.strength]}
            min={0}
            max={1}
            step={0.05}
            onValueChange={([strength]) => strength !== undefined && onChange({ strength })}
          />
        </Field>
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
