'use client';
import type { FilmSource, FilmState } from '@/lib/film';
import { formatDuration } from '@/lib/format';
import { strings, words } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { PanelTitle } from '../layout/panel-title';
import { Workbench } from '../layout/workbench';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { ProgressBar } from '../ui/progress-bar';
import { FilmPoster } from './film-poster';

type Working = Extract<FilmState, { name: 'uploading' | 'following' | 'receiving' }>;

interface Props {
  source: FilmSource | null;
  state: Working;
  onCancel: () => void;
}

/** How far the film is. The service goes on without this page. */
export function FilmProgress({ source, state, onCancel }: Props) {
  const text = strings.film;
  const share = shareOf(state);
  return (
    <Workbench
      image={<FilmPoster source={source} busy />}
      panel={
        <section className="flex flex-col gap-5" data-testid="film-progress" data-state={state.name}>
          <PanelTitle>{text.working}</PanelTitle>
          <div>
            <div className="mb-2 flex items-baseline justify-between gap-4">
              <span aria-hidden className="font-serif text-4xl tabular-nums" data-testid="percent">
                {words.percent(share)}
              </span>
              <span className="text-end text-sm text-soft tabular-nums">{stepOf(state)}</span>
            </div>
            <ProgressBar label={strings.progress.overall} fraction={share} />
          </div>
          {state.name === 'following' && state.lost && (
            <Note variant="warning" role="status">
              {text.lost}
            </Note>
          )}
          {state.name !== 'uploading' && <p className="text-sm text-soft">{text.address}</p>}
          <ActionBar>
            <Button size="large" onClick={onCancel}>
              {strings.progress.cancel}
            </Button>
          </ActionBar>
        </section>
      }
    />
  );
}

const shareOf = (state: Working): number =>
  state.name === 'uploading'
    ? Math.floor(100 * state.fraction) / 100
    : state.name === 'receiving'
      ? 1
      : (state.status?.percent ?? 0) / 100;

function stepOf(state: Working): string {
  if (state.name === 'uploading') return strings.film.uploading;
  if (state.name === 'receiving') return strings.progress.stages.receive;
  const { status } = state;
  if (status === null) return '';
  if (status.status === 'queued') {
    const { position } = status;
    return position === null ? strings.progress.queued : strings.film.position(position);
  }
  return status.eta_ms === null ? '' : strings.findings.about(formatDuration(Math.max(1000, status.eta_ms)));
}
