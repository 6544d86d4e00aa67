'use client';
import { FILM_ACTIONS } from '@/hooks/use-film';
import type { Service } from '@/hooks/use-service';
import type { Film } from '@/lib/film';
import { FilmDone } from './film-done';
import { FilmFailed } from './film-failed';
import { FilmProgress } from './film-progress';
import { FilmReady } from './film-ready';

interface Props {
  film: Film;
  service: Service;
  onOpen: () => void;
}

/** The film in any of its states. */
export function FilmView({ film, service, onOpen }: Props) {
  const { source, choices, state } = film;
  switch (state.name) {
    case 'done':
      return <FilmDone source={source} result={state.result} actions={FILM_ACTIONS} />;
    case 'failed':
      return <FilmFailed source={source} choices={choices} state={state} actions={FILM_ACTIONS} />;
    case 'ready':
      return source === null ? null : (
        <FilmReady
          key={source.url}
          source={source}
          before={choices}
          service={service}
          canceled={state.canceled}
          actions={FILM_ACTIONS}
          onOpen={onOpen}
        />
      );
    default:
      return <FilmProgress source={source} state={state} onCancel={FILM_ACTIONS.cancel} />;
  }
}
