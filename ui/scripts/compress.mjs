// Leaves the brotli form of what the export never changes beside it. The page's server has no encoder of its own.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const out = fileURLToPath(new URL('../out/', import.meta.url));
const MIN_BYTES = 512;

let [before, after] = [0, 0];
for (const name of readdirSync(out, { recursive: true })) {
  if (!/\.(js|css|svg|webmanifest)$/.test(name) || !statSync(out + name).isFile()) continue;
  const content = readFileSync(out + name);
  if (content.length < MIN_BYTES) continue;
  const packed = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
  writeFileSync(`${out}${name}.br`, packed);
  before += content.length;
  after += packed.length;
}
console.log(`Brotli: ${(before / 1000).toFixed(0)} kB of text in ${(after / 1000).toFixed(0)} kB`);
