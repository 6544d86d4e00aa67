'use client';
/** The language: the one that was chosen, else the first of the browser's that the page has. */
import { useCallback, useEffect, useState } from 'react';
import { directionOf, isLanguage, type Language, type Strings, setDictionary } from '@/lib/strings';
import { en } from '@/lib/strings/en';

const KEY = 'visage.language';

const LOADERS: Record<Language, () => Promise<Strings>> = {
  en: async () => en,
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

/** Renders the caller again when the language has changed; a dictionary that cannot be loaded leaves what is there. */
export function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>('en');
  const change = useCallback(async (next: Language) => {
    const dictionary = await LOADERS[next]().catch(() => null);
    delete document.documentElement.dataset.translating;
    if (dictionary === null) return;
    setDictionary(next, dictionary);
    document.documentElement.lang = next;
    document.documentElement.dir = directionOf(next);
    document.title = dictionary.title;
    setLanguage(next);
  }, []);
  useEffect(() => void change(preferred()), [change]);
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
