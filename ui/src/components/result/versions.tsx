import { strings } from '@/lib/strings';

export interface Version {
  id: number;
  url: string;
  label: string;
}

interface Props {
  versions: readonly Version[];
  /** null: the original. */
  chosen: number | null;
  onChoose: (id: number | null) => void;
}

/** What the result is compared with: the original, or another result of the same photo. */
export function Versions({ versions, chosen, onChoose }: Props) {
  const text = strings.stage;
  return (
    <label className="flex flex-col gap-1.5 text-sm print:hidden">
      <span className="font-medium">{text.against}</span>
      <select
        value={chosen ?? ''}
        onChange={({ target }) => onChoose(target.value === '' ? null : Number(target.value))}
        className="min-h-10 rounded-xl border border-edge/60 bg-card px-3"
      >
        <option value="">{text.before}</option>
        {versions.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
