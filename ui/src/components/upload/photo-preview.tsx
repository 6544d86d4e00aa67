import clsx from 'clsx';
import type { Photo } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { STAGE_HEIGHT } from '../layout/workbench';

/** The photo, before there is a result. */
export function PhotoPreview({ photo, busy }: { photo: Photo; busy: boolean }) {
  return (
    <div className={clsx('relative overflow-hidden rounded-2xl bg-mat', STAGE_HEIGHT)}>
      <img
        src={photo.url}
        alt={strings.photo.alt(photo.file.name)}
        width={photo.width}
        height={photo.height}
        className="absolute inset-0 size-full object-contain"
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
