import clsx from 'clsx';
import type { CSSProperties } from 'react';
import type { Size, View } from '@/lib/view';

interface Props {
  url: string;
  alt: string;
  /** The size of the result. Both images are laid out at this size, whatever their own size is. */
  size: Size;
  view: View | null;
  className?: string;
  style?: CSSProperties;
}

/** One of the two images, positioned and scaled by the view, on a checkerboard that shows where it is transparent. */
export function ImageLayer({ url, alt, size, view, className, style }: Props) {
  return (
    <div className={clsx('absolute inset-0 overflow-hidden', className)} style={style}>
      <img
        src={url}
        alt={alt}
        draggable={false}
        width={size.width}
        height={size.height}
        className="checkerboard absolute top-0 left-0 max-w-none origin-top-left select-none"
        style={
          view === null
            ? { visibility: 'hidden' }
            : {
                width: size.width,
                height: size.height,
                transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
                backgroundSize: `${20 / view.scale}px ${20 / view.scale}px`,
              }
        }
      />
    </div>
  );
}
