import clsx from 'clsx';
import { Check, Film, LayoutGrid, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { FilmSource, FilmState } from '@/lib/film';
import { cleanName } from '@/lib/format';
import type { JobState } from '@/lib/machine';
import type { Session, Shown } from '@/lib/session';
import { strings } from '@/lib/strings';

const CHOSEN = 'border-accent forced-colors:outline-2 forced-colors:outline-[Highlight]';

/** The photos of this tab, in memory only: one click goes back to any of them. */
export function Tray({ session, onShow }: { session: Session; onShow: (shown: Shown) => void }) {
  const text = strings.tray;
  const { jobs, film, shown } = session;
  const item = 'relative grid size-11 shrink-0 place-items-center overflow-hidden rounded-xl border-2';
  return (
    <nav aria-label={text.label} className="print:hidden">
      <ul className="flex items-center gap-1.5 overflow-x-auto p-1" data-testid="tray">
        {jobs.length > 0 && (
          <li>
            <button
              type="button"
              aria-label={text.all}
              title={text.all}
              aria-current={shown === 'all'}
              onClick={() => onShow('all')}
              className={clsx(item, shown === 'all' ? CHOSEN : 'border-line')}
            >
              <LayoutGrid aria-hidden className="size-5" />
            </button>
          </li>
        )}
        {film !== null && (
          <li>
            <button
              type="button"
              aria-label={text.open(nameOf(film.source), text.states[STATES[film.state.name]])}
              title={nameOf(film.source)}
              aria-current={shown === 'film'}
              onClick={() => onShow('film')}
              className={clsx(item, shown === 'film' ? CHOSEN : 'border-line')}
            >
              <Film aria-hidden className="size-5" />
              <Mark state={STATES[film.state.name]} />
            </button>
          </li>
        )}
        {jobs.map(({ id, photo, state }) => {
          const name = cleanName(photo.file.name);
          return (
            <li key={id}>
              <button
                type="button"
                aria-label={text.open(name, text.states[state.name])}
                title={name}
                aria-current={shown === id}
                onClick={() => onShow(id)}
                className={clsx(item, shown === id ? CHOSEN : 'border-line')}
              >
                <img src={photo.thumbnail} alt="" className="size-full object-cover" />
                <Mark state={state.name} />
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

const STATES = {
  ...{ ready: 'ready', uploading: 'uploading', following: 'processing', receiving: 'processing' },
  ...{ done: 'done', failed: 'failed' },
} as const satisfies Record<FilmState['name'], JobState['name']>;

const nameOf = (source: FilmSource | null): string =>
  source === null ? strings.film.unnamed : cleanName(source.file.name);

function Mark({ state }: { state: JobState['name'] }) {
  const Icon = { done: Check, failed: TriangleAlert, uploading: LoaderCircle, processing: LoaderCircle }[
    state as 'done'
  ];
  if (Icon === undefined) return null;
  const runs = state === 'uploading' || state === 'processing';
  return (
    <span
      aria-hidden
      className={clsx(
        'absolute end-0 bottom-0 grid size-4 place-items-center rounded-ss-md bg-card',
        state === 'failed' ? 'text-bad' : state === 'done' ? 'text-good' : 'text-accent',
      )}
    >
      <Icon className={clsx('size-3', runs && 'animate-spin motion-reduce:animate-none')} />
    </span>
  );
}
