/** Opens a film that the visitor chose, and takes pictures out of it. */
import { drawn } from './canvas';
import type { FilmSource } from './film';

/** For the `accept` attribute of a file input. */
export const FILM_ACCEPT = 'video/*,.mp4,.m4v,.mov,.mkv,.webm,.avi';

const OPENING_MS = 8000;
/** As large as a poster has to be for its faces to be found. */
const POSTER_SIDE = 1280;

/** Whether the bytes at the start of a file are those of a film, once it is known that they are no photo's. */
export async function isFilm(file: Blob): Promise<boolean> {
  const text = await file.slice(0, 12).arrayBuffer();
  const start = String.fromCharCode(...new Uint8Array(text));
  return (
    ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(start.slice(4, 8)) ||
    start.startsWith('\x1a\x45\xdf\xa3') || // Matroska and WebM
    (start.startsWith('RIFF') && start.slice(8) === 'AVI ')
  );
}

/** Never fails: what a browser cannot play the service may read all the same. The caller revokes `url`. */
export async function openFilm(file: File): Promise<FilmSource> {
  const url = URL.createObjectURL(file);
  const video = await playable(url);
  if (video === null) return { file, url, shown: null };
  const { videoWidth: width, videoHeight: height, duration: seconds } = video;
  close(video);
  return { file, url, shown: width > 0 && Number.isFinite(seconds) ? { width, height, seconds } : null };
}

/** A picture of the film at a share of its length, as JPEG; null where the browser cannot. */
export async function pictureAt({ url, shown }: FilmSource, share: number): Promise<Blob | null> {
  const video = shown === null ? null : await playable(url);
  if (video === null || shown === null) return null;
  try {
    video.currentTime = share * shown.seconds;
    if (!(await event(video, 'seeked'))) return null;
    const scale = Math.min(1, POSTER_SIDE / Math.max(shown.width, shown.height));
    const [width, height] = [Math.round(shown.width * scale), Math.round(shown.height * scale)];
    return await drawn(video, width, height, 'image/jpeg', 0.9);
  } finally {
    close(video);
  }
}

async function playable(url: string): Promise<HTMLVideoElement | null> {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  const loaded = event(video, 'loadeddata');
  video.src = url;
  if (await loaded) return video;
  close(video);
  return null;
}

/** Frees the decoder. */
function close(video: HTMLVideoElement): void {
  video.removeAttribute('src');
  video.load();
}

/** Whether it came before an error, and in time. */
function event(video: HTMLVideoElement, name: 'loadeddata' | 'seeked'): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), OPENING_MS);
    const end = (came: boolean) => {
      clearTimeout(timer);
      resolve(came);
    };
    video.addEventListener(name, () => end(true), { once: true });
    video.addEventListener('error', () => end(false), { once: true });
  });
}
