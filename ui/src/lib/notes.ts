/** What the service says of a photo or a result, in the language of the page. */
import type { NoteCode, NoteInfo } from './api/schema';
import { formatFigure, formatMegapixels } from './format';
import { strings, words } from './strings';

export interface ShownNote {
  text: string;
  /** The service's own English sentence: the page has none for it. */
  english: boolean;
}

/** The verdict on the same face says it already. */
const IN_THE_VERDICT: ReadonlySet<NoteCode> = new Set<NoteCode>(['changed_too_much', 'may_have_changed']);

/** Without these the result would be taken for more than it is. */
const SERIOUS: ReadonlySet<NoteCode> = new Set<NoteCode>(['no_facial_prior']);

/** `serious`: the reader has to look twice. */
export function shownNotes(notes: readonly NoteInfo[]): { notes: ShownNote[]; serious: boolean } {
  const told = notes.filter(({ code }) => !IN_THE_VERDICT.has(code));
  return {
    notes: told.map((note) => {
      const text = sentenceOf(note);
      return { text: text ?? note.text, english: text === null };
    }),
    serious: told.some(({ code }) => SERIOUS.has(code)),
  };
}

/** null: of a newer service, or of something that the page does not ask for. */
function sentenceOf({ code, values }: NoteInfo): string | null {
  const text = strings.notes;
  const number = (name: string) => Number(values[name]);
  const name = (key: string) => String(values[key]);
  switch (code) {
    case 'more_pages':
    case 'more_frames':
    case 'bystanders':
      return text[code](number('count'));
    case 'smaller_factor':
      return text[code](number('factor'), number('wanted'), formatMegapixels(1e6 * number('max_megapixels')));
    case 'no_transparency':
      return text[code](name('format'));
    case 'fewer_bits':
      return text[code](name('format'), number('bits'), number('bits_of_photo'));
    case 'faces_left_out':
      return text[code](number('kept'), number('found'));
    case 'kept_as_it_was':
      return text[code](number('face'), formatFigure(number('similarity')));
    case 'restored_less':
      return text[code](number('face'), words.percent(number('strength')), formatFigure(number('similarity')));
    case 'picture_sequence':
    case 'exif_lost':
    case 'picture_in_alpha':
    case 'no_facial_prior':
    case 'credentials_unreadable':
    case 'credentials_unsigned':
      return text[code];
    default:
      return null;
  }
}
