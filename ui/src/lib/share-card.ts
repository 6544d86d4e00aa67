/** A picture to share: before and after beside each other, with a caption that says what it is. */
import { canvasOf, encoded } from './canvas';
import { directionOf, language } from './strings';
import type { Size } from './view';

const HEIGHT = 900;
const MAX_SIDE = 1200;
const CAPTION = 64;
const GAP = 6;

/** Both images whole, in the shape of the result, whose size is `size`. The words are in the page's font and direction. */
export async function shareCard(
  before: string,
  after: string,
  size: Size,
  texts: { before: string; after: string; caption: string },
): Promise<Blob> {
  const [left, right] = await Promise.all([load(before), load(after)]);
  const width = Math.min(MAX_SIDE, Math.round((size.width / size.height) * HEIGHT));
  const height = Math.round((size.height / size.width) * width);
  const [canvas, context] = canvasOf(2 * width + GAP, height + CAPTION);
  context.fillStyle = '#171513';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(left, 0, 0, width, height);
  context.drawImage(right, width + GAP, 0, width, height);
  const rtl = directionOf(language) === 'rtl';
  context.font = `22px ${getComputedStyle(document.body).fontFamily}`;
  context.direction = rtl ? 'rtl' : 'ltr';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const [text, x] of [
    [texts.before, 0],
    [texts.after, width + GAP],
  ] as const) {
    context.fillStyle = 'rgb(0 0 0 / 0.7)';
    context.fillRect(x + 12, 12, context.measureText(text).width + 24, 36);
    context.fillStyle = '#ffffff';
    context.fillText(text, x + 24, 31);
  }
  context.fillStyle = '#f2eee9';
  context.textAlign = rtl ? 'right' : 'left';
  context.fillText(texts.caption, rtl ? canvas.width - 20 : 20, height + CAPTION / 2, canvas.width - 40);
  return encoded(canvas, 'image/png');
}

async function load(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
