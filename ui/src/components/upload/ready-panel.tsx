'use client';
import { Sparkles } from 'lucide-react';
import type { PublicLimits } from '@/lib/api/schema';
import { formatBytes, formatDimensions, formatMegapixels } from '@/lib/format';
import type { Options } from '@/lib/options';
import { checkSize, type Photo, type SizeCheck } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { PanelTitle } from '../layout/panel-title';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { OptionsPanel } from './options-panel';

interface Props {
  photo: Photo;
  options: Options;
  limits: PublicLimits;
  canceled: boolean;
  onChange: (change: Partial<Options>) => void;
  onStart: () => void;
  onReplace: () => void;
}

export function ReadyPanel({ photo, options, limits, canceled, onChange, onStart, onReplace }: Props) {
  const { width, height, file } = photo;
  const factor = options.upscale_factor;
  const size = checkSize(width, height, factor, limits);
  const rejected = size.kind !== 'ok' && size.kind !== 'large';
  return (
    <section className="flex flex-col gap-5">
      <div>
        <PanelTitle>{file.name}</PanelTitle>
        <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm [&_dt]:text-soft">
          <dt>{strings.photo.dimensions}</dt>
          <dd data-testid="dimensions">{formatDimensions(width, height)}</dd>
          <dt>{strings.photo.result}</dt>
          <dd>{formatDimensions(width * factor, height * factor)}</dd>
          <dt>{strings.photo.file}</dt>
          <dd>{formatBytes(file.size)}</dd>
        </dl>
      </div>
      {canceled && <p className="text-sm text-soft">{strings.progress.canceled}</p>}
      {size.kind !== 'ok' && (
        <Note variant={rejected ? 'warning' : 'info'} role="status">
          <p>{sizeMessage(size)}</p>
        </Note>
      )}
      <div className="flex flex-col gap-2">
        <Button variant="primary" size="large" onClick={onStart} disabled={rejected}>
          <Sparkles aria-hidden className="size-5" />
          {strings.photo.restore}
        </Button>
        <Button variant="ghost" onClick={onReplace}>
          {strings.photo.replace}
        </Button>
      </div>
      <OptionsPanel photo={photo} options={options} limits={limits} onChange={onChange} />
    </section>
  );
}

function sizeMessage(size: SizeCheck): string {
  switch (size.kind) {
    case 'input':
      return strings.photo.tooManyInput(formatMegapixels(size.pixels), formatMegapixels(size.max));
    case 'output':
      return strings.photo.tooManyOutput(formatMegapixels(size.pixels), formatMegapixels(size.max), size.largestFactor);
    case 'small':
      return strings.photo.tooSmall(size.min);
    case 'large':
      return strings.photo.large;
    default:
      return '';
  }
}
