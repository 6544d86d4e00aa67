'use client';
import clsx from 'clsx';
import { Check, Circle, LoaderCircle } from 'lucide-react';
import { useProgress } from '@/hooks/use-progress';
import { formatDuration } from '@/lib/format';
import type { InProgress } from '@/lib/machine';
import type { Photo } from '@/lib/photo';
import type { Step } from '@/lib/steps';
import { strings, words } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { PanelTitle } from '../layout/panel-title';
import { Button } from '../ui/button';
import { ProgressBar } from '../ui/progress-bar';
import { NotifyButton } from './notify-button';

interface Props {
  photo: Photo;
  state: InProgress;
  onCancel: () => void;
}

/** A run that takes so long is worth leaving alone. */
const LONG_MS = 10_000;

export function ProgressPanel({ photo, state, onCancel }: Props) {
  const text = strings.progress;
  const { share, elapsed, remaining, steps } = useProgress(photo, state);
  return (
    <section className="flex flex-col gap-5">
      <PanelTitle>{text.title}</PanelTitle>
      <div>
        <div className="mb-2 flex items-baseline justify-between gap-4">
          <span aria-hidden className="font-serif text-4xl tabular-nums" data-testid="percent">
            {words.percent(Math.floor(share * 100) / 100)}
          </span>
          <span className="text-end text-sm text-soft tabular-nums" data-testid="times-left">
            {text.times(
              formatDuration(Math.max(1000, Math.floor(elapsed / 1000) * 1000)),
              remaining === null ? null : formatDuration(Math.max(1000, Math.round(remaining / 1000) * 1000)),
            )}
          </span>
        </div>
        <ProgressBar label={text.overall} fraction={share} />
      </div>
      <ActionBar>
        <Button size="large" onClick={onCancel}>
          {text.cancel}
        </Button>
      </ActionBar>
      <ol className="flex flex-col gap-1">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} />
        ))}
      </ol>
      {/* Below all, because it comes when the rest is there. */}
      {remaining !== null && elapsed + remaining > LONG_MS && <NotifyButton />}
    </section>
  );
}

const ICONS = { waiting: Circle, running: LoaderCircle, done: Check };

function StepRow({ step }: { step: Step }) {
  const text = strings.progress;
  const Icon = ICONS[step.state];
  return (
    <li
      data-testid="step"
      data-step={step.name}
      data-state={step.state}
      className={clsx('flex min-h-8 items-center gap-3 text-sm', step.state === 'waiting' && 'text-soft')}
    >
      <Icon
        aria-hidden
        className={clsx(
          'size-4 shrink-0',
          step.state === 'running' && 'animate-spin text-accent motion-reduce:animate-none',
          step.state === 'done' && 'text-good',
          step.state === 'waiting' && 'opacity-50',
        )}
      />
      <span className={clsx(step.state === 'running' && 'font-medium')}>{text.stages[step.name]}</span>
      <span className="ms-auto text-soft tabular-nums">{step.detail}</span>
      <span className="sr-only">{text[step.state]}</span>
    </li>
  );
}
