/** The response of the service as an image that can be shown, saved and copied. */
import type { EnhanceData, EnhanceResponse } from './api/schema';
import { drawn } from './canvas';

export interface Result {
  data: Omit<EnhanceData, 'restored_image'>;
  blob: Blob;
  /** Whoever drops the result revokes it. */
  url: string;
}

export function openResult(response: EnhanceResponse): Result {
  const { restored_image, ...data } = response.data;
  const blob = new Blob([decodeBase64(restored_image)], { type: data.content_type });
  return { data, blob, url: URL.createObjectURL(blob) };
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
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
