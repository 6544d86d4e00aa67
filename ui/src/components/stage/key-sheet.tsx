'use client';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

/** All keys, in a dialog. Escape closes it. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const text = strings.keys;
  return (
    <dialog
      ref={dialog}
      aria-labelledby="keys-title"
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-3xl border border-line bg-card p-6 text-ink shadow-2xl backdrop:bg-black/40"
    >
      <div className="mb-3 flex items-center justify-between">
        <h2 id="keys-title" className="font-serif text-2xl">
          {text.title}
        </h2>
        <Button variant="ghost" size="icon" aria-label={text.close} onClick={() => dialog.current?.close()}>
          <X aria-hidden className="size-5" />
        </Button>
      </div>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
        {text.list.map(([keys = '', what]) => (
          <div key={keys} className="contents">
            <dt className="flex flex-wrap gap-1">
              {keys.split('  ').map((key) => (
                <kbd key={key} dir="ltr" className="rounded-md border border-edge/60 bg-wash px-2 py-0.5 font-sans">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
