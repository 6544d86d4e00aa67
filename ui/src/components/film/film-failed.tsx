'use client';
import { CircleAlert } from 'lucide-react';
import type { FilmActions } from '@/hooks/use-film';
import { setKey } from '@/lib/api/key';
import { DETAILED, type FailureKind, isFinal } from '@/lib/failure';
import type { FilmChoices, FilmSource, FilmState } from '@/lib/film';
import { strings } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { PanelTitle } from '../layout/panel-title';
import { Workbench } from '../layout/workbench';
import { KeyForm } from '../progress/key-form';
import { Button } from '../ui/button';
import { FilmPoster } from './film-poster';

interface Props {
  source: FilmSource | null;
  choices: FilmChoices;
  state: Extract<FilmState, { name: 'failed' }>;
  actions: FilmActions;
}

/** What is said of them is about photos; of a film the service's own sentence says more. */
const ABOUT_PHOTOS: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'bytes',
  'pixels',
  'type',
  'damaged',
  'noFace',
  'deadline',
  'stageFailed',
]);

export function FilmFailed({ source, choices, state, actions }: Props) {
  const { failure, job } = state;
  const { title, advice } = strings.failure.kinds[failure.kind];
  const own = ABOUT_PHOTOS.has(failure.kind);
  const enter = (key: string) => {
    setKey(key);
    // The key was missing for the upload, or for asking what has become of it.
    if (job === null) actions.back();
    else actions.ask();
  };
  return (
    <Workbench
      image={<FilmPoster source={source} />}
      panel={
        <section data-testid="film-failed" data-kind={failure.kind} className="flex flex-col gap-5">
          <div className="flex flex-col gap-2">
            <CircleAlert aria-hidden className="size-8 text-bad" strokeWidth={1.5} />
            <PanelTitle>{own ? strings.film.failed : title}</PanelTitle>
            {!own && <p className="text-soft">{advice}</p>}
            {failure.message !== null && (own || DETAILED.has(failure.kind)) && (
              <p lang="en" dir="ltr" className="border-edge/60 border-s-2 ps-3 text-sm">
                {failure.message}
              </p>
            )}
          </div>
          {failure.kind === 'key' ? (
            <KeyForm onKey={enter} />
          ) : (
            <Next again={source !== null && !isFinal(failure)} {...{ source, choices, actions }} />
          )}
          {source !== null && (
            <Button variant="ghost" className="-ms-4 self-start" onClick={actions.close}>
              {strings.film.close}
            </Button>
          )}
        </section>
      }
    />
  );
}

/** What helps: to try again where that can succeed, else other options. */
function Next({ again, source, choices, actions }: Omit<Props, 'state'> & { again: boolean }) {
  if (source === null)
    return (
      <ActionBar>
        <Button variant="primary" size="large" onClick={actions.close}>
          {strings.notFound.back}
        </Button>
      </ActionBar>
    );
  return (
    <ActionBar>
      {again && (
        <Button variant="primary" size="large" onClick={() => actions.start(choices)}>
          {strings.failure.retry}
        </Button>
      )}
      <Button variant={again ? 'outline' : 'primary'} size="large" onClick={actions.back}>
        {strings.failure.back}
      </Button>
    </ActionBar>
  );
}
