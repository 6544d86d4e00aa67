import type { ReactNode } from 'react';

/** The two halves that every state after the first one shares, so that nothing jumps between them. */
export function Studio({ stage, panel }: { stage: ReactNode; panel: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,1fr)_23rem] lg:gap-8">
      <div className="min-w-0 lg:sticky lg:top-4 lg:self-start">{stage}</div>
      <div className="min-w-0">{panel}</div>
    </div>
  );
}

/** The height of the picture's place, the same in all states. */
export const STAGE_HEIGHT = 'h-[56dvh] min-h-72 lg:h-[calc(100dvh-15.5rem)] lg:min-h-[26rem]';
