import clsx from 'clsx';
import { Film } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Poster } from '@/hooks/use-poster';
import type { FilmSource } from '@/lib/film';
import { strings } from '@/lib/strings';
import type { Size } from '@/lib/view';
import { STAGE_HEIGHT } from '../layout/workbench';
import { BusyBar } from '../ui/busy-bar';

/** The area of the film, and in it the largest box of its shape; without a shape an empty one. */
export function Screen({ size, busy = false, children }: { size: Size | null; busy?: boolean; children?: ReactNode }) {
  return (
    <div
      className={clsx(
        'relative grid place-items-center overflow-hidden rounded-2xl bg-mat [container-type:size]',
        STAGE_HEIGHT,
      )}
    >
      {size === null ? (
        <Film aria-hidden className="size-16 text-soft" strokeWidth={1} />
      ) : (
        <div
          dir="ltr"
          data-testid="screen"
          className="relative touch-pan-y overflow-hidden"
          style={{
            width: `min(100cqw, calc(100cqh * ${size.width / size.height}))`,
            aspectRatio: `${size.width} / ${size.height}`,
          }}
        >
          {children}
        </div>
      )}
      {busy && <BusyBar />}
    </div>
  );
}

interface Props {
  source: FilmSource | null;
  poster?: Poster | null;
  busy?: boolean;
}

/** A picture of the film, with a frame around each face; before there is one, its first picture. */
export function FilmPoster({ source, poster = null, busy = false }: Props) {
  const shown = source?.shown ?? null;
  return (
    <Screen size={shown} busy={busy}>
      {poster !== null ? (
        <img
          src={poster.url}
          alt={strings.film.poster}
          className="absolute inset-0 size-full object-contain"
          data-testid="poster"
        />
      ) : (
        source !== null && (
          <video
            src={source.url}
            muted
            aria-hidden
            tabIndex={-1}
            className="absolute inset-0 size-full object-contain"
          />
        )
      )}
      {poster?.faces?.map(([left, top, width, height], index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          key={index}
          aria-hidden
          data-testid="poster-face"
          className="absolute rounded-md border-2 border-white forced-color-adjust-none shadow-[0_0_0_1px_rgb(0_0_0/0.6),inset_0_0_0_1px_rgb(0_0_0/0.6)]"
          style={{
            left: `${left * 100}%`,
            top: `${top * 100}%`,
            width: `${width * 100}%`,
            height: `${height * 100}%`,
          }}
        />
      ))}
    </Screen>
  );
}
