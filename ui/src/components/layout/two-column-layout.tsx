import type { ReactNode } from 'react';

/** The image on the left and the panel on the right. Every state with a photo uses it, so that nothing shifts. */
export function TwoColumnLayout({ image, panel }: { image: ReactNode; panel: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,1fr)_23rem] lg:gap-8">
      <div className="min-w-0 lg:sticky lg:top-4 lg:self-start">{image}</div>
      <div className="min-w-0">{panel}</div>
    </div>
  );
}
