/**
 * The text of the page in the language that is chosen.
 *
 * `strings` is a live binding: whoever reads it while rendering gets the current language, and hooks/use-language
 * renders the page again when it changes. So no component may read it when its module loads.
 */
import { en } from './en';
import { localeOf, type Words, wordsOf } from './words';

export type Strings = typeof en;

type Stages = Strings['progress']['stages'];

/** Another language: every text but those of stages that are new to it, which are then in English. */
export type Translation = Omit<Strings, 'progress'> & {
  progress: Omit<Strings['progress'], 'stages'> & { stages: Partial<Stages> };
};

/** Every language by its own name. English comes with the page, the others when they are chosen. */
export const LANGUAGES = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  pt: 'Português',
  zh: '简体中文',
  ja: '日本語',
  ar: 'العربية',
} as const;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && Object.hasOwn(LANGUAGES, value);

/** For the attribute `lang`. */
export const tagOf = (language: Language): string => (language === 'zh' ? 'zh-Hans' : language);

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

export let language: Language = 'en';
/** For Intl. */
export let locale = localeOf('en');
export let strings: Strings = en;
export let words: Words = wordsOf('en');

/** Used by every reader of `strings` from now on. */
export function setDictionary(chosen: Language, dictionary: Translation): void {
  const stages = { ...en.progress.stages, ...dictionary.progress.stages };
  language = chosen;
  locale = localeOf(chosen);
  strings = { ...dictionary, progress: { ...dictionary.progress, stages } };
  words = wordsOf(chosen);
}
