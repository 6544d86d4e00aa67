'use client';
/** The film of this tab: its requests, its object URLs, and the id of its job in the address. */
import { useEffect, useEffectEvent, useRef } from 'react';
import { type Film, type FilmAction, type FilmChoices, hashOf, isBusy, jobIn, jobOf } from '@/lib/film';
import { openFilm } from '@/lib/film-file';
import { cancelFilm, fetchFilm, followFilm, sendFilm } from '@/lib/film-requests';
import { sessionStore } from '@/lib/session-store';

const dispatch = (action: FilmAction) => sessionStore.dispatch({ type: 'film', action });

export interface FilmActions {
  start: (options: FilmChoices) => void;
  cancel: () => void;
  /** Back to the options; the file is still here. */
  back: () => void;
  /** Takes this file as the original to compare with; false, and nothing is done, where it is `accepts` not. */
  compare: (file: File, accepts: (opened: Film['source']) => boolean) => Promise<boolean>;
  /** Asks for the same job once more, with the API key that was entered. */
  ask: () => void;
  close: () => void;
}

export const FILM_ACTIONS: FilmActions = {
  start: (options) => {
    const source = sessionStore.get().film?.source;
    if (source) void sendFilm(source, options, dispatch);
  },
  cancel: () => {
    const { film } = sessionStore.get();
    if (film === null) return;
    void cancelFilm(jobOf(film.state));
    dispatch(film.source === null ? { type: 'closed' } : { type: 'returned', canceled: true });
  },
  back: () => dispatch({ type: 'returned', canceled: false }),
  compare: async (file, accepts) => {
    const source = await openFilm(file);
    const fits = accepts(source);
    if (fits) dispatch({ type: 'compared', source });
    else URL.revokeObjectURL(source.url);
    return fits;
  },
  ask: () => dispatch({ type: 'asked' }),
  close: () => dispatch({ type: 'closed' }),
};

export function useFilm(film: Film | null): void {
  const state = film?.state ?? null;
  const job = state === null ? null : jobOf(state);
  useAddress(job, film);

  const following = state?.name === 'following' ? state.job : null;
  useEffect(() => {
    if (following === null) return;
    const controller = new AbortController();
    void followFilm(following, dispatch, controller.signal);
    return () => controller.abort();
  }, [following]);

  const receiving = state?.name === 'receiving' ? state.job : null;
  useEffect(() => {
    if (receiving === null) return;
    const controller = new AbortController();
    void fetchFilm(receiving, dispatch, controller.signal);
    return () => controller.abort();
  }, [receiving]);

  useRevoked(film?.source?.url ?? null);
  useRevoked(state?.name === 'done' ? state.result.url : null);
}

/**
 * The address leads back to the job for as long as the film is in this tab, wherever Back and Forward have gone; and who
 * follows an address to another job gets that.
 */
function useAddress(job: string | null, film: Film | null): void {
  const isOpen = film !== null;
  const wasOpen = useRef(false);
  const read = useEffectEvent(() => {
    const found = jobIn(location.hash);
    if (found !== null && found !== job && (film === null || !isBusy(film))) dispatch({ type: 'found', job: found });
    else if (isOpen) write(job);
  });
  useEffect(() => {
    read();
    addEventListener('popstate', read);
    return () => removeEventListener('popstate', read);
  }, []);
  useEffect(() => {
    if (isOpen || wasOpen.current) write(job);
    wasOpen.current = isOpen;
  }, [job, isOpen]);
}

function write(job: string | null): void {
  const hash = hashOf(job);
  if (location.hash !== hash) history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`);
}

/** Frees what an object URL stands for once it is no longer the one in use. */
function useRevoked(url: string | null): void {
  useEffect(() => {
    if (url !== null) return () => URL.revokeObjectURL(url);
  }, [url]);
}
