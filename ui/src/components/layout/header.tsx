import type { ServiceStatus } from '@/hooks/use-service';
import { documentation } from '@/lib/api/client';
import { strings } from '@/lib/strings';
import { ServiceBadge } from './service-badge';
import { ThemeToggle } from './theme-toggle';

export function Header({ status, onHome }: { status: ServiceStatus; onHome: () => void }) {
  return (
    <header className="mx-auto flex h-16 w-full max-w-7xl items-center gap-2 px-4 sm:gap-4 sm:px-6">
      <button type="button" onClick={onHome} className="mr-auto flex min-h-11 items-center gap-2.5 rounded-lg">
        <svg aria-hidden="true" viewBox="0 0 32 32" className="size-7 text-accent">
          <path d="M16 9a7 7 0 0 0 0 14z" fill="currentColor" opacity=".35" />
          <path d="M16 9a7 7 0 0 1 0 14z" fill="currentColor" />
          <path d="M16 3v26" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
        </svg>
        <span className="font-serif text-xl tracking-tight">{strings.name}</span>
      </button>
      <ServiceBadge status={status} />
      <a
        href={documentation}
        className="flex min-h-10 items-center rounded-full px-2 text-sm text-soft underline-offset-4 hover:text-ink hover:underline sm:px-3"
      >
        {strings.docs}
      </a>
      <ThemeToggle />
    </header>
  );
}
