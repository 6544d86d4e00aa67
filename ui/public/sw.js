// The service worker: keeps the page itself, so that it opens without a network, and takes photos that are shared with
// it. It never keeps a picture: not in its cache, and shared photos only in memory, until the page asks for them.
const CACHE = 'visage';
/** What the page is made of. Requests have a destination; those of the API have none. */
const KEPT = ['script', 'style', 'font', 'manifest'];

let shared = [];

const isHashed = (url) => url.pathname.startsWith('/_next/static/');

/** The page, with what its HTML asks for. */
async function install() {
  const cache = await caches.open(CACHE);
  const response = await fetch('/', { cache: 'reload' });
  if (!response.ok) return;
  const html = await response.clone().text();
  const assets = [...html.matchAll(/"(\/[^"\\]+\.(?:js|css|woff2|webmanifest))"/g)].map(([, path]) => path);
  await cache.put('/', response);
  await cache.addAll([...new Set(assets)]);
}

/** From the network, else as it was last. A page that has changed takes the place of all that the old one was made of. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) {
      const before = await cache.match('/');
      if (before?.headers.get('etag') !== response.headers.get('etag')) {
        for (const each of await cache.keys()) await cache.delete(each);
      }
      await cache.put('/', response.clone());
    }
    return response;
  } catch (error) {
    const kept = await cache.match('/');
    if (kept === undefined) throw error;
    return kept;
  }
}

/** Names with a hash never change their content. */
async function part(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined && isHashed(new URL(request.url))) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    if (kept === undefined) throw error;
    return kept;
  }
}

async function take(request) {
  shared = (await request.formData()).getAll('photos').filter((each) => each instanceof File);
  return Response.redirect('/?shared', 303);
}

addEventListener('install', (event) => event.waitUntil(install().then(() => skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === 'POST' && url.pathname === '/share') return event.respondWith(take(request));
  if (request.method !== 'GET' || url.pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate' && url.pathname === '/') return event.respondWith(page(request));
  if (KEPT.includes(request.destination)) event.respondWith(part(request));
});
/** A notification that the work has ended: back to the page. */
addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(clients.matchAll({ type: 'window' }).then(([page]) => page?.focus()));
});
addEventListener('message', (event) => {
  if (event.data !== 'shared' || event.ports[0] === undefined) return;
  event.ports[0].postMessage(shared);
  shared = [];
});
