import { LANGUAGES, type Language, strings, tagOf } from '@/lib/strings';

interface Props {
  language: Language;
  onChange: (language: Language) => void;
}

export function LanguageSelect({ language, onChange }: Props) {
  return (
    <select
      aria-label={strings.language}
      value={language}
      onChange={({ target }) => onChange(target.value as Language)}
      className="min-h-10 max-w-28 rounded-full bg-transparent px-2 text-sm [field-sizing:content] text-soft hover:bg-wash hover:text-ink [&>option]:bg-card [&>option]:text-ink"
    >
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code} lang={tagOf(code as Language)}>
          {name}
        </option>
      ))}
    </select>
  );
}
