'use client';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { commandFor, type FilmCheck } from '@/lib/film';
import { formatBytes, formatDuration, formatMegapixels } from '@/lib/format';
import { strings } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

interface Props {
  name: string;
  check: FilmCheck;
  onOpen: () => void;
}

/** Why this service does not take the film, and the command that does the same where Visage is installed. */
export function Elsewhere({ name, check, onOpen }: Props) {
  const text = strings.film;
  const command = commandFor(name);
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <div className="flex flex-col gap-4" data-testid="elsewhere">
      <Note variant="info" title={reasonOf(check)}>
        <p>{text.commandLine}</p>
        <pre
          dir="ltr"
          className="mt-2 select-all whitespace-pre-wrap rounded-xl bg-card px-3 py-2 font-mono text-xs"
          data-testid="command"
        >
          {command}
        </pre>
        <Button className="mt-2" onClick={copy}>
          {copied === true ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {copied === true ? strings.result.copied : text.copyCommand}
        </Button>
        <p role="status" className="text-sm empty:hidden">
          {copied === false ? text.copyFailed : ''}
        </p>
      </Note>
      <ActionBar>
        <Button variant="primary" size="large" onClick={onOpen}>
          {strings.empty.choose}
        </Button>
      </ActionBar>
    </div>
  );
}

function reasonOf(check: FilmCheck): string {
  const text = strings.film;
  switch (check.kind) {
    case 'bytes':
      return text.tooManyBytes(formatBytes(check.has), formatBytes(check.max));
    case 'seconds':
      return text.tooLong(formatDuration(check.has * 1000), formatDuration(check.max * 1000));
    case 'pixels':
      return text.tooManyPixels(formatMegapixels(check.has), formatMegapixels(check.max));
    default:
      return text.takesNone;
  }
}
