'use client';
import clsx from 'clsx';
import { Check, Circle, LoaderCircle } from 'lucide-react';
import type { InProgress } from '@/lib/machine';
import { type Step, stepsOf } from '@/lib/steps';
import { strings } from '@/lib/strings';
import { PanelTitle } from '../layout/panel-title';
import { Button } from '../ui/button';
import { ProgressBar } from '../ui/progress-bar';

interface Props {
  state: InProgress;
  onCancel: () => void;
}

export function ProgressPanel({ state, onCancel }: Props) {
  const steps = stepsOf(state);
  const overall = steps.reduce((sum, step) => sum + step.fraction, 0) / steps.length;
  return (
    <section className="flex flex-col gap-5">
      <PanelTitle>{strings.progress.title}</PanelTitle>
      <ProgressBar label={strings.progress.overall} fraction={overall} />
      <ol className="flex flex-col gap-1">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} />
        ))}
      </ol>
      <Button size="large" onClick={onCancel}>
        {strings.progress.cancel}
      </Button>
    </section>
  );
}

const ICONS = { waiting: Circle, running: LoaderCircle, done: Check };
const STATE_LABELS = {
  waiting: strings.progress.waiting,
  running: strings.progress.running,
  done: strings.progress.done,
};

function StepRow({ step }: { step: Step }) {
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
      <span className={clsx(step.state === 'running' && 'font-medium')}>{strings.progress.stages[step.name]}</span>
      <span className="ml-auto text-soft tabular-nums">{step.detail}</span>
      <span className="sr-only">{STATE_LABELS[step.state]}</span>
    </li>
  );
}
