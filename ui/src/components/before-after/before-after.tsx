'use client';
import clsx from 'clsx';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import * as Slider from 'react-compare-slider/components';
import { useReactCompareSlider } from 'react-compare-slider/hooks';
import { useBeforeAfterKeys } from '@/hooks/use-before-after-keys';
import { useGestures } from '@/hooks/use-gestures';
import { useView } from '@/hooks/use-view';
import type { ShownFace } from '@/lib/faces';
import type { Photo } from '@/lib/photo';
import type { Result } from '@/lib/result';
import { strings } from '@/lib/strings';
import type { Box } from '@/lib/view';
import { IMAGE_AREA_HEIGHT } from '../layout/image-area-height';
import { Divider } from './divider';
import { FaceBoxes } from './face-boxes';
import { ImageLayer } from './image-layer';
import { PanButtons } from './pan-buttons';
import { Toolbar } from './toolbar';

interface Props {
  photo: Photo;
  result: Result;
  faces: ShownFace[];
  /** Receives the function that zooms both images to a box. */
  zoomToBoxRef: RefObject<(box: Box) => void>;
}

const MIDDLE = 50;

/** The original and the restored image on top of each other, with a divider between them and a shared zoom. */
export function BeforeAfter({ photo, result, faces, zoomToBoxRef }: Props) {
  const viewport = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const [position, setPosition] = useState(MIDDLE);
  const [boxesShown, setBoxesShown] = useState(false);
  const [originalShown, setOriginalShown] = useState(false);
  const control = useView(viewport, result.data);
  const slider = useReactCompareSlider({
    defaultPosition: MIDDLE,
    onPositionChange: setPosition,
    ...(control.fitted ? {} : { onlyHandleDraggable: true }),
  });
  useGestures(viewport, control);
  const keys = useBeforeAfterKeys(control, setOriginalShown);
  useEffect(() => {
    zoomToBoxRef.current = control.zoomToBox;
  }, [zoomToBoxRef, control.zoomToBox]);

  const { view } = control;
  const side = originalShown || position >= 100 ? 'before' : position <= 0 ? 'after' : 'both';
  return (
    <div className="flex flex-col gap-3">
      <div className={clsx('relative overflow-hidden rounded-3xl bg-mat', IMAGE_AREA_HEIGHT)}>
        {/* biome-ignore lint/a11y/useSemanticElements: a group with keyboard shortcuts; no semantic element fits */}
        <div
          ref={viewport}
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it has keyboard shortcuts, which its description lists
          tabIndex={0}
          aria-label={strings.beforeAfter.label}
          aria-describedby={hintId}
          onKeyDown={keys.down}
          onKeyUp={keys.up}
          onBlur={() => setOriginalShown(false)}
          data-testid="before-after"
          data-side={side}
          data-zoom={control.percent}
          className={clsx(
            '-outline-offset-2 absolute inset-0 overflow-hidden rounded-3xl',
            control.fitted ? 'touch-pan-y' : 'cursor-grab touch-none active:cursor-grabbing',
          )}
        >
          <Slider.Provider {...slider}>
            <Slider.Root style={{ height: '100%', width: '100%', touchAction: 'inherit' }}>
              <Slider.Item item="itemOne" style={{ height: '100%' }}>
                <ImageLayer url={photo.url} alt={strings.beforeAfter.before} size={result.data} view={view} />
              </Slider.Item>
              <Slider.Item item="itemTwo" style={{ height: '100%' }}>
                <ImageLayer url={result.url} alt={strings.beforeAfter.after} size={result.data} view={view} />
              </Slider.Item>
              <Divider hidden={side !== 'both'} position={position} />
            </Slider.Root>
          </Slider.Provider>
          {originalShown && (
            <div className="absolute inset-0 bg-mat">
              <ImageLayer url={photo.url} alt="" size={result.data} view={view} />
            </div>
          )}
          {boxesShown && view !== null && <FaceBoxes faces={faces} view={view} onZoom={control.zoomToBox} />}
          <CornerLabel side="left" shown={side !== 'after'} text={strings.beforeAfter.before} />
          <CornerLabel side="right" shown={side !== 'before'} text={strings.beforeAfter.after} />
        </div>
        {!control.fitted && <PanButtons onMove={control.moveBy} />}
      </div>
      <p id={hintId} className="sr-only">
        {strings.beforeAfter.hint}
      </p>
      <Toolbar
        control={control}
        position={position}
        onPosition={slider.setPosition}
        onShowOriginal={setOriginalShown}
        boxesShown={faces.length > 0 ? boxesShown : null}
        onShowBoxes={setBoxesShown}
      />
    </div>
  );
}

function CornerLabel({ side, shown, text }: { side: 'left' | 'right'; shown: boolean; text: string }) {
  return (
    <span
      aria-hidden
      className={clsx(
        'pointer-events-none absolute top-3 z-10 rounded-full bg-black/70 px-3 py-1 text-white text-xs transition-opacity',
        side === 'left' ? 'left-3' : 'right-3',
        !shown && 'opacity-0',
      )}
    >
      {text}
    </span>
  );
}
