'use client';
/** What is not needed to choose a picture: loaded right after the page has come up, not with it. */
import { lazy, useEffect } from 'react';
import { loadTransport } from '@/lib/api/client';

const readyPanel = () => import('./ready-panel');
const resultView = () => import('./result-view');

export const ReadyPanel = lazy(() => readyPanel().then((module) => ({ default: module.ReadyPanel })));
export const ResultView = lazy(() => resultView().then((module) => ({ default: module.ResultView })));

/** Loads it all once the page has come up, so that nobody waits for it later. */
export function usePreloading(): void {
  useEffect(() => {
    Promise.all([readyPanel(), resultView(), loadTransport()]).catch(() => {
      // The service went away meanwhile; whoever needs a part asks for it again.
    });
  }, []);
}
