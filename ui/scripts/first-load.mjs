// Prints the gzipped size of the JavaScript that the exported page loads first. Fails if it exceeds the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 200;
const out = new URL('../out/', import.meta.url);
const html = readFileSync(new URL('index.html', out), 'utf8');
// `nomodule` scripts are only for old browsers; current browsers never load them.
const scripts = [...html.matchAll(/<script\b([^>]*)>/g)]
  .map(([, attributes]) => attributes)
  .filter((attributes) => !/\bnomodule\b/i.test(attributes))
  .map((attributes) => /\bsrc="([^"]+)"/.exec(attributes)?.[1])
  .filter((source) => source !== undefined);

let total = 0;
for (const source of new Set(scripts)) {
  const path = source.replace(/^\//, '').replace(/\?.*$/, '');
  total += gzipSync(readFileSync(new URL(path, out)), { level: 9 }).length;
}
const kb = total / 1000;
console.log(
  `First load: ${kb.toFixed(1)} kB of JavaScript, gzip, in ${new Set(scripts).size} files (budget ${BUDGET_KB} kB)`,
);
if (kb >= BUDGET_KB) process.exit(1);
