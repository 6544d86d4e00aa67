import { Lock } from 'lucide-react';
import { strings } from '@/lib/strings';

export function Footer() {
  return (
    <footer className="mx-auto flex w-full max-w-7xl items-start gap-2 px-4 pt-2 pb-6 text-sm text-soft sm:px-6">
      <Lock aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p>{strings.privacy}</p>
    </footer>
  );
}
