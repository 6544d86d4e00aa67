'use client';
import clsx from 'clsx';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import * as Slider from 'react-compare-slider/components';
import { useReactCompareSlider } from 'react-compare-slider/hooks';
import { useCompareKeys } from '@/hooks/use-compare-keys';
import { useGestures } from '@/hooks/use-gestures';
import { useView } from '@/hooks/use-view';
import type { Picture } from '@/lib/picture';
import type { Result } from '@/lib/result';
import { strings } from '@/lib/strings';
import type { Box } from '@/lib/view';
import type { ShownFace } from '../result-view';
import { STAGE_HEIGHT } from '../studio';
import { Divider } from './divider';
import { FaceBoxes } from './face-boxes';
import { Layer } from './layer';
import { PanPad } from './pan-pad';
import { Toolbar } from './toolbar';

interface Props {
  picture: Picture;
  result: Result;
  faces: ShownFace[];
  /** Is given the function that zooms both sides to a box. */
  show: RefObject<(box: Box) => void>;
}

const MIDDLE = 50;

/** Original and restored picture in one place: a divider between them, and one zoom for both. */
export function Comparison({ picture, result, faces, show }: Props) {
  const viewport = useRef<HTMLDivElement>(null);
  const hint = useId();
  const [position, setPosition] = useState(MIDDLE);
  const [boxes, setBoxes] = useState(false);
  const [held, setHeld] = useState(false);
  const control = useView(viewport, result.data);
  const slider = useReactCompareSlider({
    defaultPosition: MIDDLE,
    onPositionChange: setPosition,
    ...(control.whole ? {} : { onlyHandleDraggable: true }),
  });
  useGestures(viewport, control);
  const onKey = useCompareKeys(control, setHeld);
  useEffect(() => {
    show.current = control.focus;
  }, [show, control.focus]);

  const { view } = control;
  const side = held || position >= 100 ? 'before' : position <= 0 ? 'after' : 'both';
  return (
    <div className="flex flex-col gap-3">
      <div className={clsx('relative overflow-hidden rounded-3xl bg-mat', STAGE_HEIGHT)}>
        {/* biome-ignore lint/a11y/useSemanticElements: a group that takes keys; no element has that meaning */}
        <div
          ref={viewport}
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is operated by keys, which its description lists
          tabIndex={0}
          aria-label={strings.compare.label}
          aria-describedby={hint}
          onKeyDown={onKey.down}
          onKeyUp={onKey.up}
          onBlur={() => setHeld(false)}
          data-testid="comparison"
          data-side={side}
          data-zoom={control.percent}
          className={clsx(
            '-outline-offset-2 absolute inset-0 overflow-hidden rounded-3xl',
            control.whole ? 'touch-pan-y' : 'cursor-grab touch-none active:cursor-grabbing',
          )}
        >
          <Slider.Provider {...slider}>
            <Slider.Root style={{ height: '100%', width: '100%', touchAction: 'inherit' }}>
              <Slider.Item item="itemOne" style={{ height: '100%' }}>
                <Layer url={picture.url} alt={strings.compare.before} size={result.data} view={view} />
              </Slider.Item>
              <Slider.Item item="itemTwo" style={{ height: '100%' }}>
                <Layer url={result.url} alt={strings.compare.after} size={result.data} view={view} />
              </Slider.Item>
              <Divider hidden={side !== 'both'} position={position} />
            </Slider.Root>
          </Slider.Provider>
          {held && (
            <div className="absolute inset-0 bg-mat">
              <Layer url={picture.url} alt="" size={result.data} view={view} />
            </div>
          )}
          {boxes && view !== null && <FaceBoxes faces={faces} view={view} onShow={control.focus} />}
          <Tag side="left" shown={side !== 'after'} text={strings.compare.before} />
          <Tag side="right" shown={side !== 'before'} text={strings.compare.after} />
        </div>
        {!control.whole && <PanPad onMove={control.moveBy} />}
      </div>
      <p id={hint} className="sr-only">
        {strings.compare.hint}
      </p>
      <Toolbar
        control={control}
        position={position}
        onPosition={slider.setPosition}
        onHold={setHeld}
        boxes={faces.length > 0 ? boxes : null}
        onBoxes={setBoxes}
      />
    </div>
  );
}

function Tag({ side, shown, text }: { side: 'left' | 'right'; shown: boolean; text: string }) {
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
