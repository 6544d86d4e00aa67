/** A result that this browser can show, whatever the file is in: most show neither TIFF nor JPEG XL. */
import type { EnhanceResponse } from './api/schema';
import { openComposer } from './composer';
import type { Photo } from './photo';
import { closeResult, openResult, pngOf, type Result } from './result';
import { answeredStrengths } from './strengths';
import { comparisonThumbnail } from './thumbnails';

/** The result of `photo`, with the thumbnail that lists show. */
export async function openShown(response: EnhanceResponse, photo: Photo): Promise<Result> {
  const answered = openResult(response);
  const shown = (await isShown(answered.blob)) ? answered : await fromLayers(answered, response);
  // Where the browser cannot decode it after all, the file is there to be saved.
  const thumbnail = await comparisonThumbnail(photo, shown).catch(() => null);
  return { ...shown, thumbnail };
}

/** The same picture from its layers, which are PNG. */
async function fromLayers(answered: Result, { data }: EnhanceResponse): Promise<Result> {
  if (!data.layers) return answered;
  closeResult(answered);
  const composer = await openComposer(
    answered.layers ?? { background: pngOf(data.layers.background), faces: [] },
    data,
  );
  composer.draw(answeredStrengths(answered));
  const shown = await composer.encoded();
  return { ...answered, shown, url: URL.createObjectURL(shown) };
}

async function isShown(blob: Blob): Promise<boolean> {
  if (blob.type === 'image/png' || blob.type === 'image/jpeg') return true;
  return createImageBitmap(blob).then(
    (bitmap) => {
      bitmap.close();
      return true;
    },
    () => false,
  );
}
