/**
 * The text of the page in the language that is chosen.
 *
 * `strings` is a live binding: whoever reads it while rendering gets the current language, and hooks/use-language
 * renders the page again when it changes. So no component may read it when its module loads.
 */
import { en } from './en';
import { type Words, wordsOf } from './words';

export type Strings = typeof en;

/** Every language by its own name. English comes with the page, the others when they are chosen. */
export const LANGUAGES = {
  en: 'English',
} as const;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && Object.hasOwn(LANGUAGES, value);

export const directionOf = (language: Language): 'ltr' | 'rtl' => ((language as string) === 'ar' ? 'rtl' : 'ltr');

export let language: Language = 'en';
export let strings: Strings = en;
export let words: Words = wordsOf('en');

/** Used by every reader of `strings` from now on. */
export function setDictionary(chosen: Language, dictionary: Strings): void {
  language = chosen;
  strings = dictionary;
  words = wordsOf(chosen);
}
