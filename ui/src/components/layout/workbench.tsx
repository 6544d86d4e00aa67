import clsx from 'clsx';
import type { ReactNode } from 'react';

/** The height of the image area: the rest of the window where there is room beside the panel, else a part of it. */
export const STAGE_HEIGHT = 'h-[52dvh] min-h-64 wide:h-auto wide:min-h-0 wide:flex-1 short:h-[calc(100dvh-1rem)]';

interface Props {
  image: ReactNode;
  panel: ReactNode;
  /** Only windows with room for both can hide it. */
  panelShown?: boolean;
}

/**
 * The image and its panel. On a wide window they fill it side by side; elsewhere the panel is below. Every state with a
 * photo uses it, so that nothing shifts.
 */
export function Workbench({ image, panel, panelShown = true }: Props) {
  return (
    <div
      className={clsx(
        'flex flex-1 flex-col gap-4 wide:grid wide:h-full wide:min-h-0 wide:gap-6',
        panelShown && 'wide:grid-cols-[minmax(0,1fr)_23rem] 2xl:wide:grid-cols-[minmax(0,1fr)_26rem]',
      )}
    >
      <div className="flex min-w-0 flex-col wide:h-full wide:min-h-0 wide:pb-4 print:hidden">{image}</div>
      <div
        className={clsx(
          'min-w-0 pb-24 wide:min-h-0 wide:overflow-y-auto wide:px-1 wide:pb-4 print:overflow-visible',
          !panelShown && 'wide:not-print:hidden',
        )}
      >
        {panel}
      </div>
    </div>
  );
}
