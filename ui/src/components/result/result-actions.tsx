'use client';
import clsx from 'clsx';
import { Check, Copy, Download, Server, Share2, SquareSplitHorizontal } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Output } from '@/hooks/use-output';
import { useShortcuts } from '@/hooks/use-shortcuts';
import { formatBytes, formatDimensions, joined } from '@/lib/format';
import { OUTPUT } from '@/lib/image-formats';
import { copyImage, downloadBlob } from '@/lib/result';
import { strings } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { Button } from '../ui/button';

interface Props {
  output: Output;
  /** Makes the picture that compares both sides. */
  card: () => Promise<Blob>;
}

const COPIED_MS = 3000;

const canShareFiles = (): boolean =>
  typeof navigator.canShare === 'function' &&
  navigator.canShare({ files: [new File([''], 'a.png', { type: 'image/png' })] });

/** What can be done with the result: download first. */
export function ResultActions({ output, card }: Props) {
  const text = strings.result;
  const [said, setSaid] = useState<'copied' | 'copyFailed' | 'shareFailed' | 'asking' | 'serviceFailed' | null>(null);
  const [shares, setShares] = useState(false);
  useEffect(() => setShares(canShareFiles()), []);
  useEffect(() => {
    if (said !== 'copied') return;
    const timer = setTimeout(() => setSaid(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const { name, service } = output;
  const copy = async () =>
    copyImage(await output.picture()).then(
      () => setSaid('copied'),
      () => setSaid('copyFailed'),
    );
  useShortcuts({ s: () => void output.save(), c: () => void copy() });
  const share = async () => {
    const blob = await output.blob();
    await navigator.share({ files: [new File([blob], name, { type: blob.type })] }).catch((error: Error) => {
      if (error.name !== 'AbortError') setSaid('shareFailed');
    });
  };
  const askService = async (save: () => Promise<void>) => {
    setSaid('asking');
    await save().then(
      () => setSaid(null),
      () => setSaid('serviceFailed'),
    );
  };
  const stem = name.replace(/\.\w+$/, '');
  return (
    <div className="flex flex-col gap-2 print:hidden">
      <ActionBar>
        <Button variant="primary" size="large" onClick={output.save} className="py-1.5">
          <Download aria-hidden className="size-5 shrink-0" />
          <span>
            {text.download}
            <span className="block font-normal text-xs max-sm:hidden" data-testid="download-detail">
              {detailOf(output)}
            </span>
          </span>
        </Button>
        {shares && (
          <Button size="large" onClick={share}>
            <Share2 aria-hidden className="size-5" />
            {text.share}
          </Button>
        )}
      </ActionBar>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-2">
        <Button onClick={copy}>
          {said === 'copied' ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {said === 'copied' ? text.copied : text.copy}
        </Button>
        <Button onClick={async () => downloadBlob(await card(), `${stem}-comparison.png`)}>
          <SquareSplitHorizontal aria-hidden className="size-4" />
          {text.card}
        </Button>
      </div>
      {service !== null && (
        <Button onClick={() => askService(service.save)} disabled={said === 'asking'}>
          <Server aria-hidden className="size-4" />
          {text.fromService(OUTPUT[service.format].title)}
        </Button>
      )}
      {output.madeHere && <p className="text-sm text-soft">{strings.save.help}</p>}
      <p role="status" className={clsx('text-sm empty:hidden', said === 'asking' ? 'text-soft' : 'text-bad')}>
        {said === 'copied' ? <span className="sr-only">{text.copied}</span> : said === null ? '' : text[said]}
      </p>
    </div>
  );
}

function detailOf({ format, width, height, bytes, madeHere }: Output): string {
  return joined([
    OUTPUT[format].title,
    formatDimensions(width, height),
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    ...(madeHere ? [strings.result.composed] : []),
  ]);
}
