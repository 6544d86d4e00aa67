import { Lock } from 'lucide-react';
import { strings } from '@/lib/strings';

/** `text`: what becomes of what the visitor sends; by default of a photo. */
export function Footer({ text = strings.privacy }: { text?: string }) {
  return (
    <footer className="flex w-full items-start gap-2 py-2 text-sm text-soft print:hidden">
      <Lock aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p>{text}</p>
    </footer>
  );
}
