'use client';
import clsx from 'clsx';
import { Download, FileJson } from 'lucide-react';
import { useRef, useState } from 'react';
import type { FilmActions } from '@/hooks/use-film';
import { type FilmResult, type FilmSource, figuresOf, isOriginal, restoredName } from '@/lib/film';
import { FILM_ACCEPT } from '@/lib/film-file';
import { formatBytes, formatDimensions, formatFigure } from '@/lib/format';
import { jsonBlob } from '@/lib/report';
import { downloadBlob } from '@/lib/result';
import { strings, words } from '@/lib/strings';
import { ActionBar } from '../layout/action-bar';
import { Footer } from '../layout/footer';
import { PanelTitle } from '../layout/panel-title';
import { Workbench } from '../layout/workbench';
import { Button, buttonVariants } from '../ui/button';
import { Note } from '../ui/note';
import { FilmPlayer } from './film-player';
import { FilmPoster } from './film-poster';

interface Props {
  source: FilmSource | null;
  result: FilmResult;
  actions: FilmActions;
}

export function FilmDone({ source, result, actions }: Props) {
  const text = strings.film;
  const { url, bytes, data } = result;
  const name = restoredName(source?.file.name ?? null, data.content_type);
  const address = url ?? data.url;
  const plays = source?.shown ? source.url : null;
  return (
    <Workbench
      image={
        url === null ? (
          <FilmPoster source={source} />
        ) : (
          <FilmPlayer key={plays} before={plays} after={url} size={data} />
        )
      }
      panel={
        <section className="flex flex-col gap-5" data-testid="film-done">
          <PanelTitle>{strings.result.title}</PanelTitle>
          <ActionBar>
            {address !== null && address !== undefined && (
              <a
                href={address}
                download={name}
                rel="noreferrer"
                className={clsx(buttonVariants({ variant: 'primary', size: 'large' }), 'py-1.5')}
              >
                <Download aria-hidden className="size-5 shrink-0" />
                <span>
                  {strings.result.download}
                  {url !== null && (
                    <span className="block font-normal text-xs max-sm:hidden">
                      {formatDimensions(data.width, data.height)} · {formatBytes(bytes)}
                    </span>
                  )}
                </span>
              </a>
            )}
          </ActionBar>
          {source === null && url !== null && <Original result={result} actions={actions} />}
          {source !== null && source.shown === null && <Note variant="info">{text.notShown}</Note>}
          <Figures result={result} />
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => downloadBlob(jsonBlob(data), name.replace(/\.\w+$/, '.json'))}>
              <FileJson aria-hidden className="size-4" />
              {strings.result.report}
            </Button>
            {source !== null && <Button onClick={actions.back}>{strings.result.changeOptions}</Button>}
          </div>
          <Button variant="ghost" className="-ms-4 self-start" onClick={actions.close}>
            {text.close}
          </Button>
          <Footer text={text.privacy} />
        </section>
      }
    />
  );
}

/** The service keeps no original, and a page that was opened by an address never had it. */
function Original({ result, actions }: Pick<Props, 'result' | 'actions'>) {
  const text = strings.film;
  const input = useRef<HTMLInputElement>(null);
  const [other, setOther] = useState(false);
  const { data } = result;
  const choose = async (file: File | undefined) => {
    if (file === undefined || result.url === null) return;
    const seconds = await secondsOf(result.url);
    setOther(!(await actions.compare(file, (opened) => opened !== null && isOriginal(opened, seconds, data))));
  };
  return (
    <Note variant="info">
      <p>{text.originalGone}</p>
      <Button className="mt-2" onClick={() => input.current?.click()}>
        {text.chooseOriginal}
      </Button>
      <input
        ref={input}
        type="file"
        accept={FILM_ACCEPT}
        aria-label={text.chooseOriginal}
        className="hidden"
        data-testid="original"
        onChange={(event) => void choose(event.target.files?.[0])}
      />
      <p role="status" className="mt-1 empty:hidden">
        {other ? text.otherFilm : ''}
      </p>
    </Note>
  );
}

function secondsOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const video = document.createElement('video');
    video.onloadedmetadata = () => resolve(video.duration);
    video.onerror = () => resolve(Number.NaN);
    video.src = url;
  });
}

function Figures({ result: { data } }: Pick<Props, 'result'>) {
  const text = strings.film;
  const { identityMean, identityLeast, flicker, flickerBefore, interlaced, leftOut } = figuresOf(data);
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm [&_dt]:text-soft" data-testid="film-figures">
        <dt>{text.pictures}</dt>
        <dd>{words.number(data.frames)}</dd>
        <dt>{text.shots}</dt>
        <dd>{words.number(data.shots)}</dd>
        {identityMean !== null && identityLeast !== null && (
          <>
            <dt>{strings.metrics.identity.name}</dt>
            <dd>{text.identity(formatFigure(identityMean), formatFigure(identityLeast))}</dd>
          </>
        )}
        {flicker !== null && flickerBefore !== null && (
          <>
            <dt>{text.flicker}</dt>
            <dd>{text.flickerValues(formatFigure(flickerBefore, 4), formatFigure(flicker, 4))}</dd>
          </>
        )}
      </dl>
      {interlaced > 0 && <Note variant="info">{text.interlaced(interlaced)}</Note>}
      {leftOut.length > 0 && (
        <Note variant="warning" title={text.leftOut}>
          <p lang="en" dir="ltr">
            {leftOut.join('; ')}
          </p>
        </Note>
      )}
    </>
  );
}
