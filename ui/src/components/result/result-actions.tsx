'use client';
import { Check, Copy, Download, FileJson, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { resultName } from '@/lib/format';
import type { Options } from '@/lib/options';
import type { Picture } from '@/lib/picture';
import { copyPicture, type Result, saveBlob } from '@/lib/result';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

interface Props {
  picture: Picture;
  result: Result;
  options: Options;
  onAgain: () => void;
  onReplace: () => void;
}

const words = strings.result;

export function ResultActions({ picture, result, options, onAgain, onReplace }: Props) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const name = resultName(picture.file.name, options.upscale_factor, options.output_format);
  const copy = () =>
    copyPicture(result.blob).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  const report = () => {
    const { width, height, file } = picture;
    const content = { file: { name: file.name, bytes: file.size, width, height }, options, result: result.data };
    saveBlob(
      new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' }),
      name.replace(/\.\w+$/, '.json'),
    );
  };
  return (
    <div className="flex flex-col gap-2">
      <Button kind="primary" size="large" onClick={() => saveBlob(result.blob, name)}>
        <Download aria-hidden className="size-5" />
        {words.download}
      </Button>
      <div className="grid grid-cols-2 gap-2">
        <Button onClick={copy}>
          {copied === 'yes' ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {copied === 'yes' ? words.copied : words.copy}
        </Button>
        <Button onClick={report}>
          <FileJson aria-hidden className="size-4" />
          {words.report}
        </Button>
      </div>
      <p role="status" className="text-sm text-bad empty:hidden">
        {copied === 'failed' ? words.copyFailed : ''}
      </p>
      <div className="flex flex-wrap justify-between gap-x-2">
        <Button kind="bare" onClick={onAgain} className="-ml-3">
          <SlidersHorizontal aria-hidden className="size-4" />
          {words.again}
        </Button>
        <Button kind="bare" onClick={onReplace} className="-mr-3">
          {words.another}
        </Button>
      </div>
    </div>
  );
}
