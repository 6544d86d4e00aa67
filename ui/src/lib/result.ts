/** The response of the service as an image that can be shown, saved and copied. */
import type { EnhanceData, EnhanceResponse, FaceLayerInfo, Layers } from './api/schema';
import { drawn } from './canvas';
import type { IdentityAt } from './layers';

/** One restored face: where it lies in the result, and its picture with its mask as alpha. */
export interface LayerFile extends Pick<FaceLayerInfo, 'index' | 'left' | 'top' | 'width' | 'height'> {
  patch: Blob;
  identityAt: IdentityAt | null;
}

/** The result in layers, as files: nothing is decoded before a face is faded. */
export interface ResultLayers {
  background: Blob;
  faces: LayerFile[];
}

export interface Result {
  data: Omit<EnhanceData, 'restored_image' | 'layers'>;
  /** null: no face can be faded. */
  layers: ResultLayers | null;
  /** The file. */
  blob: Blob;
  /** The same in a format that this browser shows, and its URL. Whoever drops the result revokes it. */
  shown: Blob;
  url: string;
  /** Of its largest face before and after, for lists; null: not made. */
  thumbnail: string | null;
}

export function openResult(response: EnhanceResponse): Result {
  const { restored_image, layers, ...data } = response.data;
  const blob = new Blob([decodeBase64(restored_image)], { type: data.content_type });
  return { data, layers: layersOf(layers), blob, shown: blob, url: URL.createObjectURL(blob), thumbnail: null };
}

/** Frees what the browser keeps of it. */
export function closeResult({ url, thumbnail }: Result): void {
  URL.revokeObjectURL(url);
  if (thumbnail !== null) URL.revokeObjectURL(thumbnail);
}

export const pngOf = (base64: string): Blob => new Blob([decodeBase64(base64)], { type: 'image/png' });

function layersOf(layers: Layers | null | undefined): ResultLayers | null {
  if (layers === null || layers === undefined || layers.faces.length === 0) return null; // or of an older service
  return {
    background: pngOf(layers.background),
    faces: layers.faces.map(({ patch, identity_at, ...place }) => ({
      ...place,
      patch: pngOf(patch),
      identityAt: identity_at,
    })),
  };
}

/** Browsers have it since 2025. The loop below would keep the page from drawing for a while. */
const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  if (native !== undefined) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser may still be reading it
}

/** Copies the image to the clipboard as PNG, the only image type that every browser accepts there. */
export async function copyImage(blob: Blob): Promise<void> {
  const png = blob.type === 'image/png' ? Promise.resolve(blob) : toPng(blob);
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}

async function toPng(blob: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(blob);
  return drawn(bitmap, bitmap.width, bitmap.height, 'image/png').finally(() => bitmap.close());
}
