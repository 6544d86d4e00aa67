'use client';
/** The page as an app: its service worker, and photos that are opened or shared with it. */
import { useEffect, useEffectEvent } from 'react';

declare global {
  interface Window {
    /** Where the page is opened with files; not in every browser. */
    launchQueue?: { setConsumer: (consumer: (launch: { files?: FileSystemFileHandle[] }) => void) => void };
  }
}

export function useInstalled(onFiles: (files: File[]) => void): void {
  const take = useEffectEvent((files: File[]) => {
    if (files.length > 0) onFiles(files);
  });
  useEffect(() => {
    window.launchQueue?.setConsumer(({ files = [] }) => {
      void Promise.all(files.map((file) => file.getFile())).then(take);
    });
    if (process.env.NODE_ENV !== 'production' || navigator.serviceWorker === undefined) return;
    navigator.serviceWorker.register('/sw.js').catch(() => {
      // Not over http, or storage is blocked: the page works without.
    });
    if (new URLSearchParams(location.search).has('shared')) {
      history.replaceState(history.state, '', '/');
      void sharedFiles().then(take);
    }
  }, []);
}

/** What the service worker was given for this page. */
async function sharedFiles(): Promise<File[]> {
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active?.postMessage('shared', [port2]);
  });
}
