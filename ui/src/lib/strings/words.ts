/** What every dictionary needs of its language: plurals, numbers and lists, all by Intl. */
import { INPUT_FORMATS, OUTPUT_FORMATS } from '../api/constants';

/** The containers of films that the service reads, among others. */
export const FILM_TITLES = ['MP4', 'MOV', 'MKV', 'WebM', 'AVI'] as const;

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export interface Words {
  /** The form for `count`, in which `#` stands for the number. */
  plural: (count: number, forms: Forms) => string;
  number: (value: number, digits?: number) => string;
  /** `fraction` is 0 to 1. */
  percent: (fraction: number) => string;
  /** `JPEG, PNG or WebP` */
  either: (items: readonly string[]) => string;
  /** `JPEG, PNG and WebP` */
  all: (items: readonly string[]) => string;
}

/** The formats of the service in sentences. */
export const formatsOf = ({ either, all }: Pick<Words, 'either' | 'all'>) => {
  const read = INPUT_FORMATS.map(({ title }) => title);
  const written = (isLossless: boolean) =>
    OUTPUT_FORMATS.filter(({ lossless }) => (lossless === 'always') === isLossless).map(({ title }) => title);
  return {
    get anyOf() {
      return either(read);
    },
    get allOf() {
      return all(read);
    },
    get lossless() {
      return all(written(true));
    },
    get smaller() {
      return all(written(false));
    },
  };
};

/** Made when it is needed first: each formatter of Intl takes milliseconds, which the page does not have when it loads. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** For Intl. Dimensions, factors and codes have the digits 0 to 9, so all numbers have. */
export const localeOf = (language: string): string => `${language}-u-nu-latn`;

export function wordsOf(language: string): Words {
  const locale = localeOf(language);
  const rules = once(() => new Intl.PluralRules(locale));
  const either = once(() => new Intl.ListFormat(locale, { type: 'disjunction' }));
  const all = once(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
  const percent = once(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
  const formats = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits = 0) => {
    const format =
      formats.get(digits) ??
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
    return format.format(value);
  };
  return {
    plural: (count, forms) => (forms[rules().select(count)] ?? forms.other).replace('#', number(count)),
    number,
    percent: (fraction) => percent().format(fraction),
    either: (items) => either().format(items),
    all: (items) => all().format(items),
  };
}
