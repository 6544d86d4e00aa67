import type { ShownFace } from '@/lib/faces';
import { strings } from '@/lib/strings';
import type { Box, View } from '@/lib/view';

interface Props {
  faces: ShownFace[];
  view: View;
  onZoom: (box: Box) => void;
}

/** A frame around each face, with a numbered button that zooms to it. */
export function FaceBoxes({ faces, view, onZoom }: Props) {
  return (
    <ul className="pointer-events-none absolute inset-0 z-10" data-testid="boxes">
      {faces.map(({ number, box }) => {
        const [left, top, right, bottom] = box;
        return (
          <li
            key={number}
            className="absolute rounded-lg border-2 border-white shadow-[0_0_0_1px_rgb(0_0_0/0.6)]"
            style={{
              left: view.x + left * view.scale,
              top: view.y + top * view.scale,
              width: (right - left) * view.scale,
              height: (bottom - top) * view.scale,
            }}
          >
            <button
              type="button"
              aria-label={strings.beforeAfter.face(number)}
              onClick={() => onZoom(box)}
              className="-top-1 -left-1 pointer-events-auto absolute grid size-7 place-items-center rounded-lg bg-white font-semibold text-neutral-900 text-sm shadow"
            >
              {number}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
