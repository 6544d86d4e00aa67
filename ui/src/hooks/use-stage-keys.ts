'use client';
/** The keys of the stage. They work while the stage or one of its tools has the focus; strings.keys lists them. */
import type { KeyboardEvent } from 'react';
import { MODES, type StageControl } from './use-stage';

const ZOOM_STEP = 1.5;
const MOVE_STEP = 80;

interface Commands {
  save: () => void;
  toggleBoxes: () => void;
  toggleFullScreen: () => void;
  showKeys: () => void;
  togglePanel: () => void;
}

export function useStageKeys(control: StageControl, commands: Commands) {
  const nextMode = () => control.setMode(MODES[(MODES.indexOf(control.mode) + 1) % MODES.length] ?? 'slider');
  const keys: Record<string, () => void> = {
    '+': () => control.zoomBy(ZOOM_STEP),
    '=': () => control.zoomBy(ZOOM_STEP),
    '-': () => control.zoomBy(1 / ZOOM_STEP),
    '0': control.fit,
    '1': () => control.zoomToActualPixels(),
    o: () => control.hold(true),
    n: () => control.stepFace(1),
    p: () => control.stepFace(-1),
    v: nextMode,
    b: commands.toggleBoxes,
    f: commands.toggleFullScreen,
    d: commands.togglePanel,
    s: commands.save,
    '?': commands.showKeys,
  };
  // Only while the stage itself has the focus: sliders and lists use the arrow keys as well.
  const move = (x: number, y: number) => () => {
    if (control.mode === 'lens') control.pointAt({ x: control.lens.x - x / 4, y: control.lens.y - y / 4 });
    else if (!control.fitted) control.moveBy(x, y);
    else if (y === 0) control.divider.moveBy(x > 0 ? -5 : 5);
  };
  const arrows: Record<string, () => void> = {
    arrowleft: move(MOVE_STEP, 0),
    arrowright: move(-MOVE_STEP, 0),
    arrowup: move(0, MOVE_STEP),
    arrowdown: move(0, -MOVE_STEP),
  };
  return {
    down: (event: KeyboardEvent<HTMLElement>) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      const onStage = event.target instanceof Element && event.target.matches('[data-stage]');
      const action = keys[key] ?? (onStage ? arrows[key] : undefined);
      if (action === undefined) return;
      event.preventDefault();
      action();
    },
    up: (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'o') control.hold(false);
    },
  };
}
