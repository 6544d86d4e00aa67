'use client';
import { Download, FileJson, FileSpreadsheet, FolderPlus, RotateCcw, Sparkles, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Actions } from '@/hooks/use-session';
import type { PublicLimits } from '@/lib/api/schema';
import { archive } from '@/lib/archive';
import { isFinal } from '@/lib/failure';
import { isRunning } from '@/lib/machine';
import type { Options } from '@/lib/options';
import { checkSize, isRefused } from '@/lib/photo';
import { csvBlob, jsonBlob, reportOf } from '@/lib/report';
import { downloadBlob } from '@/lib/result';
import type { Session } from '@/lib/session';
import { strings } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { Footer } from '../layout/footer';
import { PanelTitle } from '../layout/panel-title';
import { NotifyButton } from '../progress/notify-button';
import { Button } from '../ui/button';
import { ProgressBar } from '../ui/progress-bar';
import { OptionsPanel } from '../upload/options-panel';
import { BatchRow } from './batch-row';

interface Props {
  session: Session;
  actions: Actions;
  options: Options;
  limits: PublicLimits;
  onChange: (change: Partial<Options>) => void;
  onOpen: () => void;
}

/** All photos with their states, and what can be done with all of them. */
export function BatchView({ session, actions, options, limits, onChange, onOpen }: Props) {
  const text = strings.batch;
  const { jobs, opening } = session;
  const [zipping, setZipping] = useState(false);
  const ids = (such: (job: (typeof jobs)[number]) => boolean) => jobs.filter(such).map(({ id }) => id);
  const ready = ids(
    ({ state, photo }) => state.name === 'ready' && !isRefused(checkSize(photo, options.upscale_factor, limits)),
  );
  const busy = ids(({ state }) => state.name === 'queued' || isRunning(state));
  const done = ids(({ state }) => state.name === 'done');
  const failed = ids(({ state }) => state.name === 'failed');
  const again = ids(({ state }) => state.name === 'failed' && !isFinal(state.failure));
  const zip = async () => {
    setZipping(true);
    try {
      downloadBlob(await archive(jobs), 'visage.zip');
      actions.saved(done);
    } finally {
      setZipping(false);
    }
  };
  return (
    <div className="mx-auto grid w-full max-w-6xl gap-6 pb-24 lg:grid-cols-[minmax(0,1fr)_20rem] lg:gap-10">
      <section className="min-w-0">
        <PanelTitle>{text.title(jobs.length)}</PanelTitle>
        <p role="status" className="mt-1 mb-3 text-sm text-soft" data-testid="batch-summary">
          {opening === null
            ? text.summary(done.length, failed.length, jobs.length - done.length - failed.length)
            : text.opening(opening.done, opening.total)}
        </p>
        {busy.length > 0 && <NotifyButton />}
        {busy.length > 0 && (
          <ProgressBar label={strings.progress.overall} fraction={(done.length + failed.length) / jobs.length} />
        )}
        <ul className="mt-3 flex flex-col divide-y divide-line" data-testid="batch">
          {jobs.map((job) => (
            <BatchRow key={job.id} job={job} options={options} limits={limits} actions={actions} />
          ))}
        </ul>
      </section>
      <section className="flex flex-col gap-4 lg:sticky lg:top-4 lg:self-start">
        <ActionBar>
          {busy.length > 0 && (
            <Button size="large" onClick={() => actions.cancel(busy)}>
              {text.cancel}
            </Button>
          )}
          {ready.length > 0 && (
            <Button variant="primary" size="large" onClick={() => actions.start(ready, options)}>
              <Sparkles aria-hidden className="size-5" />
              {text.start(ready.length)}
            </Button>
          )}
          {ready.length === 0 && done.length > 0 && (
            <Button variant="primary" size="large" onClick={zip} disabled={zipping}>
              <Download aria-hidden className="size-5" />
              {zipping ? text.zipping : text.zip(done.length)}
            </Button>
          )}
        </ActionBar>
        <div className="flex flex-col gap-2">
          {ready.length > 0 && done.length > 0 && (
            <Button onClick={zip} disabled={zipping}>
              <Download aria-hidden className="size-4" />
              {zipping ? text.zipping : text.zip(done.length)}
            </Button>
          )}
          {again.length > 0 && (
            <Button onClick={() => actions.retry(again)}>
              <RotateCcw aria-hidden className="size-4" />
              {text.retryAll(again.length)}
            </Button>
          )}
          {failed.length > again.length && (
            <p className="text-sm text-soft" data-testid="batch-final">
              {text.final(failed.length - again.length)}
            </p>
          )}
          {done.length + failed.length > 0 && (
            <div className="grid grid-cols-2 gap-2">
              <Button onClick={() => downloadBlob(csvBlob(jobs), 'visage.csv')}>
                <FileSpreadsheet aria-hidden className="size-4" />
                {text.csv}
              </Button>
              <Button onClick={() => downloadBlob(jsonBlob(jobs.map(reportOf)), 'visage.json')}>
                <FileJson aria-hidden className="size-4" />
                {text.json}
              </Button>
            </div>
          )}
          <div className="flex flex-wrap justify-between">
            <Button variant="ghost" className="-ms-4" onClick={onOpen}>
              <FolderPlus aria-hidden className="size-4" />
              {text.add}
            </Button>
            <Button variant="ghost" className="-me-4" onClick={() => actions.remove(jobs.map(({ id }) => id))}>
              <Trash2 aria-hidden className="size-4" />
              {text.clear}
            </Button>
          </div>
        </div>
        <OptionsPanel photo={null} options={options} limits={limits} onChange={onChange} />
        <p className="text-sm text-soft">{strings.tray.note}</p>
        <Footer />
      </section>
    </div>
  );
}
