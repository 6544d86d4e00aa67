'use client';
import { Sparkles } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PublicLimits } from '@/lib/api/schema';
import type { Findings as Found } from '@/lib/findings';
import { cleanName, formatBytes, formatDimensions, formatMegapixels } from '@/lib/format';
import type { Options } from '@/lib/options';
import { checkSize, fittingSize, isRefused, type Photo, type SizeCheck } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { Footer } from '../layout/footer';
import { PanelTitle } from '../layout/panel-title';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { FindingNotes, FindingRows } from './findings';
import { OptionsPanel } from './options-panel';

interface Props {
  photo: Photo;
  options: Options;
  limits: PublicLimits;
  /** null: unknown. */
  findings: Found | 'asking' | null;
  /** `returned`: from a failure, to change the options, which are open then. */
  after: 'canceled' | 'returned' | null;
  onChange: (change: Partial<Options>) => void;
  onStart: () => void;
  /** Enlarges this photo without looking for faces. */
  onEnlarge: () => void;
  onReplace: () => void;
  onFit: () => Promise<void>;
}

export function ReadyPanel(props: Props) {
  const { photo, options, limits, findings, after, onChange, onStart, onEnlarge, onReplace, onFit } = props;
  const text = strings.photo;
  const { width, height, file } = photo;
  const factor = options.upscale_factor;
  const size = checkSize(photo, factor, limits);
  const refused = isRefused(size);
  const nobody = findings !== null && findings !== 'asking' && findings.faces === 0;
  useStartKey(refused ? null : nobody ? onEnlarge : onStart);
  return (
    <section className="flex flex-col gap-5">
      <div>
        <PanelTitle>
          <bdi title={cleanName(file.name)}>{cleanName(file.name)}</bdi>
        </PanelTitle>
        <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm [&_dt]:text-soft">
          <dt>{text.dimensions}</dt>
          <dd data-testid="dimensions">{formatDimensions(width, height)}</dd>
          <dt>{text.result}</dt>
          <dd>{formatDimensions(width * factor, height * factor)}</dd>
          <dt>{text.file}</dt>
          <dd>{formatBytes(file.size)}</dd>
          {findings !== null && <FindingRows findings={findings} />}
        </dl>
        {photo.fitted && <p className="mt-1 text-sm text-soft">{text.fitted}</p>}
      </div>
      {after === 'canceled' && <p className="text-sm text-soft">{strings.progress.canceled}</p>}
      {size.kind !== 'ok' && (
        <Note variant={refused ? 'warning' : 'info'} role="status">
          <p>{sizeMessage(size)}</p>
          <Remedy size={size} photo={photo} factor={factor} limits={limits} onChange={onChange} onFit={onFit} />
        </Note>
      )}
      {findings !== null && findings !== 'asking' && <FindingNotes findings={findings} />}
      <ActionBar>
        <Button variant="primary" size="large" onClick={nobody ? onEnlarge : onStart} disabled={refused}>
          <Sparkles aria-hidden className="size-5" />
          {nobody ? strings.failure.enlarge : text.restore}
        </Button>
      </ActionBar>
      <OptionsPanel
        photo={photo}
        options={options}
        limits={limits}
        onChange={onChange}
        defaultOpen={after === 'returned'}
      />
      <Button variant="ghost" className="-ms-4 self-start" onClick={onReplace}>
        {text.replace}
      </Button>
      <Footer />
    </section>
  );
}

/** Enter starts, unless something that takes Enter itself has the focus. */
function useStartKey(onStart: (() => void) | null): void {
  useEffect(() => {
    if (onStart === null) return;
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.defaultPrevented || event.ctrlKey !== event.metaKey) return;
      if (event.target instanceof Element && event.target.closest('button, a, input, select, summary, dialog')) return;
      event.preventDefault();
      onStart();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [onStart]);
}

interface RemedyProps extends Pick<Props, 'photo' | 'limits' | 'onChange' | 'onFit'> {
  size: SizeCheck;
  factor: number;
}

/** What is too large can be made to fit, or be enlarged less. */
function Remedy({ size, photo, factor, limits, onChange, onFit }: RemedyProps) {
  const [busy, setBusy] = useState(false);
  if (size.kind === 'output' && size.largestFactor > 0)
    return (
      <Button variant="primary" className="mt-2" onClick={() => onChange({ upscale_factor: size.largestFactor })}>
        {strings.photo.enlargeBy(size.largestFactor)}
      </Button>
    );
  if (size.kind !== 'input' && size.kind !== 'bytes' && size.kind !== 'output') return null;
  const { width, height } = fittingSize(photo, factor, limits);
  const fit = () => {
    setBusy(true);
    void onFit().finally(() => setBusy(false));
  };
  return (
    <Button variant="primary" className="mt-2" onClick={fit} disabled={busy}>
      {strings.photo.fitTo(formatDimensions(width, height))}
    </Button>
  );
}

function sizeMessage(size: SizeCheck): string {
  switch (size.kind) {
    case 'input':
      return strings.photo.tooManyInput(formatMegapixels(size.pixels), formatMegapixels(size.max));
    case 'bytes':
      return strings.photo.tooManyBytes(formatBytes(size.bytes), formatBytes(size.max));
    case 'output':
      return strings.photo.tooManyOutput(formatMegapixels(size.pixels), formatMegapixels(size.max));
    case 'small':
      return strings.photo.tooSmall(size.min);
    case 'large':
      return strings.photo.large;
    default:
      return '';
  }
}
