import clsx from 'clsx';
import { type CSSProperties, useLayoutEffect, useRef } from 'react';
import type { Size, View } from '@/lib/view';

interface Props {
  url: string;
  /** Shown in place of the image at `url`, by one layer at a time. */
  canvas?: HTMLCanvasElement | null;
  alt: string;
  /** The size of the result. Both images are laid out at this size, whatever their own size is. */
  size: Size;
  view: View | null;
  className?: string;
  style?: CSSProperties;
}

/** One of the two images, positioned and scaled by the view, on a checkerboard that shows where it is transparent. */
export function ImageLayer({ url, canvas = null, alt, size, view, className, style }: Props) {
  const place = {
    className: 'checkerboard absolute top-0 left-0 max-w-none origin-top-left select-none',
    style:
      view === null
        ? ({ visibility: 'hidden' } as const)
        : {
            width: size.width,
            height: size.height,
            transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
            backgroundSize: `${20 / view.scale}px ${20 / view.scale}px`,
          },
  };
  return (
    <div className={clsx('absolute inset-0 overflow-hidden', className)} style={style}>
      {canvas === null ? (
        <img src={url} alt={alt} draggable={false} width={size.width} height={size.height} {...place} />
      ) : (
        <Drawing canvas={canvas} alt={alt} {...place} />
      )}
    </div>
  );
}

interface DrawingProps {
  canvas: HTMLCanvasElement;
  alt: string;
  className: string;
  style: CSSProperties;
}

/** A canvas that somebody else draws on. */
function Drawing({ canvas, alt, ...place }: DrawingProps) {
  const parent = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    parent.current?.replaceChildren(canvas);
  }, [canvas]);
  return <div ref={parent} role="img" aria-label={alt} data-testid="composed" {...place} />;
}
