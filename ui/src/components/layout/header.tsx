import clsx from 'clsx';
import type { ServiceStatus } from '@/hooks/use-service';
import { documentation } from '@/lib/api/client';
import { type Language, strings } from '@/lib/strings';
import { LanguageSelect } from './language-select';
import { isQuiet, ServiceBadge } from './service-badge';
import { ThemeToggle } from './theme-toggle';

interface Props {
  status: ServiceStatus;
  language: Language;
  onLanguage: (language: Language) => void;
  onHome: () => void;
}

export function Header({ status, language, onLanguage, onHome }: Props) {
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-1 sm:gap-3 print:hidden">
      <button
        type="button"
        aria-label={strings.home}
        onClick={onHome}
        className="me-auto flex min-h-11 shrink-0 items-center gap-2.5 whitespace-nowrap rounded-lg"
      >
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
        className={clsx(
          'flex min-h-10 shrink-0 items-center rounded-full px-2 text-sm text-soft underline-offset-4 hover:text-ink hover:underline max-[22rem]:hidden sm:px-3',
          !isQuiet(status) && 'max-sm:hidden', // the words of the badge need its place, and nothing would answer
        )}
      >
        {strings.docs}
      </a>
      <LanguageSelect language={language} onChange={onLanguage} />
      <ThemeToggle />
    </header>
  );
}
