/** The image formats that the service reads and writes (api/constants.ts), in the forms that the page needs. */
import { INPUT_FORMATS, OUTPUT_FORMATS } from './api/constants';
import type { OutputFormatName } from './api/schema';

type Named<T extends { readonly name: string }> = { [Item in T as Item['name']]: Item };

const byName = <T extends { readonly name: string }>(items: readonly T[]) =>
  Object.fromEntries(items.map((item) => [item.name, item])) as Named<T>;

/** Every output format by its name. Does not compile if schema.ts has a name that constants.ts lacks. */
export const OUTPUT = byName(OUTPUT_FORMATS) satisfies Record<OutputFormatName, object>;

/** The formats that browsers show, by their names. */
export const SHOWN: ReadonlySet<string> = new Set(
  INPUT_FORMATS.filter(({ shownByBrowsers }) => shownByBrowsers).map(({ name }) => name),
);

/** For the `accept` attribute of a file input: `image/jpeg,.jpg,.jpeg,image/png,.png`. */
export const ACCEPT = INPUT_FORMATS.flatMap(({ mediaType, extensions }) => [
  mediaType,
  ...extensions.map((extension) => `.${extension}`),
]).join(',');

interface Signature {
  title: string;
  /** null stands for any byte. */
  bytes: readonly (number | null)[];
  /** Browsers show it, so the page need not ask the service for a preview. */
  shown?: boolean;
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const READABLE: readonly Signature[] = INPUT_FORMATS.flatMap(({ title, signatures, shownByBrowsers: shown }) =>
  signatures.map((bytes) => ({ title, bytes, shown })),
);

/** Formats that people bring and that the service does not read, so that the page can name them. */
const KNOWN: readonly Signature[] = [
  { title: 'PDF', bytes: ascii('%PDF') },
  { title: 'SVG', bytes: ascii('<svg') },
  { title: 'SVG', bytes: ascii('<?xml') },
  { title: 'ZIP', bytes: [0x50, 0x4b, 3, 4] },
  { title: 'Photoshop', bytes: ascii('8BPS') },
  { title: 'MP4', bytes: [null, null, null, null, ...ascii('ftyp')] },
];

const START = 16;

/** Whether the service reads a file with these first bytes, and browsers show it; `title`: what it is, if known. */
export async function sniff(file: Blob): Promise<{ readable: boolean; title: string | null; shown: boolean }> {
  const start = new Uint8Array(await file.slice(0, START).arrayBuffer());
  const matches = ({ bytes }: Signature) =>
    bytes.every((byte, index) => index < start.length && (byte ?? start[index]) === start[index]);
  const readable = READABLE.find(matches);
  if (readable !== undefined) return { readable: true, title: readable.title, shown: readable.shown ?? true };
  return { readable: false, title: KNOWN.find(matches)?.title ?? null, shown: false };
}
