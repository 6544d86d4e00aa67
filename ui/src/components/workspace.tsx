'use client';
import { useCallback, useEffect, useEffectEvent } from 'react';
import { useDropzone } from 'react-dropzone';
import { useEnded } from '@/hooks/use-ended';
import { useFilm } from '@/hooks/use-film';
import { useInstalled } from '@/hooks/use-installed';
import { useLanguage } from '@/hooks/use-language';
import { useLeaveQuestion, useShownHistory } from '@/hooks/use-leave';
import { useOptions } from '@/hooks/use-options';
import { usePaste } from '@/hooks/use-paste';
import { useService } from '@/hooks/use-service';
import { useSession } from '@/hooks/use-session';
import { FILM_ACCEPT } from '@/lib/film-file';
import { ACCEPT } from '@/lib/image-formats';
import { hasTray, isAtStake } from '@/lib/session';
import { strings, tagOf } from '@/lib/strings';
import { JobView } from './job-view';
import { Header } from './layout/header';
import { Notices } from './layout/notices';
import { Tray } from './layout/tray';
import { BatchView, FilmView, usePreload } from './lazy-panels';
import { LiveRegion } from './progress/live-region';
import { DropOverlay } from './upload/drop-overlay';
import { EmptyState } from './upload/empty-state';

/** The whole page, whatever it shows. */
export function Workspace() {
  const [language, setLanguage] = useLanguage();
  const [options, changeOptions] = useOptions();
  const [session, actions] = useSession();
  const { jobs, film, shown } = session;
  const job = jobs.find(({ id }) => id === shown) ?? null;
  const service = useService(jobs.some(({ state }) => state.name === 'failed'));
  useLeaveQuestion(isAtStake(session));
  useShownHistory(shown, actions.show);
  useFilm(film);

  const onDrop = useCallback(
    (files: File[]) => {
      if (files.length > 0) void actions.add(files);
    },
    [actions],
  );
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    onDrop,
    noClick: true,
    noKeyboard: true,
    multiple: true,
  });
  usePaste(onDrop, actions.reject);
  usePreload();
  useEnded(session);
  useInstalled(onDrop);
  useEarlyDrop(onDrop);
  useCancelKey(job !== null && ['queued', 'uploading', 'processing'].includes(job.state.name), () => {
    if (job !== null) actions.cancel([job.id]);
  });
  const accept = service.limits.film ? `${ACCEPT},${FILM_ACCEPT}` : ACCEPT;
  const fillsWindow = job !== null || shown === 'film';
  return (
    <div
      {...getRootProps({
        role: undefined,
        onDrop: (event) => {
          const { files, types } = event.dataTransfer;
          if (files.length === 0 && types.includes('text/uri-list')) actions.reject({ kind: 'link' });
        },
      })}
      lang={tagOf(language)}
      className={`relative flex min-h-dvh flex-col px-4 sm:px-6 ${fillsWindow ? 'wide:h-dvh' : ''}`}
    >
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:start-2 focus:z-50 focus:rounded-full focus:bg-card focus:px-4 focus:py-2"
      >
        {strings.skip}
      </a>
      <Header
        status={service.status}
        language={language}
        onLanguage={setLanguage}
        onHome={() => actions.show('home')}
      />
      {/* `style`: the default of the library would be an inline style, which the Content Security Policy forbids. */}
      <input {...getInputProps({ accept, style: undefined, className: 'hidden' })} />
      {hasTray(session) && <Tray session={session} onShow={actions.show} />}
      <main id="main" tabIndex={-1} className="relative flex min-h-0 flex-1 flex-col pt-1 outline-none">
        <Notices session={session} status={service.status} actions={actions} />
        {shown === 'home' && (
          <EmptyState
            limits={service.limits}
            onOpen={open}
            onFile={(file) => actions.add([file])}
            onSampleMissing={() => actions.reject({ kind: 'sample' })}
          />
        )}
        {shown === 'all' && (
          <BatchView
            session={session}
            actions={actions}
            options={options}
            limits={service.limits}
            onChange={changeOptions}
            onOpen={open}
          />
        )}
        {film !== null && shown === 'film' && <FilmView film={film} service={service} onOpen={open} />}
        {job !== null && (
          <JobView
            job={job}
            session={session}
            service={service}
            actions={actions}
            options={options}
            onChange={changeOptions}
            onOpen={open}
          />
        )}
      </main>
      <LiveRegion job={job} film={shown === 'film' ? film : null} status={service.status} />
      {isDragActive && <DropOverlay />}
    </div>
  );
}

declare global {
  interface Window {
    /** Set by public/theme.js: what was dropped before the page could take it. */
    visageDropped?: File[];
  }
}

/** Takes what was dropped before this page was ready, and ends the guard of public/theme.js. */
function useEarlyDrop(onFiles: (files: File[]) => void): void {
  const take = useEffectEvent((files: File[]) => onFiles(files));
  useEffect(() => {
    const dropped = window.visageDropped ?? [];
    delete window.visageDropped;
    if (dropped.length > 0) take(dropped);
  }, []);
}

/** Escape cancels what is running. */
function useCancelKey(active: boolean, onCancel: () => void): void {
  const cancel = useEffectEvent(onCancel);
  useEffect(() => {
    if (!active) return;
    const key = (event: KeyboardEvent) => event.key === 'Escape' && !event.defaultPrevented && cancel();
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [active]);
}
