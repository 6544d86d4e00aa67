import clsx from 'clsx';
import type { Findings } from '@/lib/findings';
import type { Photo } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { STAGE_HEIGHT } from '../layout/workbench';
import { BusyBar } from '../ui/busy-bar';

interface Props {
  photo: Photo;
  busy: boolean;
  findings: Findings | 'asking' | null;
}

/** The photo, before there is a result, with the faces that the service sees in it. */
export function PhotoPreview({ photo, busy, findings }: Props) {
  const ratio = photo.width / photo.height;
  const marks = findings === null || findings === 'asking' ? [] : findings.marks;
  return (
    <div className={clsx('relative overflow-hidden rounded-2xl bg-mat [container-type:size]', STAGE_HEIGHT)}>
      <div
        dir="ltr"
        className="absolute inset-0 m-auto h-fit"
        style={{ aspectRatio: ratio, width: `min(100%, calc(100cqh * ${ratio}))` }}
      >
        <img
          src={photo.url}
          alt={strings.photo.alt(photo.file.name)}
          width={photo.width}
          height={photo.height}
          className="checkerboard size-full"
          data-testid="preview"
        />
        {marks.map(({ left, top, width, height, chosen }) => (
          <span
            key={`${left} ${top}`}
            aria-hidden
            data-testid="mark-face"
            className={clsx(
              'absolute rounded-md border-2 border-white forced-color-adjust-none shadow-[0_0_0_1px_rgb(0_0_0/0.5),inset_0_0_0_1px_rgb(0_0_0/0.5)]',
              !chosen && 'border-dashed opacity-70',
            )}
            style={{ left: share(left), top: share(top), width: share(width), height: share(height) }}
          />
        ))}
      </div>
      {busy && <BusyBar />}
    </div>
  );
}

const share = (value: number): string => `${100 * value}%`;
