import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { INPUT_FORMATS, OUTPUT_FORMATS } from '../api/constants';
import { LANGUAGES, type Translation } from '.';
import { ar } from './ar';
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import { ja } from './ja';
import { pt } from './pt';
import { zh } from './zh';

const DICTIONARIES: Record<keyof typeof LANGUAGES, Translation> = { en, de, es, fr, pt, zh, ja, ar };
const OTHERS = Object.entries(DICTIONARIES).filter(([code]) => code !== 'en');

type Entry = string | ((...values: unknown[]) => string);

/** Every text by its path. */
function entries(value: unknown, path = ''): Map<string, Entry> {
  if (typeof value === 'string' || typeof value === 'function') return new Map([[path, value as Entry]]);
  return new Map(Object.entries(value as object).flatMap(([key, each]) => [...entries(each, `${path}.${key}`)]));
}

/** Too small for a separator, and of no plural form that leaves the number out. */
const VALUES = [41, 42, 43];
const said = (entry: Entry): string => (typeof entry === 'string' ? entry : entry(...VALUES));
const placeholders = (text: string): number[] => VALUES.filter((value) => text.includes(String(value)));

/** The same in another language: names, signs, keys, and words that are the same there. */
const SHARED = /^\.(name|docs|tray\.open|options\.factor\.times|metrics\.\w+\.name|keys\.list\.\d+\.0)$/;
const SAME_WORDS = new Set([
  'Format',
  'Original',
  'Options',
  'Zoom',
  'Service',
  'Central',
  'Version 41: 42',
  'Code 41',
  'Dimensions',
  '41 photos',
  '41 / 42',
]);

describe.each(OTHERS)('%s', (_, dictionary) => {
  const english = entries(en);
  const own = entries(dictionary);

  test('has every text, with the same values in it', () => {
    const isNewStage = (path: string) => path.startsWith('.progress.stages.') && !own.has(path);
    expect([...own.keys()].sort()).toEqual([...english.keys()].filter((path) => !isNewStage(path)).sort());
    for (const [path, entry] of own) {
      expect([path, placeholders(said(entry))]).toEqual([path, placeholders(said(english.get(path) as Entry))]);
    }
  });

  test('says everything in its own words', () => {
    for (const [path, entry] of own) {
      const text = said(entry);
      if (SHARED.test(path) || SAME_WORDS.has(text)) continue;
      expect(text, path).not.toBe(said(english.get(path) as Entry));
    }
  });

  test('has a form for every number', () => {
    for (const [path, entry] of own) {
      if (typeof entry === 'string') continue;
      for (const count of [0, 1, 2, 3, 7, 11, 26, 100, 102]) {
        expect(entry(count, count + 1, count + 2), path).not.toMatch(/#|undefined|NaN|^$/);
      }
    }
  });

  test('names every format', () => {
    for (const { title } of INPUT_FORMATS) {
      for (const sentence of [
        dictionary.empty.rules('10 MB'),
        dictionary.problems.type,
        dictionary.failure.kinds.type.advice,
      ])
        expect(sentence).toContain(title);
    }
    for (const { title } of OUTPUT_FORMATS) expect(dictionary.options.format.help).toContain(title);
  });
});

test('English names every format', () => {
  for (const { title } of INPUT_FORMATS) {
    expect(en.empty.rules('10 MB')).toContain(title);
    expect(en.problems.knownType('GIF')).toContain(title);
  }
  for (const { title } of OUTPUT_FORMATS) expect(en.options.format.help).toContain(title);
});

test('the script before the first paint knows the same languages', () => {
  const script = readFileSync(join(import.meta.dirname, '../../../public/theme.js'), 'utf8');
  const list = /languages = \[(.*)\]/.exec(script)?.[1]?.replaceAll(/[' ]/g, '').split(',');
  expect(list).toEqual(Object.keys(LANGUAGES));
});

test('no component has words of its own', () => {
  const components = join(import.meta.dirname, '../../components');
  const files = readdirSync(components, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.tsx') && !name.includes('.test.'),
  );
  const found: string[] = [];
  for (const name of files) {
    const source = ts.createSourceFile(
      name,
      readFileSync(join(components, name), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node: ts.Node): void => {
      const isWord = ts.isJsxText(node) && /\p{L}{2}/u.test(node.text);
      const isSpoken =
        ts.isJsxAttribute(node) &&
        /^(aria-label|title|alt|placeholder|label)$/.test(node.name.getText()) &&
        node.initializer !== undefined &&
        ts.isStringLiteral(node.initializer) &&
        node.initializer.text !== '';
      if (isWord || isSpoken) found.push(`${name}: ${node.getText().trim()}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(files.length).toBeGreaterThan(40);
  expect(found).toEqual([]);
});
