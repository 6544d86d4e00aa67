/** Draws pictures with a canvas: thumbnails, other sizes and other formats. */

const THUMBNAIL_SIDE = 144;

export function canvasOf(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  return [canvas, context];
}

export const encoded = (canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`${type} encoding failed`))), type, quality),
  );

/** The picture at another size, encoded as `type`. */
export async function drawn(
  image: CanvasImageSource,
  width: number,
  height: number,
  type: string,
  quality?: number,
): Promise<Blob> {
  const [canvas, context] = canvasOf(width, height);
  context.drawImage(image, 0, 0, width, height);
  return encoded(canvas, type, quality);
}

/** The picture as a file. JPEG has no transparency, so that it is on white there. */
export async function encodedPicture(
  image: CanvasImageSource,
  { width, height }: { width: number; height: number },
  { format, quality }: { format: 'png' | 'jpeg'; quality: number },
): Promise<Blob> {
  const [canvas, context] = canvasOf(width, height);
  if (format === 'jpeg') {
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
  }
  context.drawImage(image, 0, 0);
  return encoded(canvas, `image/${format}`, quality);
}

/** The object URL of the middle of a picture as a small square. The caller revokes it. */
export async function thumbnailOf(image: CanvasImageSource, width: number, height: number): Promise<string> {
  const side = Math.min(width, height);
  const size = Math.min(side, THUMBNAIL_SIDE);
  const [canvas, context] = canvasOf(size, size);
  context.drawImage(image, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size, size);
  return URL.createObjectURL(await encoded(canvas, 'image/webp', 0.8));
}
