import { strings } from '@/lib/strings';

/** Covers the page while a file is dragged over it. */
export function DropOverlay() {
  return (
    <div className="pointer-events-none fixed inset-0 z-40 grid place-items-center bg-paper/85 p-4 backdrop-blur-sm">
      <div className="grid size-full place-items-center rounded-3xl border-2 border-accent border-dashed">
        <p className="font-serif text-3xl">{strings.empty.dropNow}</p>
      </div>
    </div>
  );
}
