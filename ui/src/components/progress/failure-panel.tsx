'use client';
import { CircleAlert } from 'lucide-react';
import { useCountdown } from '@/hooks/use-countdown';
import type { Actions } from '@/hooks/use-enhance';
import { MAX_AUTOMATIC_ATTEMPTS, type State } from '@/lib/machine';
import { stageLabel } from '@/lib/steps';
import { strings } from '@/lib/strings';
import { PanelTitle } from '../layout/panel-title';
import { Button } from '../ui/button';

interface Props {
  state: Extract<State, { name: 'failed' }>;
  serviceReady: boolean;
  actions: Actions;
  onReplace: () => void;
}

const text = strings.failure;

/** Shows what failed, where, and what to do. Retries automatically if the service says how long to wait. */
export function FailurePanel({ state, serviceReady, actions, onReplace }: Props) {
  const { failure, waiting } = state;
  const { title, advice } = text.kinds[failure.kind];
  const unavailable = failure.kind === 'unreachable' || failure.kind === 'lost';
  return (
    <section data-testid="failure" data-kind={failure.kind} className="flex flex-col gap-5">
      <div role="alert" className="flex flex-col gap-2">
        <CircleAlert aria-hidden className="size-8 text-bad" strokeWidth={1.5} />
        <PanelTitle>{title}</PanelTitle>
        {failure.message !== null && <p>{failure.message}</p>}
        <p className="text-soft">{advice}</p>
        <p className="text-sm text-soft">{[...source(failure.stage, failure.status), text.kept].join(' · ')}</p>
      </div>
      {unavailable && serviceReady && <p className="text-good text-sm">{text.serviceIsBack}</p>}
      {waiting && failure.retryAfterS !== null && (
        <Countdown key={state.attempt} seconds={failure.retryAfterS} onEnd={actions.retry} />
      )}
      {!waiting && failure.retryAfterS !== null && state.attempt >= MAX_AUTOMATIC_ATTEMPTS && <p>{text.gaveUp}</p>}
      <div className="flex flex-col gap-2">
        <Button variant="primary" size="large" onClick={actions.retry}>
          {waiting ? text.retryNow : text.retry}
        </Button>
        {waiting && <Button onClick={actions.stopWaiting}>{text.stopWaiting}</Button>}
        <Button onClick={actions.back}>{text.back}</Button>
        <Button variant="ghost" onClick={onReplace}>
          {text.another}
        </Button>
      </div>
    </section>
  );
}

function source(stage: string | null, status: number | null): string[] {
  return [...(stage === null ? [] : [text.stage(stageLabel(stage))]), ...(status === null ? [] : [text.code(status)])];
}

function Countdown({ seconds, onEnd }: { seconds: number; onEnd: () => void }) {
  const remaining = useCountdown(seconds, onEnd);
  return (
    <p role="timer" className="rounded-2xl bg-wash px-4 py-3 text-sm tabular-nums">
      {text.waiting(remaining)}
    </p>
  );
}
