import type { Box, Size } from '@/lib/view';

const SIDE = 56;
const MARGIN = 1.3;

/** A square crop of an image that is already loaded. `size`: the image size in which `box` is measured. */
export function FaceThumbnail({ url, box, size }: { url: string; box: Box; size: Size }) {
  const [left, top, right, bottom] = box;
  const scale = SIDE / (Math.max(right - left, bottom - top) * MARGIN);
  return (
    <span className="relative block size-14 overflow-hidden bg-mat">
      <img
        src={url}
        alt=""
        className="absolute max-w-none"
        style={{
          width: size.width * scale,
          height: size.height * scale,
          left: SIDE / 2 - ((left + right) / 2) * scale,
          top: SIDE / 2 - ((top + bottom) / 2) * scale,
        }}
      />
    </span>
  );
}
