import { CircleCheck, CircleHelp, LoaderCircle, RotateCcw, TriangleAlert, X } from 'lucide-react';
import type { Actions } from '@/hooks/use-session';
import type { PublicLimits } from '@/lib/api/schema';
import { isFinal } from '@/lib/failure';
import { cleanName, formatDimensions } from '@/lib/format';
import { isRunning, type JobState } from '@/lib/machine';
import type { Options } from '@/lib/options';
import { checkSize, isRefused, type Photo } from '@/lib/photo';
import type { Job } from '@/lib/session';
import { latestStage } from '@/lib/steps';
import { facesOf } from '@/lib/strengths';
import { strings } from '@/lib/strings';
import { verdictOf } from '@/lib/verdict';
import { Button } from '../ui/button';
import { ToolButton } from '../ui/tool-button';

interface Props {
  job: Job;
  options: Options;
  limits: PublicLimits;
  actions: Actions;
}

/** One photo of the list: a button that opens it, its state, and what can be done about it. */
export function BatchRow({ job, options, limits, actions }: Props) {
  const { id, photo, state } = job;
  const name = cleanName(photo.file.name);
  const refused = isRefused(checkSize(photo, options.upscale_factor, limits));
  return (
    <li className="flex items-center gap-2 py-2" data-testid="batch-row" data-state={state.name} data-name={name}>
      <button
        type="button"
        onClick={() => actions.show(id)}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-xl p-1 text-start hover:bg-wash"
      >
        <Thumbnail job={job} />
        <span className="min-w-0 text-sm">
          {/* A name is cut off at its own end, and stands where the line begins. */}
          <span className="flex font-medium">
            <span dir="auto" className="truncate">
              {name}
            </span>
          </span>
          <span className="flex items-center gap-1.5 text-soft">
            <Sign state={state} />
            <span className="line-clamp-2">
              <span className="block first-letter:uppercase">{detailOf(state, photo)}</span>
            </span>
          </span>
        </span>
      </button>
      {state.name === 'ready' && refused && (
        <Button onClick={() => void actions.fit(id, options.upscale_factor, limits)}>{strings.photo.fit}</Button>
      )}
      {state.name === 'failed' && !isFinal(state.failure) && (
        <ToolButton tip="above-end" label={`${strings.batch.retry}: ${name}`} onClick={() => actions.retry([id])}>
          <RotateCcw aria-hidden className="size-4" />
        </ToolButton>
      )}
      {state.name === 'queued' || isRunning(state) ? (
        <ToolButton tip="above-end" label={`${strings.progress.cancel}: ${name}`} onClick={() => actions.cancel([id])}>
          <X aria-hidden className="size-4" />
        </ToolButton>
      ) : (
        <ToolButton tip="above-end" label={strings.tray.remove(name)} onClick={() => actions.remove([id])}>
          <X aria-hidden className="size-4" />
        </ToolButton>
      )}
    </li>
  );
}

/** The photo beside the place of its result, which is filled as soon as it is there. */
function Thumbnail({ job: { photo, state } }: { job: Job }) {
  const pair = state.name === 'done' ? state.result.thumbnail : null;
  return (
    <span dir="ltr" className="flex h-12 w-24 shrink-0 overflow-hidden rounded-lg bg-mat">
      {pair === null ? (
        <>
          <img src={photo.thumbnail} alt="" className="size-12 object-cover" />
          {isRunning(state) && (
            <span aria-hidden className="grid size-12 place-items-center">
              <LoaderCircle className="size-5 animate-spin text-accent motion-reduce:animate-none" />
            </span>
          )}
        </>
      ) : (
        <img src={pair} alt="" className="size-full object-cover" data-testid="pair" />
      )}
    </span>
  );
}

function Sign({ state }: { state: JobState }) {
  if (state.name === 'failed') return <TriangleAlert aria-hidden className="size-4 shrink-0 text-bad" />;
  if (state.name !== 'done') return null;
  const { word } = verdictOf(facesOf(state));
  if (word === 'look') return <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" />;
  if (word === 'unknown') return <CircleHelp aria-hidden className="size-4 shrink-0" />;
  return <CircleCheck aria-hidden className="size-4 shrink-0 text-good" />;
}

function detailOf(state: JobState, photo: Photo): string {
  switch (state.name) {
    case 'failed':
      return strings.failure.kinds[state.failure.kind].title;
    case 'done': {
      const { word } = verdictOf(facesOf(state));
      if (word === 'nobody') return strings.trust.nobody;
      return `${strings.result.title}. ${strings.trust.title} ${strings.trust[word]}`;
    }
    case 'processing': {
      const stage = latestStage(state.stages);
      return stage === null ? strings.progress.sent : strings.progress.stages[stage];
    }
    case 'ready':
      return `${strings.tray.states.ready}, ${formatDimensions(photo.width, photo.height)}`;
    default:
      return strings.tray.states[state.name];
  }
}
