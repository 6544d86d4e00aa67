'use client';
import clsx from 'clsx';
import { useEffect, useId, useRef, useState } from 'react';
import { useDividerPosition } from '@/hooks/use-divider';
import { useFullScreen } from '@/hooks/use-full-screen';
import { useGestures } from '@/hooks/use-gestures';
import type { StageControl } from '@/hooks/use-stage';
import { useStageKeys } from '@/hooks/use-stage-keys';
import type { ShownFace } from '@/lib/faces';
import { strings } from '@/lib/strings';
import { insets, type Size } from '@/lib/view';
import { STAGE_HEIGHT } from '../layout/workbench';
import { FaceBoxes } from './face-boxes';
import { Filmstrip } from './filmstrip';
import { ImageLayer } from './image-layer';
import { KeySheet } from './key-sheet';
import { PanButtons } from './pan-buttons';
import { CornerLabel, CornerLabels, Panes, type Side } from './panes';
import { Toolbar } from './toolbar';

interface Props {
  control: StageControl;
  before: Side;
  after: Side;
  size: Size;
  faces: readonly ShownFace[];
  onSave: () => void;
  /** Beside the stage. */
  panel: { shown: boolean; toggle: () => void };
}

/** Both images, with the tools to compare them and all faces below. */
export function Stage({ control, before, after, size, faces, onSave, panel }: Props) {
  const section = useRef<HTMLElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const [boxesShown, setBoxesShown] = useState(false);
  const [padShown, setPadShown] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const [full, toggleFullScreen] = useFullScreen(section);
  useGestures(stage, control, control.pointAt, control.mode === 'lens');
  useEffect(() => {
    stage.current?.focus({ preventScroll: true });
  }, []);
  const keys = useStageKeys(control, {
    save: onSave,
    toggleBoxes: () => setBoxesShown((shown) => !shown),
    toggleFullScreen,
    showKeys: () => setKeysShown(true),
    togglePanel: panel.toggle,
  });

  const { view, mode, held } = control;
  const seen = useDividerPosition(control.divider, sideOf);
  const inset = view === null ? { left: 0, top: 0 } : insets(view, control.viewport, size);
  const paneClass = 'relative overflow-hidden rounded-2xl bg-mat';
  const boxes = boxesShown && view !== null && (
    <FaceBoxes
      faces={faces}
      view={view}
      onZoom={(box) => control.showFace(faces.find((face) => face.box === box) ?? null)}
    />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are for everything inside, each of which has its button
    <section
      ref={section}
      className="flex h-full flex-col bg-paper [&:fullscreen]:p-3"
      onKeyDown={keys.down}
      onKeyUp={keys.up}
    >
      <div className={clsx('relative', STAGE_HEIGHT, full === true && 'h-auto! flex-1')}>
        {/* biome-ignore lint/a11y/useSemanticElements: a group with keyboard shortcuts; no semantic element fits */}
        <div
          ref={stage}
          role="group"
          dir="ltr"
          data-stage
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it has keyboard shortcuts, which its description lists
          tabIndex={0}
          aria-label={strings.stage.label}
          aria-describedby={hintId}
          onBlur={({ relatedTarget }) => {
            // The button that holds takes the focus while it is pressed.
            if (!section.current?.contains(relatedTarget)) control.hold(false);
          }}
          data-testid="stage"
          data-mode={mode}
          data-side={held ? 'before' : mode === 'slider' ? seen : 'both'}
          data-zoom={control.percent}
          data-face={control.face ?? ''}
          className={clsx(
            'absolute inset-0 grid gap-1 overflow-hidden rounded-2xl outline-none',
            // The images would cover an outline.
            'focus-visible:after:pointer-events-none focus-visible:after:absolute focus-visible:after:inset-0 focus-visible:after:z-20 focus-visible:after:rounded-2xl focus-visible:after:border-2 focus-visible:after:border-accent',
            mode === 'sides' && !held && 'landscape:grid-cols-2 portrait:grid-rows-2',
            control.fitted ? 'touch-pan-y' : 'cursor-grab touch-none active:cursor-grabbing',
          )}
        >
          <div ref={control.pane} data-pane className={paneClass}>
            <Panes control={control} before={before} after={after} size={size} />
            <CornerLabels control={control} before={before} after={after} size={size} />
            {boxes}
          </div>
          {mode === 'sides' && !held && (
            <div data-pane className={paneClass}>
              <ImageLayer url={after.url} canvas={after.canvas} alt={after.label} size={size} view={view} />
              <CornerLabel text={after.label} style={{ left: inset.left + 12, top: inset.top + 12 }} />
              {boxes}
            </div>
          )}
        </div>
        {!control.fitted && padShown && <PanButtons onMove={control.moveBy} />}
      </div>
      <p id={hintId} className="sr-only">
        {strings.stage.hint}
      </p>
      <Toolbar
        control={control}
        boxes={faces.length > 0 ? { shown: boxesShown, show: setBoxesShown } : null}
        pad={control.fitted ? null : { shown: padShown, show: setPadShown }}
        full={full}
        onFullScreen={toggleFullScreen}
        onKeys={() => setKeysShown(true)}
        panel={panel}
      />
      {faces.length > 0 && <Filmstrip control={control} faces={faces} before={before} after={after} size={size} />}
      {keysShown && <KeySheet onClose={() => setKeysShown(false)} />}
    </section>
  );
}

/** Which of the two images can be seen. */
const sideOf = (position: number): 'before' | 'after' | 'both' =>
  position >= 100 ? 'before' : position <= 0 ? 'after' : 'both';
