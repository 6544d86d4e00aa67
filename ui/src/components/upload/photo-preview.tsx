import clsx from 'clsx';
import type { Photo } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { STAGE_HEIGHT } from '../layout/workbench';

/** The photo, before there is a result. */
export function PhotoPreview({ photo, busy }: { photo: Photo; busy: boolean }) {
  const ratio = photo.width / photo.height;
  return (
    <div className={clsx('relative overflow-hidden rounded-2xl bg-mat [container-type:size]', STAGE_HEIGHT)}>
      <img
        src={photo.url}
        alt={strings.photo.alt(photo.file.name)}
        width={photo.width}
        height={photo.height}
        className="checkerboard absolute inset-0 m-auto"
        style={{ aspectRatio: ratio, width: `min(100%, calc(100cqh * ${ratio}))` }}
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
