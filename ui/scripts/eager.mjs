// Marks the modules of the exported scripts as called at once, by parentheses. Chromium then compiles them while they come
// in, on another thread; otherwise it would skip them there and compile them when they are called, before the page works.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const chunks = fileURLToPath(new URL('../out/_next/static/chunks/', import.meta.url));

/** Where the functions begin and end in `TURBOPACK.push([id, module, …])`. */
function modulesIn(source) {
  return source.statements
    .map(({ expression }) => expression)
    .filter((call) => call !== undefined && ts.isCallExpression(call) && /TURBOPACK/.test(call.expression.getText()))
    .flatMap((call) => call.arguments.filter(ts.isArrayLiteralExpression))
    .flatMap(({ elements }) => elements.filter((each) => ts.isArrowFunction(each) || ts.isFunctionExpression(each)))
    .map((module) => [module.getStart(), module.end]);
}

let count = 0;
for (const name of readdirSync(chunks).filter((each) => each.endsWith('.js'))) {
  const text = readFileSync(chunks + name, 'utf8');
  let [marked, at] = ['', 0];
  for (const [start, end] of modulesIn(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true))) {
    marked += `${text.slice(at, start)}(${text.slice(start, end)})`;
    at = end;
    count += 1;
  }
  if (at > 0) writeFileSync(chunks + name, marked + text.slice(at));
}
if (count === 0) throw new Error('no module was found; does Next.js write its scripts in another way?');
console.log(`Compiled as they come in: ${count} modules`);
