/** The image formats that the service reads and writes (api/constants.ts), in the forms that the page needs. */
import { INPUT_FORMATS, OUTPUT_FORMATS } from './api/constants';
import type { OutputFormatName } from './api/schema';

type Named<T extends { readonly name: string }> = { [Item in T as Item['name']]: Item };

const byName = <T extends { readonly name: string }>(items: readonly T[]) =>
  Object.fromEntries(items.map((item) => [item.name, item])) as Named<T>;

/** Every output format by its name. Does not compile if schema.ts has a name that constants.ts lacks. */
export const OUTPUT = byName(OUTPUT_FORMATS) satisfies Record<OutputFormatName, object>;

/** For the `accept` attribute of a file input: `image/jpeg,.jpg,.jpeg,image/png,.png`. */
export const ACCEPT = INPUT_FORMATS.flatMap(({ mediaType, extensions }) => [
  mediaType,
  ...extensions.map((extension) => `.${extension}`),
]).join(',');

// null stands for any byte.
const SIGNATURES: readonly (readonly (number | null)[])[] = INPUT_FORMATS.flatMap(({ signatures }) => [...signatures]);
const LONGEST_SIGNATURE = Math.max(...SIGNATURES.map(({ length }) => length));

/** Whether the first bytes of the file are those of an input format. */
export async function isReadable(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, LONGEST_SIGNATURE).arrayBuffer());
  return SIGNATURES.some((signature) =>
    signature.every((byte, index) => index < start.length && (byte ?? start[index]) === start[index]),
  );
}
