'use client';
/** The language: the one that was chosen, else the first of the browser's that the page has. */
import { useCallback, useEffect, useRef, useState } from 'react';
import {
  language as current,
  directionOf,
  isLanguage,
  type Language,
  setDictionary,
  strings,
  type Translation,
  tagOf,
} from '@/lib/strings';
import { en } from '@/lib/strings/en';

const KEY = 'visage.language';

const LOADERS: Record<Language, () => Promise<Translation>> = {
  en: async () => en,
  de: () => import('@/lib/strings/de').then((module) => module.de),
  es: () => import('@/lib/strings/es').then((module) => module.es),
  fr: () => import('@/lib/strings/fr').then((module) => module.fr),
  pt: () => import('@/lib/strings/pt').then((module) => module.pt),
  zh: () => import('@/lib/strings/zh').then((module) => module.zh),
  ja: () => import('@/lib/strings/ja').then((module) => module.ja),
  ar: () => import('@/lib/strings/ar').then((module) => module.ar),
};

function preferred(): Language {
  try {
    const stored = localStorage.getItem(KEY);
    if (isLanguage(stored)) return stored;
  } catch {
    // Storage is blocked: the browser's languages decide.
  }
  const wanted = navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]);
  return wanted.find(isLanguage) ?? 'en';
}

/** Next.js hydrates the head by itself, later on a slow machine, and then the title is English again. */
function keepTitle(): () => void {
  const observer = new MutationObserver(() => {
    if (document.title === en.title && strings.title !== en.title) document.title = strings.title;
  });
  observer.observe(document.head, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}

/** Renders the caller again when the language has changed; a dictionary that cannot be loaded leaves what is there. */
export function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>('en');
  const latest = useRef<Language>('en');
  const change = useCallback(async (next: Language) => {
    latest.current = next;
    const dictionary = await LOADERS[next]().catch(() => null);
    if (latest.current !== next) return;
    const root = document.documentElement;
    delete root.dataset.translating;
    if (dictionary !== null) {
      setDictionary(next, dictionary);
      document.title = dictionary.title;
      setLanguage(next);
    }
    root.lang = tagOf(current);
    root.dir = directionOf(current);
  }, []);
  useEffect(() => void change(preferred()), [change]);
  useEffect(keepTitle, []);
  const choose = useCallback(
    (next: Language) => {
      try {
        localStorage.setItem(KEY, next);
      } catch {
        // Storage is blocked, so the choice lasts until the page is closed.
      }
      void change(next);
    },
    [change],
  );
  return [language, choose];
}
