'use client';
import { Sparkles } from 'lucide-react';
import { useState } from 'react';
import type { FilmActions } from '@/hooks/use-film';
import { usePoster } from '@/hooks/use-poster';
import type { Service } from '@/hooks/use-service';
import { checkFilm, type FilmChoices, type FilmSource } from '@/lib/film';
import { cleanName, formatBytes, formatDimensions, formatDuration } from '@/lib/format';
import { strings } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { Footer } from '../layout/footer';
import { PanelTitle } from '../layout/panel-title';
import { Workbench } from '../layout/workbench';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { Elsewhere } from './elsewhere';
import { FilmChoicesPanel } from './film-choices';
import { FilmPoster } from './film-poster';

interface Props {
  source: FilmSource;
  /** The options to begin with. */
  before: FilmChoices;
  service: Service;
  canceled: boolean;
  actions: FilmActions;
  onOpen: () => void;
}

/** The film, what is in it, and how it is to be restored; or how it is done where this service does not take it. */
export function FilmReady({ source, before, service, canceled, actions, onOpen }: Props) {
  const text = strings.film;
  const [choices, setChoices] = useState(before);
  const { file, shown } = source;
  const isReady = service.status === 'ready';
  const poster = usePoster(source, isReady);
  const check = checkFilm(source, choices.upscale_factor, service.limits.film ?? null);
  const takes = check.kind === 'ok' || check.kind === 'output';
  const name = cleanName(file.name);
  return (
    <Workbench
      image={<FilmPoster source={source} poster={poster} />}
      panel={
        <section className="flex flex-col gap-5" data-testid="film-ready" data-check={check.kind}>
          <div>
            <PanelTitle>
              <bdi title={name}>{name}</bdi>
            </PanelTitle>
            <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm [&_dt]:text-soft">
              {shown !== null && (
                <>
                  <dt>{strings.photo.dimensions}</dt>
                  <dd>{formatDimensions(shown.width, shown.height)}</dd>
                  <dt>{text.length}</dt>
                  <dd>{formatDuration(shown.seconds * 1000)}</dd>
                </>
              )}
              <dt>{strings.photo.file}</dt>
              <dd>{formatBytes(file.size)}</dd>
              {poster !== null && poster.faces !== null && (
                <>
                  <dt>{strings.findings.faces}</dt>
                  <dd data-testid="film-faces">{text.faces(poster.faces.length)}</dd>
                </>
              )}
            </dl>
          </div>
          {canceled && <p className="text-sm text-soft">{text.canceled}</p>}
          {shown === null && <Note variant="info">{text.notShown}</Note>}
          {check.kind === 'output' && (
            <Note variant="warning" role="status">
              <p>{text.tooLarge}</p>
              <Button className="mt-2" onClick={() => setChoices({ ...choices, upscale_factor: check.largestFactor })}>
                {strings.photo.enlargeBy(check.largestFactor)}
              </Button>
            </Note>
          )}
          {takes ? (
            <>
              <ActionBar>
                <Button
                  variant="primary"
                  size="large"
                  disabled={check.kind !== 'ok'}
                  onClick={() => actions.start(choices)}
                >
                  <Sparkles aria-hidden className="size-5" />
                  {strings.photo.restore}
                </Button>
              </ActionBar>
              <FilmChoicesPanel
                choices={choices}
                onChange={(change) => setChoices({ ...choices, ...change })}
                fits={(factor) => checkFilm(source, factor, service.limits.film ?? null).kind === 'ok'}
              />
            </>
          ) : (
            isReady && <Elsewhere name={name} check={check} onOpen={onOpen} />
          )}
          <div className="flex flex-wrap gap-2">
            <Button variant="ghost" className="-ms-4" onClick={onOpen}>
              {text.another}
            </Button>
            <Button variant="ghost" onClick={actions.close}>
              {text.close}
            </Button>
          </div>
          <Footer text={text.privacy} />
        </section>
      }
    />
  );
}
