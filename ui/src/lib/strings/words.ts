/** What every dictionary needs of its language: plurals, numbers and lists, all by Intl. */

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

export function wordsOf(language: string): Words {
  const rules = new Intl.PluralRules(language);
  const lists = (type: 'conjunction' | 'disjunction') => new Intl.ListFormat(language, { type });
  const [either, all] = [lists('disjunction'), lists('conjunction')];
  const formats = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits = 0) => {
    const format =
      formats.get(digits) ??
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
    return format.format(value);
  };
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return {
    plural: (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('#', number(count)),
    number,
    percent: (fraction) => percent.format(fraction),
    either: (items) => either.format(items),
    all: (items) => all.format(items),
  };
}
