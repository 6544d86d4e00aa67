'use client';
/** Panels that are not needed to choose a photo. They are loaded right after the page, not with it. */
import { type ComponentProps, useEffect } from 'react';
import type { BatchView as Batch } from './batch/batch-view';
import type { FilmView as Film } from './film/film-view';
import { LazyPart, partOf } from './layout/lazy-part';
import type { ResultView as Result } from './result/result-view';
import type { ReadyPanel as Ready } from './upload/ready-panel';

const ready = partOf(() => import('./upload/ready-panel').then((module) => module.ReadyPanel));
const result = partOf(() => import('./result/result-view').then((module) => module.ResultView));
const batch = partOf(() => import('./batch/batch-view').then((module) => module.BatchView));
const film = partOf(() => import('./film/film-view').then((module) => module.FilmView));

export const ReadyPanel = (props: ComponentProps<typeof Ready>) => <LazyPart part={ready} props={props} />;
export const ResultView = (props: ComponentProps<typeof Result>) => <LazyPart part={result} props={props} />;
export const BatchView = (props: ComponentProps<typeof Batch>) => <LazyPart part={batch} props={props} />;
export const FilmView = (props: ComponentProps<typeof Film>) => <LazyPart part={film} props={props} />;

/** When the browser has nothing else to do. Safari has no idle callbacks. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if (window.requestIdleCallback === undefined) setTimeout(resolve);
    else requestIdleCallback(() => resolve(), { timeout: 2000 });
  });

/** One after the other, so that none of them keeps the page from answering. */
async function preload(): Promise<void> {
  for (const part of [ready, result, batch, film]) {
    await idle();
    await part.load();
  }
}

/** Loads the panels once the page is up, so that nobody waits for them later. */
export function usePreload(): void {
  useEffect(() => {
    preload().catch(() => {
      // The service went down in the meantime. Each panel is requested again when it is needed.
    });
  }, []);
}
