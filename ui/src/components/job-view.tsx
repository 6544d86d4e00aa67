'use client';
import { useFindings } from '@/hooks/use-findings';
import type { Service } from '@/hooks/use-service';
import type { Actions } from '@/hooks/use-session';
import { setKey } from '@/lib/api/key';
import { type DoneState, isRunning } from '@/lib/machine';
import type { Options } from '@/lib/options';
import { checkSize, isRefused } from '@/lib/photo';
import type { Job, Session } from '@/lib/session';
import { strings } from '@/lib/strings';
import { ActionBar } from './layout/action-bar';
import { PanelTitle } from './layout/panel-title';
import { Workbench } from './layout/workbench';
import { ReadyPanel, ResultView } from './lazy-panels';
import { FailurePanel } from './progress/failure-panel';
import { ProgressPanel } from './progress/progress-panel';
import { Button } from './ui/button';
import { PhotoPreview } from './upload/photo-preview';

interface Props {
  job: Job;
  session: Session;
  service: Service;
  actions: Actions;
  options: Options;
  onChange: (change: Partial<Options>) => void;
  onOpen: () => void;
}

const isDone = (job: Job): job is Job & { state: DoneState } => job.state.name === 'done';

const wantsKey = ({ state }: Job): boolean => state.name === 'failed' && state.failure.kind === 'key';

const forecastOf = (findings: ReturnType<typeof useFindings>): number | null =>
  findings === null || findings === 'asking' || findings.seconds === null ? null : findings.seconds * 1000;

/** One photo in any of its states. */
export function JobView({ job, session, service, actions, options, onChange, onOpen }: Props) {
  const { id, photo, state } = job;
  const fits = !isRefused(checkSize(photo, options.upscale_factor, service.limits));
  const findings = useFindings(photo, options, state.name === 'ready' && service.status === 'ready' && fits);
  if (isDone(job)) {
    const others = session.jobs.filter(isDone).filter((other) => other.photo === photo && other.id !== id);
    return (
      <ResultView
        key={id}
        job={job}
        others={others}
        onSaved={() => actions.saved([id])}
        onFade={(strengths) => actions.fade(id, strengths)}
        onEncode={(encoding) => actions.encode(id, encoding)}
        again={{
          options,
          limits: service.limits,
          onChange,
          onStart: () => actions.again(id, options),
        }}
      />
    );
  }
  const panel = () => {
    switch (state.name) {
      case 'ready':
        return (
          <ReadyPanel
            photo={photo}
            options={options}
            limits={service.limits}
            findings={findings}
            after={state.after}
            onChange={onChange}
            onStart={() => actions.start([id], options, forecastOf(findings))}
            onEnlarge={() => actions.start([id], { ...options, faces: 'none' })}
            onReplace={onOpen}
            onFit={() => actions.fit(id, options.upscale_factor, service.limits)}
          />
        );
      case 'queued':
        return <Queued onCancel={() => actions.cancel([id])} />;
      case 'failed':
        return (
          <FailurePanel
            key={state.attempt}
            state={state}
            serviceReady={service.status === 'ready'}
            onRetry={() => actions.retry([id])}
            onStopWaiting={() => actions.stopWaiting(id)}
            onBack={() => actions.back(id)}
            onReplace={onOpen}
            onEnlarge={() => actions.start([id], { ...state.options, faces: 'none' })}
            onKey={(key) => {
              setKey(key);
              actions.retry(session.jobs.filter(wantsKey).map((other) => other.id));
            }}
          />
        );
      case 'uploading':
      case 'processing':
        return <ProgressPanel key="progress" photo={photo} state={state} onCancel={() => actions.cancel([id])} />;
      default:
        return null;
    }
  };
  return (
    <Workbench image={<PhotoPreview photo={photo} busy={isRunning(state)} findings={findings} />} panel={panel()} />
  );
}

function Queued({ onCancel }: { onCancel: () => void }) {
  return (
    <section className="flex flex-col gap-5">
      <PanelTitle>{strings.progress.queued}</PanelTitle>
      <ActionBar>
        <Button size="large" onClick={onCancel}>
          {strings.progress.cancel}
        </Button>
      </ActionBar>
    </section>
  );
}
