'use client';
import { Suspense, useCallback, useState } from 'react';
import { useDropzone } from 'react-dropzone';
import { useEnhance } from '@/hooks/use-enhance';
import { useOptions } from '@/hooks/use-options';
import { usePaste } from '@/hooks/use-paste';
import { useService } from '@/hooks/use-service';
import { ACCEPT } from '@/lib/image-formats';
import { strings } from '@/lib/strings';
import { Footer } from './layout/footer';
import { Header } from './layout/header';
import { Notices } from './layout/notices';
import { TwoColumnLayout } from './layout/two-column-layout';
import { ReadyPanel, ResultView, usePreload } from './lazy-panels';
import { FailurePanel } from './progress/failure-panel';
import { LiveRegion } from './progress/live-region';
import { ProgressPanel } from './progress/progress-panel';
import { DropOverlay } from './upload/drop-overlay';
import { EmptyState } from './upload/empty-state';
import { PhotoPreview } from './upload/photo-preview';

/** The whole page, for every state of a request. */
export function Workspace() {
  const [options, changeOptions] = useOptions();
  const [watching, setWatching] = useState(false);
  const service = useService(watching);
  const [state, actions] = useEnhance(service.limits.max_upload_bytes);
  if (watching !== (state.name === 'failed')) setWatching(state.name === 'failed');
  const { choose, reject } = actions;

  const onDrop = useCallback(
    (files: File[]) => {
      if (files[0]) void choose(files[0], files.length > 1 ? { kind: 'many' } : undefined);
    },
    [choose],
  );
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({ onDrop, noClick: true, noKeyboard: true });
  usePaste(choose, reject);
  usePreload();

  const panel = () => {
    switch (state.name) {
      case 'ready':
        return (
          <ReadyPanel
            photo={state.photo}
            options={options}
            limits={service.limits}
            canceled={state.canceled}
            onChange={changeOptions}
            onStart={() => actions.start(options)}
            onReplace={open}
          />
        );
      case 'uploading':
      case 'processing':
        return <ProgressPanel state={state} onCancel={actions.cancel} />;
      case 'failed':
        return (
          <FailurePanel state={state} serviceReady={service.status === 'ready'} actions={actions} onReplace={open} />
        );
      default:
        return null;
    }
  };

  return (
    <div {...getRootProps({ role: undefined })} className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-full focus:bg-card focus:px-4 focus:py-2"
      >
        {strings.skip}
      </a>
      <Header status={service.status} onHome={actions.clear} />
      {/* `style`: the default of the library would be an inline style, which the Content Security Policy forbids. */}
      <input {...getInputProps({ accept: ACCEPT, style: undefined, className: 'hidden' })} />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto flex w-full max-w-7xl flex-1 flex-col px-4 pb-8 outline-none sm:px-6"
      >
        <Notices problem={state.problem} status={service.status} onDismiss={actions.dismiss} />
        {state.name === 'idle' && (
          <EmptyState limits={service.limits} onOpen={open} onFile={choose} onProblem={reject} />
        )}
        {state.name === 'done' && (
          <Suspense fallback={<TwoColumnLayout image={<PhotoPreview photo={state.photo} busy />} panel={null} />}>
            <ResultView
              key={state.result.url}
              photo={state.photo}
              result={state.result}
              options={state.options}
              onChangeOptions={actions.back}
              onReplace={open}
            />
          </Suspense>
        )}
        {state.name !== 'idle' && state.name !== 'done' && (
          <TwoColumnLayout
            image={
              <PhotoPreview photo={state.photo} busy={state.name === 'uploading' || state.name === 'processing'} />
            }
            panel={<Suspense>{panel()}</Suspense>}
          />
        )}
      </main>
      <Footer />
      <LiveRegion state={state} />
      {isDragActive && <DropOverlay />}
    </div>
  );
}
