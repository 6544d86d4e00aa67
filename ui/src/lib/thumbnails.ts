/** Small pictures of a face before and after, for lists. */
import { canvasOf, encoded } from './canvas';
import { mainFace, shownFaces } from './faces';
import type { Photo } from './photo';
import type { Result } from './result';

const SIDE = 96;
const MARGIN = 1.8;
/** Decoding a larger result for a thumbnail would hold up those who scroll. */
const MAX_PIXELS = 16_777_216;

/** The square that is shown, in pixels of the result: around the largest face, else the middle of the picture. */
export function squareOf(
  { width, height }: { width: number; height: number },
  box: readonly [number, number, number, number] | null,
): { x: number; y: number; side: number } {
  const [left, top, right, bottom] = box ?? [0, 0, width, height];
  const wanted = box === null ? Math.min(width, height) : MARGIN * Math.max(right - left, bottom - top);
  const side = Math.min(width, height, wanted);
  const start = (middle: number, length: number) => Math.min(length - side, Math.max(0, middle - side / 2));
  return { x: start((left + right) / 2, width), y: start((top + bottom) / 2, height), side };
}

/** The object URL of both squares side by side; null for a large result. Whoever drops the result revokes it. */
export async function comparisonThumbnail(photo: Photo, { data, shown }: Result): Promise<string | null> {
  const { width, height } = data;
  if (width * height > MAX_PIXELS) return null;
  const { x, y, side } = squareOf(data, mainFace(shownFaces(data, photo.width))?.box ?? null);
  const before = new Image();
  before.src = photo.url;
  const [after] = await Promise.all([createImageBitmap(shown), before.decode()]);
  const [canvas, context] = canvasOf(2 * SIDE, SIDE);
  const scale = before.naturalWidth / width;
  context.drawImage(before, x * scale, y * scale, side * scale, side * scale, 0, 0, SIDE, SIDE);
  context.drawImage(after, x, y, side, side, SIDE, 0, SIDE, SIDE);
  after.close();
  return URL.createObjectURL(await encoded(canvas, 'image/webp', 0.8));
}
