import { afterEach, expect, test } from 'vitest';
import type { NoteInfo } from './api/schema';
import { shownNotes } from './notes';
import { setDictionary } from './strings';
import { de } from './strings/de';
import { en } from './strings/en';

afterEach(() => setDictionary('en', en));

const note = (code: string, values: NoteInfo['values'] = {}): NoteInfo => ({
  code: code as NoteInfo['code'],
  text: `The service on ${code}.`,
  values,
});

test('a note is said in the language of the page, with its values', () => {
  setDictionary('de', de);
  const { notes } = shownNotes([
    note('bystanders', { count: 2 }),
    note('smaller_factor', { factor: 1, wanted: 2, max_megapixels: 64 }),
    note('restored_less', { face: 3, strength: 0.25, similarity: 0.4 }),
  ]);
  expect(notes.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^2 Gesichter im Hintergrund/),
    '1× statt 2× vergrößert: Ergebnisse haben höchstens 64 Megapixel.',
    'Gesicht 3 wurde nur zu 25\u00a0% restauriert, damit es dieselbe Person bleibt (Identität 0,40).',
  ]);
  expect(notes.some(({ english }) => english)).toBe(false);
});

test('what the page does not know is the sentence of the service', () => {
  expect(shownNotes([note('of_the_next_version')]).notes).toEqual([
    { text: 'The service on of_the_next_version.', english: true },
  ]);
});

test('what the verdict says is not said twice, and only what misleads is serious', () => {
  expect(shownNotes([note('changed_too_much', { face: 1, similarity: 0.2 })]).notes).toEqual([]);
  expect(shownNotes([note('more_pages', { count: 3 })]).serious).toBe(false);
  expect(shownNotes([note('no_facial_prior')]).serious).toBe(true);
});
