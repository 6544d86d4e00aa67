import type { NoteInfo } from '@/lib/api/schema';
import { shownNotes } from '@/lib/notes';
import { strings } from '@/lib/strings';
import { Note } from '../ui/note';

/** What the service says of the result. */
export function Notes({ notes }: { notes: readonly NoteInfo[] }) {
  const { notes: told, serious } = shownNotes(notes);
  if (told.length === 0) return null;
  const [variant, title] = serious
    ? (['warning', strings.result.warning] as const)
    : (['info', strings.notes.title] as const);
  return (
    <Note variant={variant} role={serious ? 'alert' : 'note'} title={title}>
      <ul className="flex flex-col gap-1" data-testid="notes">
        {told.map(({ text, english }) => (
          <li key={text} {...(english ? { lang: 'en', dir: 'ltr' } : {})}>
            {text}
          </li>
        ))}
      </ul>
    </Note>
  );
}
