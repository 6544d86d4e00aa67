import type { FaceInfo } from '@/lib/api/schema';
import type { ShownFace } from '@/lib/faces';
import { strings } from '@/lib/strings';
import type { Box } from '@/lib/view';
import { Collapsible } from '../ui/collapsible';
import { FaceThumbnail } from './face-thumbnail';
import type { ResultProps } from './result-props';

interface Props extends Pick<ResultProps, 'photo' | 'result'> {
  faces: ShownFace[];
  onZoom: (box: Box) => void;
}

const text = strings.faces;

/** Every face before and after, with its identity score and whether that score is reliable. */
export function FaceList({ photo, result, faces, onZoom }: Props) {
  const { data } = result;
  return (
    <Collapsible title={text.title} summary={String(faces.length)} defaultOpen>
      <ul className="flex max-h-80 flex-col gap-1 overflow-y-auto">
        {faces.map(({ number, box }) => {
          const face = data.faces[number - 1];
          return (
            face !== undefined && (
              <li key={number}>
                <button
                  type="button"
                  aria-label={`${text.zoom(number)}. ${describeFace(face)}`}
                  onClick={() => onZoom(box)}
                  className="flex w-full items-center gap-3 rounded-2xl p-2 text-left hover:bg-wash"
                >
                  <span className="flex shrink-0 overflow-hidden rounded-xl">
                    <FaceThumbnail url={photo.url} box={box} size={data} />
                    <FaceThumbnail url={result.url} box={box} size={data} />
                  </span>
                  <span className="min-w-0 text-sm">
                    <span className="block font-medium">{text.one(number)}</span>
                    <span className="block text-soft">{describeFace(face)}</span>
                  </span>
                </button>
              </li>
            )
          );
        })}
      </ul>
    </Collapsible>
  );
}

function describeFace({ restored, identity_similarity, reliable }: FaceInfo): string {
  if (!restored || identity_similarity === null) return text.unchanged;
  const reliability = reliable === false ? text.unreliable : text.reliable;
  return `${text.similarity(identity_similarity.toFixed(2))}, ${reliability}`;
}
