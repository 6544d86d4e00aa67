import clsx from 'clsx';
import type { Picture } from '@/lib/picture';
import { strings } from '@/lib/strings';
import { STAGE_HEIGHT } from './studio';

/** The photograph on its mat, before there is a result to compare it with. */
export function PictureStage({ picture, busy }: { picture: Picture; busy: boolean }) {
  return (
    <div className={clsx('relative overflow-hidden rounded-3xl bg-mat', STAGE_HEIGHT)}>
      <img
        src={picture.url}
        alt={strings.picture.alt(picture.file.name)}
        width={picture.width}
        height={picture.height}
        className="size-full object-contain"
        data-testid="preview"
      />
      {busy && (
        <div aria-hidden className="absolute inset-x-0 bottom-0 h-1 overflow-hidden">
          <div className="h-full w-2/5 animate-sweep bg-linear-to-r from-transparent via-accent to-transparent motion-reduce:w-full motion-reduce:animate-none" />
        </div>
      )}
    </div>
  );
}
