/** Draws a result with each face in its own strength, on a canvas, without the service. */
import { canvasOf, encoded } from './canvas';
import { composed, overlap, type Pixels, type StrengthOf } from './layers';
import type { LayerFile, ResultLayers } from './result';
import type { Size } from './view';

export interface Composer {
  /** The whole result as it was drawn last. */
  canvas: HTMLCanvasElement;
  draw: (strengths: StrengthOf) => void;
  /** As PNG. */
  encoded: () => Promise<Blob>;
}

/** A canvas keeps colors multiplied by alpha: what is drawn is within one of 255 of what the service answers. */
export async function openComposer(layers: ResultLayers, { width, height }: Size): Promise<Composer> {
  const [canvas, context] = canvasOf(width, height);
  await paint(context, layers.background);
  const faces = await Promise.all(
    layers.faces.map(async (face) => ({
      index: face.index,
      patch: await patchOf(face),
      behind: { ...placeOf(face), data: context.getImageData(face.left, face.top, face.width, face.height).data },
      drawn: 0,
    })),
  );
  return {
    canvas,
    encoded: () => encoded(canvas, 'image/png'),
    draw: (strengths) => {
      const wanted = (face: (typeof faces)[number]) => strengths.get(face.index) ?? face.drawn;
      const changed = faces.filter((face) => face.drawn !== wanted(face));
      for (const face of faces) {
        if (!changed.some((other) => overlap(face.behind, other.behind))) continue;
        const near = faces.filter((other) => overlap(face.behind, other.behind));
        const data = composed(
          face.behind,
          near.map((other) => ({ patch: other.patch, strength: wanted(other) })),
        );
        const { left, top } = face.behind;
        context.putImageData(new ImageData(data, face.behind.width, face.behind.height), left, top);
      }
      for (const face of changed) face.drawn = wanted(face);
    },
  };
}

const placeOf = ({ left, top, width, height }: LayerFile) => ({ left, top, width, height });

async function patchOf(face: LayerFile): Promise<Pixels> {
  const [, context] = canvasOf(face.width, face.height);
  await paint(context, face.patch);
  return { ...placeOf(face), data: context.getImageData(0, 0, face.width, face.height).data };
}

async function paint(context: CanvasRenderingContext2D, file: Blob): Promise<void> {
  const bitmap = await createImageBitmap(file);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
}
