import type { Size, View } from '@/lib/view';

interface Props {
  url: string;
  alt: string;
  /** The size of the result. Both images are laid out at this size, whatever their own size is. */
  size: Size;
  view: View | null;
}

/** One of the two images, positioned and scaled by the view. */
export function ImageLayer({ url, alt, size, view }: Props) {
  return (
    <img
      src={url}
      alt={alt}
      draggable={false}
      width={size.width}
      height={size.height}
      className="absolute top-0 left-0 max-w-none origin-top-left select-none"
      style={
        view === null
          ? { visibility: 'hidden' }
          : {
              width: size.width,
              height: size.height,
              transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
            }
      }
    />
  );
}
