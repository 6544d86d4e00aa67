/** The faces of a result in the strengths that the visitor chose, and what he takes away then. */
import type { FaceInfo, OutputFormatName } from './api/schema';
import { encodedPicture } from './canvas';
import { openComposer } from './composer';
import { resultFileName } from './format';
import { identityAt, type StrengthOf, safestStrength } from './layers';
import type { DoneState } from './machine';
import type { Photo } from './photo';
import type { Result } from './result';

/** Of each face that can be faded. Empty: there are no layers. */
export const answeredStrengths = ({ data, layers }: Result): StrengthOf =>
  new Map((layers?.faces ?? []).map(({ index }) => [index, data.faces[index]?.strength_used ?? 0]));

/** What the visitor chose, where that is not what the service answered; else null. */
export function changedStrengths({ result, strengths }: DoneState): StrengthOf | null {
  if (strengths === null) return null;
  const answered = answeredStrengths(result);
  return [...strengths].some(([index, strength]) => strength !== answered.get(index)) ? strengths : null;
}

/** The faces with their similarity at the strengths in which they are shown. */
export function facesOf(state: DoneState): FaceInfo[] {
  const strengths = changedStrengths(state);
  const { data, layers } = state.result;
  if (strengths === null) return data.faces;
  return data.faces.map((face, index) => {
    const strength = strengths.get(index);
    const similarities = layers?.faces.find((layer) => layer.index === index)?.identityAt ?? null;
    if (similarities === null || strength === undefined) return face;
    return { ...face, strength_used: strength, identity_similarity: identityAt(similarities, strength) };
  });
}

/** The highest strength at which this face is alike enough; null: there is none, or it cannot be told. */
export function safestOf({ data, layers }: Result, index: number, minimum: number): number | null {
  const similarities = layers?.faces.find((layer) => layer.index === index)?.identityAt ?? null;
  return similarities === null || data.faces[index]?.reliable === false ? null : safestStrength(similarities, minimum);
}

export const outputFormat = (state: DoneState): OutputFormatName =>
  state.encoding?.format ?? (changedStrengths(state) === null ? state.options.output_format : 'png');

/** The browser makes the file: of 8 bits a channel, without metadata. */
export const isMadeHere = (state: DoneState): boolean => changedStrengths(state) !== null || state.encoding !== null;

export const outputName = (photo: Photo, state: DoneState): string =>
  resultFileName(photo.file.name, state.options.upscale_factor, outputFormat(state));

/** As the service answered, or made here. */
export async function outputBlob(state: DoneState): Promise<Blob> {
  const { data, layers, blob, shown } = state.result;
  const changed = changedStrengths(state);
  const encoding = state.encoding ?? { format: 'png', quality: 1 };
  if (changed !== null && layers !== null) {
    const composer = await openComposer(layers, data);
    composer.draw(changed);
    return encodedPicture(composer.canvas, data, encoding);
  }
  if (state.encoding === null) return blob;
  const bitmap = await createImageBitmap(shown);
  return encodedPicture(bitmap, data, encoding).finally(() => bitmap.close());
}
