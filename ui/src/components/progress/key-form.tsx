'use client';
import { type FormEvent, useId } from 'react';
import { KEY_PATTERN } from '@/lib/api/key';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

/** Asks for the API key of the service. */
export function KeyForm({ onKey }: { onKey: (key: string) => void }) {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onKey(String(new FormData(event.currentTarget).get('key')));
  };
  return (
    <form onSubmit={submit} autoComplete="off" className="flex flex-col gap-2">
      <label htmlFor={id} className="font-medium text-sm">
        {strings.failure.keyLabel}
      </label>
      <input
        id={id}
        name="key"
        type="password"
        required
        pattern={KEY_PATTERN}
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
        className="min-h-11 rounded-2xl border border-edge/60 bg-card px-4 text-sm"
      />
      <Button type="submit" variant="primary" size="large">
        {strings.failure.useKey}
      </Button>
    </form>
  );
}
