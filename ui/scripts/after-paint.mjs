// Lets the scripts of the exported pages wait for the first paint: they would take the slow line away from the font and
// the picture that are in it, and the processor from painting them. What is dropped before they run is kept by theme.js.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const out = fileURLToPath(new URL('../out/', import.meta.url));
const TAG = /<script src="([^"]+)"(?: id="[^"]*")? async=""><\/script>/g;
const PRELOAD = /<link rel="preload" as="script"[^>]*\/>/g;

/** Runs in the page. Windows that are not seen are not painted; one may also be hidden before it was. */
function afterPaint(sources) {
  let loads = false;
  const load = () => {
    if (loads) return;
    loads = true;
    for (const source of sources) {
      const script = document.createElement('script');
      script.src = source;
      document.head.append(script);
    }
  };
  if (document.hidden) load();
  else requestAnimationFrame(() => setTimeout(load));
  setTimeout(load, 3000);
}

for (const name of readdirSync(out).filter((each) => each.endsWith('.html'))) {
  const html = readFileSync(out + name, 'utf8');
  const sources = [...new Set([...html.matchAll(TAG)].map(([, source]) => source))];
  if (sources.length === 0) throw new Error(`${name} has no scripts; does Next.js write their tags in another way?`);
  const call = `<script>(${afterPaint})(${JSON.stringify(sources)})</script></body>`;
  writeFileSync(
    out + name,
    html
      .replaceAll(TAG, '')
      .replaceAll(PRELOAD, '')
      .replace('</body>', () => call),
  );
}
