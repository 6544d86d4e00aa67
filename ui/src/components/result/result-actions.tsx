'use client';
import { Check, Copy, Download, FileJson, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { resultFileName } from '@/lib/format';
import { copyImage, downloadBlob } from '@/lib/result';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';
import type { ResultProps } from './result-props';

const text = strings.result;

export function ResultActions({ photo, result, options, onChangeOptions, onReplace }: ResultProps) {
  const [copyState, setCopyState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const name = resultFileName(photo.file.name, options.upscale_factor, options.output_format);
  const copy = () =>
    copyImage(result.blob).then(
      () => setCopyState('copied'),
      () => setCopyState('failed'),
    );
  const downloadReport = () => {
    const { width, height, file } = photo;
    const content = { file: { name: file.name, bytes: file.size, width, height }, options, result: result.data };
    downloadBlob(
      new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' }),
      name.replace(/\.\w+$/, '.json'),
    );
  };
  return (
    <div className="flex flex-col gap-2">
      <Button variant="primary" size="large" onClick={() => downloadBlob(result.blob, name)}>
        <Download aria-hidden className="size-5" />
        {text.download}
      </Button>
      <div className="grid grid-cols-2 gap-2">
        <Button onClick={copy}>
          {copyState === 'copied' ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {copyState === 'copied' ? text.copied : text.copy}
        </Button>
        <Button onClick={downloadReport}>
          <FileJson aria-hidden className="size-4" />
          {text.report}
        </Button>
      </div>
      <p role="status" className="text-sm text-bad empty:hidden">
        {copyState === 'failed' ? text.copyFailed : ''}
      </p>
      <div className="flex flex-wrap justify-between gap-x-2">
        <Button variant="ghost" onClick={onChangeOptions} className="-ml-3">
          <SlidersHorizontal aria-hidden className="size-4" />
          {text.changeOptions}
        </Button>
        <Button variant="ghost" onClick={onReplace} className="-mr-3">
          {text.another}
        </Button>
      </div>
    </div>
  );
}
