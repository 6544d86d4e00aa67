import type { RestoredFaceInfo } from '@/lib/api/schema';
import type { Picture } from '@/lib/picture';
import type { Result } from '@/lib/result';
import { strings } from '@/lib/strings';
import type { Box } from '@/lib/view';
import type { ShownFace } from '../result-view';
import { Collapsible } from '../ui/collapsible';
import { FaceThumb } from './face-thumb';

interface Props {
  picture: Picture;
  result: Result;
  shown: ShownFace[];
  onShow: (box: Box) => void;
}

const words = strings.faces;

/** Every face, before and after, with how sure one can be that it is still the same person. */
export function FaceList({ picture, result, shown, onShow }: Props) {
  const { data } = result;
  return (
    <Collapsible title={words.title} summary={String(shown.length)} defaultOpen>
      <ul className="flex max-h-80 flex-col gap-1 overflow-y-auto">
        {shown.map(({ number, box }) => {
          const face = data.faces[number - 1];
          return (
            face !== undefined && (
              <li key={number}>
                <button
                  type="button"
                  aria-label={`${words.zoom(number)}. ${about(face)}`}
                  onClick={() => onShow(box)}
                  className="flex w-full items-center gap-3 rounded-2xl p-2 text-left hover:bg-wash"
                >
                  <span className="flex shrink-0 overflow-hidden rounded-xl">
                    <FaceThumb url={picture.url} box={box} size={data} />
                    <FaceThumb url={result.url} box={box} size={data} />
                  </span>
                  <span className="min-w-0 text-sm">
                    <span className="block font-medium">{words.one(number)}</span>
                    <span className="block text-soft">{about(face)}</span>
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

function about({ restored, identity_similarity, reliable }: RestoredFaceInfo): string {
  if (!restored || identity_similarity === null) return words.untouched;
  const trust = reliable === false ? words.unreliable : words.reliable;
  return `${words.similarity(identity_similarity.toFixed(2))}, ${trust}`;
}
