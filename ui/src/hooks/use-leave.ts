'use client';
/** Leaving the page: a question while something would be lost, and Back as the previous state. */
import { useEffect, useEffectEvent } from 'react';
import type { Shown } from '@/lib/session';

/** The browser asks before the page is left, only while `atStake`. */
export function useLeaveQuestion(atStake: boolean): void {
  useEffect(() => {
    if (!atStake) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [atStake]);
}

/** Every change of what is shown is a step in the browser's history. */
export function useShownHistory(shown: Shown, onShow: (shown: Shown) => void): void {
  const show = useEffectEvent(onShow);
  const isShown = useEffectEvent((other: Shown) => other === shown);
  useEffect(() => {
    if (history.state?.shown === undefined) history.replaceState({ ...history.state, shown: 'home' }, '');
    const back = ({ state }: PopStateEvent) => {
      const other: Shown = state?.shown ?? 'home';
      if (!isShown(other)) show(other);
    };
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  useEffect(() => {
    if (history.state?.shown !== shown) history.pushState({ shown }, '');
  }, [shown]);
}
