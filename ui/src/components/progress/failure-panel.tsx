'use client';
import { CircleAlert, KeyRound } from 'lucide-react';
import { useRef } from 'react';
import { useNow } from '@/hooks/use-now';
import { DETAILED, type FailureKind, isFinal } from '@/lib/failure';
import { type JobState, MAX_AUTOMATIC_ATTEMPTS } from '@/lib/machine';
import { stageLabel } from '@/lib/steps';
import { strings } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { PanelTitle } from '../layout/panel-title';
import { Button } from '../ui/button';
import { KeyForm } from './key-form';

interface Props {
  state: Extract<JobState, { name: 'failed' }>;
  serviceReady: boolean;
  onRetry: () => void;
  onStopWaiting: () => void;
  onBack: () => void;
  onReplace: () => void;
  /** Enlarges the photo without looking for faces. */
  onEnlarge: () => void;
  /** The visitor has entered an API key. */
  onKey: (key: string) => void;
}

/** Shows what failed, where, and what to do. The page retries by itself if the service says how long to wait. */
export function FailurePanel({
  state,
  serviceReady,
  onRetry,
  onStopWaiting,
  onBack,
  onReplace,
  onEnlarge,
  onKey,
}: Props) {
  const text = strings.failure;
  const { failure, waiting } = state;
  const { title, advice } = text.kinds[failure.kind];
  const unavailable = ['unreachable', 'gateway', 'lost'].includes(failure.kind);
  const final = isFinal(failure);
  const retry = useRef<HTMLButtonElement>(null);
  const stop = () => {
    onStopWaiting();
    retry.current?.focus(); // the button that was pressed goes away
  };
  const enlarge = failure.kind === 'noFace' ? onEnlarge : null;
  const source = [
    ...(failure.stage === null ? [] : [text.stage(stageLabel(failure.stage))]),
    ...(failure.status === null ? [] : [text.code(failure.status)]),
    text.kept,
  ];
  return (
    <section data-testid="failure" data-kind={failure.kind} className="flex flex-col gap-5">
      <div className="flex flex-col gap-2">
        <Sign kind={failure.kind} />
        <PanelTitle>{title}</PanelTitle>
        <p className="text-soft">{advice}</p>
        {failure.message !== null && DETAILED.has(failure.kind) && (
          <p lang="en" dir="ltr" className="border-edge/60 border-s-2 ps-3 text-sm">
            {failure.message}
          </p>
        )}
        <p className="text-sm text-soft">{source.join(' · ')}</p>
      </div>
      {unavailable && serviceReady && <p className="text-good text-sm">{strings.service.isBack}</p>}
      <NextAttempt state={state} />
      {failure.kind === 'key' ? (
        <KeyForm onKey={onKey} />
      ) : (
        <ActionBar>
          {enlarge !== null && (
            <Button variant="primary" size="large" onClick={enlarge}>
              {text.enlarge}
            </Button>
          )}
          {final && enlarge === null && (
            <Button variant="primary" size="large" onClick={onBack}>
              {text.back}
            </Button>
          )}
          {!final && (
            <Button ref={retry} variant="primary" size="large" onClick={onRetry}>
              {waiting ? text.retryNow : text.retry}
            </Button>
          )}
        </ActionBar>
      )}
      <div className="flex flex-col gap-2">
        {waiting && <Button onClick={stop}>{text.stopWaiting}</Button>}
        {(!final || enlarge !== null) && <Button onClick={onBack}>{text.back}</Button>}
        {final && (
          <Button variant="ghost" onClick={onRetry}>
            {text.retry}
          </Button>
        )}
        <Button variant="ghost" onClick={onReplace}>
          {text.another}
        </Button>
      </div>
    </section>
  );
}

function Sign({ kind }: { kind: FailureKind }) {
  if (kind === 'key') return <KeyRound aria-hidden className="size-8 text-accent" strokeWidth={1.5} />; // nothing failed
  return <CircleAlert aria-hidden className="size-8 text-bad" strokeWidth={1.5} />;
}

/** When the page tries again by itself, or that it no longer does. */
function NextAttempt({ state }: Pick<Props, 'state'>) {
  const { failure, waiting, since, attempt } = state;
  if (failure.retryAfterS === null) return null;
  if (waiting) return <Countdown until={since + failure.retryAfterS * 1000} />;
  return attempt >= MAX_AUTOMATIC_ATTEMPTS ? <p>{strings.failure.gaveUp}</p> : null;
}

function Countdown({ until }: { until: number }) {
  const now = useNow(250);
  return (
    <p role="timer" className="rounded-2xl bg-wash px-4 py-3 text-sm tabular-nums">
      {strings.failure.waiting(Math.max(0, Math.ceil((until - now) / 1000)))}
    </p>
  );
}
