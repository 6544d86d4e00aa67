'use client';
import type { ReactNode } from 'react';
import type { PublicLimits } from '@/lib/api/schema';
import { joined } from '@/lib/format';
import { OUTPUT } from '@/lib/image-formats';
import { DEFAULTS, FACES, FORMATS, LOW_IDENTITY, METADATA, type Options } from '@/lib/options';
import { checkSize, type Photo } from '@/lib/photo';
import { strings, words } from '@/lib/strings';
import { Button } from '../ui/button';
import { Collapsible } from '../ui/collapsible';
import { Field, SwitchField } from '../ui/field';
import { PercentField } from '../ui/percent-field';
import { SegmentedControl } from '../ui/segmented-control';
import { FactorField } from './factor-field';

interface Props {
  /** null: the options are for several photos. */
  photo: Photo | null;
  options: Options;
  limits: PublicLimits;
  onChange: (change: Partial<Options>) => void;
  title?: string;
  defaultOpen?: boolean;
  /** Below all options. */
  footer?: ReactNode;
}

export function OptionsPanel({ photo, options, limits, onChange, title, defaultOpen = false, footer }: Props) {
  const text = strings.options;
  const fits = (factor: number) => photo === null || checkSize(photo, factor, limits).kind !== 'output';
  const summary = [
    text.factor.times(options.upscale_factor),
    words.percent(options.strength),
    OUTPUT[options.output_format].title,
  ];
  return (
    <Collapsible title={title ?? text.title} summary={joined(summary)} defaultOpen={defaultOpen}>
      <div className="flex flex-col gap-5">
        <FactorField
          id="factor"
          factor={options.upscale_factor}
          onChange={(upscale_factor) => onChange({ upscale_factor })}
          fits={fits}
        />
        <PercentField
          id="strength"
          {...text.strength}
          value={options.strength}
          step={0.05}
          onChange={(strength) => onChange({ strength })}
        />
        <Field id="faces" label={text.faces.label} help={text.faces.help}>
          <SegmentedControl
            labelledBy="faces"
            value={options.faces}
            onChange={(faces) => onChange({ faces })}
            choices={FACES.map((value) => ({ value, label: text.faces.choices[value] }))}
          />
        </Field>
        <Field id="identity" label={text.identity.label} help={text.identity.help}>
          <SegmentedControl
            labelledBy="identity"
            value={options.on_low_identity}
            onChange={(on_low_identity) => onChange({ on_low_identity })}
            choices={LOW_IDENTITY.map((value) => ({ value, label: text.identity.choices[value] }))}
          />
        </Field>
        <SwitchField
          id="bystanders"
          label={text.bystanders.label}
          help={text.bystanders.help}
          checked={options.bystanders}
          onChange={(bystanders) => onChange({ bystanders })}
        />
        <SwitchField
          id="color"
          label={text.color.label}
          help={text.color.help}
          checked={options.color_correction}
          onChange={(color_correction) => onChange({ color_correction })}
        />
        <SwitchField
          id="grain"
          label={text.grain.label}
          help={text.grain.help}
          checked={options.grain}
          onChange={(grain) => onChange({ grain })}
        />
        <SwitchField
          id="background"
          label={text.background.label}
          help={text.background.help}
          checked={options.background}
          onChange={(background) => onChange({ background })}
        />
        <Field id="format" label={text.format.label} help={text.format.help}>
          <SegmentedControl
            labelledBy="format"
            value={options.output_format}
            onChange={(output_format) => onChange({ output_format })}
            choices={FORMATS.map((value) => ({ value, label: OUTPUT[value].title }))}
          />
        </Field>
        <Field id="metadata" label={text.metadata.label} help={text.metadata.help}>
          <SegmentedControl
            labelledBy="metadata"
            value={options.metadata}
            onChange={(metadata) => onChange({ metadata })}
            choices={METADATA.map((value) => ({ value, label: text.metadata.choices[value] }))}
          />
        </Field>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Button variant="ghost" className="-ms-4" onClick={() => onChange(DEFAULTS)}>
            {text.reset}
          </Button>
          {footer}
        </div>
      </div>
    </Collapsible>
  );
}
