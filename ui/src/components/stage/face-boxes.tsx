import clsx from 'clsx';
import type { ShownFace } from '@/lib/faces';
import { strings } from '@/lib/strings';
import type { Box, View } from '@/lib/view';

interface Props {
  faces: readonly ShownFace[];
  view: View;
  onZoom: (box: Box) => void;
}

/** From this width in CSS pixels on a frame has room for its number; a smaller one has a dot. */
const ROOM = 48;

/** A frame around each face with a button outside it, above, that zooms to the face. */
export function FaceBoxes({ faces, view, onZoom }: Props) {
  return (
    <ul className="pointer-events-none absolute inset-0 z-10" data-testid="boxes">
      {faces.map(({ number, box }) => {
        const [left, top, right, bottom] = box;
        const width = (right - left) * view.scale;
        const roomy = width >= ROOM;
        return (
          <li
            key={number}
            className="absolute rounded-md border-2 border-white forced-color-adjust-none shadow-[0_0_0_1px_rgb(0_0_0/0.6),inset_0_0_0_1px_rgb(0_0_0/0.6)]"
            style={{
              left: view.x + left * view.scale,
              top: view.y + top * view.scale,
              width,
              height: (bottom - top) * view.scale,
            }}
          >
            <button
              type="button"
              aria-label={strings.stage.face(number)}
              onClick={() => onZoom(box)}
              className={clsx(
                'group/box -translate-x-1/2 pointer-events-auto absolute bottom-full left-1/2 grid place-items-center',
                roomy ? 'mb-1 size-7' : 'size-6',
              )}
            >
              <span
                className={clsx(
                  'grid place-items-center rounded-full bg-white font-semibold text-neutral-900 text-sm shadow-[0_0_0_1px_rgb(0_0_0/0.6)]',
                  roomy ? 'size-7' : 'size-2.5 group-hover/box:size-6 group-focus-visible/box:size-6',
                )}
              >
                <span className={clsx(!roomy && 'hidden group-hover/box:inline group-focus-visible/box:inline')}>
                  {number}
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
