'use client';
/** Tells a visitor who has gone to another tab that everything has ended: in the title, and by a notification. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { isRunning } from '@/lib/machine';
import type { Session } from '@/lib/session';
import { strings } from '@/lib/strings';

/** What waits to be tried again by itself has not ended. */
const isBusy = ({ jobs }: Session): boolean =>
  jobs.some(({ state }) => state.name === 'queued' || isRunning(state) || (state.name === 'failed' && state.waiting));

/** `✓ Restored`, `✓ 46 restored, 2 failed`, or `✗` and why nothing was. */
export function endedText({ jobs }: Session): string {
  const states = jobs.map(({ state }) => state);
  const done = states.filter(({ name }) => name === 'done').length;
  const failed = states.filter((state) => state.name === 'failed');
  const sign = done > 0 ? '✓' : '✗';
  if (done + failed.length > 1) return `${sign} ${strings.batch.summary(done, failed.length, 0)}`;
  const [only] = failed;
  return `${sign} ${only === undefined ? strings.result.title : strings.failure.kinds[only.failure.kind].title}`;
}

export function useEnded(session: Session): void {
  const busy = isBusy(session);
  const [wasBusy, setWasBusy] = useState(busy);
  const [ended, setEnded] = useState(false);
  if (busy !== wasBusy) {
    setWasBusy(busy);
    setEnded(!busy && session.jobs.some(({ state }) => state.name === 'done' || state.name === 'failed'));
  }
  const text = ended ? endedText(session) : null;
  useEffect(() => {
    if (text === null || !document.hidden) return;
    document.title = `${text} · ${strings.name}`;
    void notify(text);
    const back = () => {
      document.title = strings.title;
    };
    document.addEventListener('visibilitychange', back, { once: true });
    return () => document.removeEventListener('visibilitychange', back);
  }, [text]);
}

/** Never with a picture: a notification is kept by the system. */
async function notify(text: string): Promise<void> {
  if (permission() !== 'granted') return;
  const options = { body: text, icon: '/icon-192.png', tag: 'visage' };
  // Phones show only those of a service worker.
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) return worker.showNotification(strings.name, options);
  const shown = new Notification(strings.name, options);
  shown.onclick = () => window.focus();
}

const permission = (): NotificationPermission =>
  'Notification' in globalThis && isSecureContext ? Notification.permission : 'denied';

const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether notifications are allowed, and how to ask; only ever by a button, because browsers want it so. */
export function useNotifications(): [NotificationPermission, () => Promise<void>] {
  const allowed = useSyncExternalStore(subscribe, permission, (): NotificationPermission => 'denied');
  const ask = async () => {
    await Notification.requestPermission();
    for (const listener of listeners) listener();
  };
  return [allowed, ask];
}
