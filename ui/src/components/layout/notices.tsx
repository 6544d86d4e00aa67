'use client';
import clsx from 'clsx';
import { Undo2, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ServiceStatus } from '@/hooks/use-service';
import type { Actions } from '@/hooks/use-session';
import { cleanName } from '@/lib/format';
import type { Problem } from '@/lib/photo';
import type { Session } from '@/lib/session';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

interface Props {
  session: Session;
  status: ServiceStatus;
  actions: Actions;
}

/**
 * What went wrong with files, what was removed, and what is with the service: over the top of the page, where there is
 * no button, so that nothing shifts; above the list of all photos, which is full of buttons.
 */
export function Notices({ session, status, actions }: Props) {
  const { problems, removed } = session;
  return (
    <div
      className={clsx(
        'pointer-events-none mx-auto flex w-full max-w-xl flex-col gap-2 print:hidden',
        session.shown === 'all' ? 'pb-2 empty:hidden' : 'absolute inset-x-0 top-3 z-30 px-3',
      )}
    >
      {problems.length > 0 && (
        <Card
          role="alert"
          onDismiss={actions.dismiss}
          {...titleOf(problems)}
          variant={isHint(problems) ? 'info' : 'error'}
        >
          <Problems problems={problems} />
        </Card>
      )}
      {removed !== null && (
        <Card role="status" variant="info">
          <span className="flex flex-wrap items-center justify-between gap-2">
            {strings.tray.removed(
              removed.jobs
                .map(({ photo }) => cleanName(photo.file.name))
                .join(', ')
                .slice(0, 80),
            )}
            <Button onClick={actions.undo}>
              <Undo2 aria-hidden className="size-4 rtl:-scale-x-100" />
              {strings.tray.undo}
            </Button>
          </span>
        </Card>
      )}
      {(status === 'starting' || status === 'down') && (
        <ServiceNote key={status} status={status} hasPhotos={session.jobs.length > 0} />
      )}
    </div>
  );
}

interface CardProps {
  role: 'alert' | 'status';
  variant: 'error' | 'info';
  title?: string;
  onDismiss?: () => void;
  children: ReactNode;
}

function Card({ role, variant, title, onDismiss, children }: CardProps) {
  return (
    <div className="pointer-events-auto rounded-2xl bg-card shadow-lg">
      <Note
        variant={variant}
        role={role}
        {...(title === undefined ? {} : { title })}
        action={
          onDismiss && (
            <Button variant="ghost" size="icon" aria-label={strings.dismiss} onClick={onDismiss} className="-my-1">
              <X aria-hidden className="size-5" />
            </Button>
          )
        }
      >
        {children}
      </Note>
    </div>
  );
}

function ServiceNote({ status, hasPhotos }: { status: 'starting' | 'down'; hasPhotos: boolean }) {
  const [dismissed, setDismissed] = useState(false);
  if (dismissed) return null;
  return (
    <Card role="status" variant="info" title={strings.service[status]} onDismiss={() => setDismissed(true)}>
      <p>
        {status === 'starting' ? strings.service.startingNote : strings.service.downNote}{' '}
        {!hasPhotos && strings.service.meantime}
      </p>
    </Card>
  );
}

/** No file was left out: there was none. */
const isHint = (problems: readonly Problem[]): boolean => problems.every((problem) => !('name' in problem));

const titleOf = (problems: readonly Problem[]): { title?: string } =>
  isHint(problems) ? {} : { title: strings.problems.title(problems.length) };

const MAX_LISTED = 5;

function Problems({ problems }: { problems: readonly Problem[] }) {
  useEffect(() => {
    window.scrollTo({ top: 0 }); // in braces: newer browsers return a promise, which is no cleanup
  }, []);
  return (
    <ul>
      {problems.slice(0, MAX_LISTED).map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <li key={index}>
          {'name' in problem && (
            <>
              <bdi className="font-medium">{cleanName(problem.name)}</bdi>{' '}
            </>
          )}
          {sentenceOf(problem)}
        </li>
      ))}
      {problems.length > MAX_LISTED && <li>…</li>}
    </ul>
  );
}

function sentenceOf(problem: Problem): string {
  const text = strings.problems;
  if (problem.kind !== 'type') return text[problem.kind];
  return problem.title === null ? text.type : text.knownType(problem.title);
}
