'use client';
import { CircleAlert } from 'lucide-react';
import { useCountdown } from '@/hooks/use-countdown';
import type { Actions } from '@/hooks/use-enhance';
import { MAX_AUTOMATIC_TRIES, type State } from '@/lib/machine';
import { strings } from '@/lib/strings';
import { PanelTitle } from './panel-title';
import { Button } from './ui/button';

interface Props {
  state: Extract<State, { name: 'failed' }>;
  serviceReady: boolean;
  actions: Actions;
  onReplace: () => void;
}

const words = strings.failure;

/** What went wrong, where, and what to do; waits and tries again by itself where the service says when. */
export function FailurePanel({ state, serviceReady, actions, onReplace }: Props) {
  const { failure, waiting } = state;
  const { title, advice } = words.kinds[failure.kind];
  const gone = failure.kind === 'unreachable' || failure.kind === 'lost';
  return (
    <section data-testid="failure" data-kind={failure.kind} className="flex flex-col gap-5">
      <div role="alert" className="flex flex-col gap-2">
        <CircleAlert aria-hidden className="size-8 text-bad" strokeWidth={1.5} />
        <PanelTitle>{title}</PanelTitle>
        {failure.message !== null && <p>{failure.message}</p>}
        <p className="text-soft">{advice}</p>
        <p className="text-sm text-soft">{[...place(failure.stage, failure.status), words.kept].join(' · ')}</p>
      </div>
      {gone && serviceReady && <p className="text-good text-sm">{words.serviceIsBack}</p>}
      {waiting && failure.retryAfterS !== null && (
        <Countdown key={state.attempt} seconds={failure.retryAfterS} onEnd={actions.retry} />
      )}
      {!waiting && failure.retryAfterS !== null && state.attempt >= MAX_AUTOMATIC_TRIES && <p>{words.gaveUp}</p>}
      <div className="flex flex-col gap-2">
        <Button kind="primary" size="large" onClick={actions.retry}>
          {waiting ? words.retryNow : words.retry}
        </Button>
        {waiting && <Button onClick={actions.stopWaiting}>{words.stopWaiting}</Button>}
        <Button onClick={actions.back}>{words.back}</Button>
        <Button kind="bare" onClick={onReplace}>
          {words.another}
        </Button>
      </div>
    </section>
  );
}

function place(stage: string | null, status: number | null): string[] {
  const names: Record<string, string> = strings.progress.stages;
  return [
    ...(stage === null ? [] : [words.stage(names[stage] ?? stage)]),
    ...(status === null ? [] : [words.code(status)]),
  ];
}

function Countdown({ seconds, onEnd }: { seconds: number; onEnd: () => void }) {
  const left = useCountdown(seconds, onEnd);
  return (
    <p role="timer" className="rounded-2xl bg-wash px-4 py-3 text-sm tabular-nums">
      {words.waiting(left)}
    </p>
  );
}
