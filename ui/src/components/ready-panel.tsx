'use client';
import { Sparkles } from 'lucide-react';
import type { PublicLimits } from '@/lib/api/schema';
import { bytes, dimensions, megapixels } from '@/lib/format';
import type { Options } from '@/lib/options';
import { judgeSize, type Picture, type SizeVerdict } from '@/lib/picture';
import { strings } from '@/lib/strings';
import { OptionsPanel } from './options-panel';
import { PanelTitle } from './panel-title';
import { Button } from './ui/button';
import { Note } from './ui/note';

interface Props {
  picture: Picture;
  options: Options;
  limits: PublicLimits;
  cancelled: boolean;
  onChange: (change: Partial<Options>) => void;
  onStart: () => void;
  onReplace: () => void;
}

export function ReadyPanel({ picture, options, limits, cancelled, onChange, onStart, onReplace }: Props) {
  const { width, height, file } = picture;
  const factor = options.upscale_factor;
  const verdict = judgeSize(width, height, factor, limits);
  const refused = verdict.kind !== 'fine' && verdict.kind !== 'large';
  return (
    <section className="flex flex-col gap-5">
      <div>
        <PanelTitle>{file.name}</PanelTitle>
        <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm [&_dt]:text-soft">
          <dt>{strings.picture.dimensions}</dt>
          <dd data-testid="dimensions">{dimensions(width, height)}</dd>
          <dt>{strings.picture.result}</dt>
          <dd>{dimensions(width * factor, height * factor)}</dd>
          <dt>{strings.picture.file}</dt>
          <dd>{bytes(file.size)}</dd>
        </dl>
      </div>
      {cancelled && <p className="text-sm text-soft">{strings.progress.cancelled}</p>}
      {verdict.kind !== 'fine' && (
        <Note kind={refused ? 'warning' : 'info'} role="status">
          <p>{sizeWords(verdict)}</p>
        </Note>
      )}
      <div className="flex flex-col gap-2">
        <Button kind="primary" size="large" onClick={onStart} disabled={refused}>
          <Sparkles aria-hidden className="size-5" />
          {strings.picture.restore}
        </Button>
        <Button kind="bare" onClick={onReplace}>
          {strings.picture.replace}
        </Button>
      </div>
      <OptionsPanel picture={picture} options={options} limits={limits} onChange={onChange} />
    </section>
  );
}

function sizeWords(verdict: SizeVerdict): string {
  switch (verdict.kind) {
    case 'input':
      return strings.picture.tooManyInput(megapixels(verdict.pixels), megapixels(verdict.max));
    case 'output':
      return strings.picture.tooManyOutput(megapixels(verdict.pixels), megapixels(verdict.max));
    case 'small':
      return strings.picture.tooSmall(verdict.min);
    case 'large':
      return strings.picture.large;
    default:
      return '';
  }
}
