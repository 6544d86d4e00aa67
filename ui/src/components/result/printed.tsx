import type { Side } from '../stage/panes';

interface Props {
  before: Side;
  after: Side;
  /** What it is: the file, and that it was restored by AI. */
  caption: string;
}

/** On paper: both pictures whole beside each other, which no divider can show there. */
export function Printed({ before, after, caption }: Props) {
  return (
    <figure className="hidden print:block">
      <div className="grid grid-cols-2 gap-2">
        {[before, after].map(({ url, label }) => (
          <div key={label}>
            <img src={url} alt={label} className="max-h-[60vh] w-full object-contain" />
            <p className="mt-1 text-center text-sm">{label}</p>
          </div>
        ))}
      </div>
      <figcaption className="mt-2 text-sm text-soft">{caption}</figcaption>
    </figure>
  );
}
