'use client';
import type { PublicLimits } from '@/lib/api/schema';
import { DEFAULTS, FACES, FACTORS, FORMATS, type Options } from '@/lib/options';
import { judgeSize, type Picture } from '@/lib/picture';
import { strings } from '@/lib/strings';
import { Field, SwitchField } from './field';
import { Button } from './ui/button';
import { Collapsible } from './ui/collapsible';
import { Segmented } from './ui/segmented';
import { Slider } from './ui/slider';

interface Props {
  picture: Picture;
  options: Options;
  limits: PublicLimits;
  onChange: (change: Partial<Options>) => void;
}

const words = strings.options;
const percent = (share: number) => strings.progress.percent(Math.round(share * 100));

export function OptionsPanel({ picture, options, limits, onChange }: Props) {
  const fits = (factor: number) => judgeSize(picture.width, picture.height, factor, limits).kind !== 'output';
  const summary = [
    words.factor.times(options.upscale_factor),
    percent(options.strength),
    words.format[options.output_format],
  ];
  return (
    <Collapsible title={words.title} summary={summary.join(' · ')}>
      <div className="flex flex-col gap-5">
        <Field id="factor" label={words.factor.label}>
          <Segmented
            labelledBy="factor"
            value={String(options.upscale_factor)}
            onChange={(value) => onChange({ upscale_factor: Number(value) })}
            choices={FACTORS.map((factor) => ({
              value: String(factor),
              label: words.factor.times(factor),
              disabled: !fits(factor) && factor !== options.upscale_factor,
            }))}
          />
        </Field>
        <Field id="strength" label={words.strength.label} help={words.strength.help} value={percent(options.strength)}>
          <Slider
            thumbLabelledBy="strength"
            valueText={percent(options.strength)}
            value={[options.strength]}
            min={0}
            max={1}
            step={0.05}
            onValueChange={([strength]) => strength !== undefined && onChange({ strength })}
          />
        </Field>
        <Field id="faces" label={words.faces.label} help={words.faces.help}>
          <Segmented
            labelledBy="faces"
            value={options.faces}
            onChange={(faces) => onChange({ faces })}
            choices={FACES.map((value) => ({ value, label: words.faces[value] }))}
          />
        </Field>
        <SwitchField
          id="color"
          label={words.color.label}
          help={words.color.help}
          checked={options.color_correction}
          onChange={(color_correction) => onChange({ color_correction })}
        />
        <SwitchField
          id="background"
          label={words.background.label}
          help={words.background.help}
          checked={options.background}
          onChange={(background) => onChange({ background })}
        />
        <Field id="format" label={words.format.label} help={words.format.help}>
          <Segmented
            labelledBy="format"
            value={options.output_format}
            onChange={(output_format) => onChange({ output_format })}
            choices={FORMATS.map((value) => ({ value, label: words.format[value] }))}
          />
        </Field>
        <Button kind="bare" className="self-start" onClick={() => onChange(DEFAULTS)}>
          {words.reset}
        </Button>
      </div>
    </Collapsible>
  );
}
