'use client';
/** Panels that are not needed to choose a photo. They are loaded right after the page, not with it. */
import { lazy, useEffect } from 'react';
import { loadTransport } from '@/lib/api/client';

const importReadyPanel = () => import('./upload/ready-panel');
const importResultView = () => import('./result/result-view');

export const ReadyPanel = lazy(() => importReadyPanel().then((module) => ({ default: module.ReadyPanel })));
export const ResultView = lazy(() => importResultView().then((module) => ({ default: module.ResultView })));

/** Loads the panels once the page is up, so that nobody waits for them later. */
export function usePreload(): void {
  useEffect(() => {
    Promise.all([importReadyPanel(), importResultView(), loadTransport()]).catch(() => {
      // The service went down in the meantime. Each panel is requested again when it is needed.
    });
  }, []);
}
