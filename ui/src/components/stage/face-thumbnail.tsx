import type { Box, Size } from '@/lib/view';

const MARGIN = 1.35;

/**
 * A square crop of an image that is already loaded, as large as its parent. `size`: the image size in which `box` is
 * measured. Everything is in percent, so it is right at any font size.
 */
export function FaceThumbnail({ url, box, size }: { url: string; box: Box; size: Size }) {
  const [left, top, right, bottom] = box;
  const side = Math.max(right - left, bottom - top) * MARGIN;
  const percent = (pixels: number) => `${(100 * pixels) / side}%`;
  return (
    <span dir="ltr" className="relative block size-full overflow-hidden bg-mat">
      <img
        src={url}
        alt=""
        draggable={false}
        className="absolute max-w-none"
        style={{
          width: percent(size.width),
          height: percent(size.height),
          left: percent(side / 2 - (left + right) / 2),
          top: percent(side / 2 - (top + bottom) / 2),
        }}
      />
    </span>
  );
}
