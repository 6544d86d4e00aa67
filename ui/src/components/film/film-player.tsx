'use client';
import { Pause, Play, Volume2, VolumeX } from 'lucide-react';
import { type PointerEvent, useRef, useState } from 'react';
import { useDivider } from '@/hooks/use-divider';
import { useInStep } from '@/hooks/use-in-step';
import { clock } from '@/lib/in-step';
import { strings } from '@/lib/strings';
import type { Size } from '@/lib/view';
import { Divider, RightOfDivider } from '../stage/divider';
import { SideLabel } from '../stage/panes';
import { Note } from '../ui/note';
import { Slider } from '../ui/slider';
import { ToolButton } from '../ui/tool-button';
import { Screen } from './film-poster';

interface Props {
  /** Of the original; null: it is not here, or cannot be played. */
  before: string | null;
  after: string;
  size: Size;
}

const STEP_S = 0.04;

/** The original and the restored film on top of each other, in step, with a divider between them. */
export function FilmPlayer({ before, after, size }: Props) {
  const text = strings.film;
  const leader = useRef<HTMLVideoElement>(null);
  const follower = useRef<HTMLVideoElement>(null);
  const { playing, time, duration, toggle, seek } = useInStep(leader, follower);
  const [muted, setMuted] = useState(false);
  const [fails, setFails] = useState(false);
  const divided = useRef<HTMLDivElement>(null);
  const divider = useDivider(divided, before === null ? null : 50);
  const point = (event: PointerEvent<HTMLElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    divider.moveTo((100 * (event.clientX - bounds.left)) / bounds.width);
  };
  const layer = 'absolute inset-0 size-full bg-mat object-contain';
  const restored = (
    <video
      ref={leader}
      src={after}
      muted={muted}
      playsInline
      preload="auto"
      aria-label={strings.stage.after}
      className={layer}
      onError={() => setFails(true)}
      data-testid="film-after"
    />
  );
  const drags = before !== null && {
    onPointerDown: (event: PointerEvent<HTMLElement>) => event.button === 0 && point(event),
    onPointerMove: (event: PointerEvent<HTMLElement>) => event.buttons === 1 && point(event),
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2" data-testid="film-player">
      <Screen size={size}>
        <div ref={divided} className="absolute inset-0" {...drags}>
          {before !== null && (
            <video
              ref={follower}
              src={before}
              muted
              playsInline
              preload="auto"
              aria-label={strings.stage.before}
              className={layer}
              data-testid="film-before"
            />
          )}
          {before === null ? restored : <RightOfDivider>{restored}</RightOfDivider>}
          {before !== null && (
            <>
              <Divider control={divider} />
              <SideLabel side="before" text={strings.stage.before} />
              <SideLabel side="after" text={strings.stage.after} />
            </>
          )}
        </div>
      </Screen>
      {fails ? (
        <Note variant="warning">{text.notPlayed}</Note>
      ) : (
        // As the signs of players, their time runs from left to right everywhere.
        <div dir="ltr" className="flex items-center gap-3">
          <ToolButton label={playing ? text.pause : text.play} onClick={toggle}>
            {playing ? <Pause aria-hidden className="size-5" /> : <Play aria-hidden className="size-5" />}
          </ToolButton>
          <span id="film-time" className="sr-only">
            {text.time}
          </span>
          <Slider
            dir="ltr"
            thumbLabelledBy="film-time"
            valueText={clock(time)}
            value={[Math.min(time, duration)]}
            min={0}
            max={Math.max(STEP_S, duration)}
            step={STEP_S}
            onValueChange={([to]) => to !== undefined && seek(to)}
          />
          <span className="whitespace-nowrap text-soft text-sm tabular-nums" data-testid="film-clock">
            {clock(time)} / {clock(duration)}
          </span>
          <ToolButton label={muted ? text.unmute : text.mute} onClick={() => setMuted(!muted)}>
            {muted ? <VolumeX aria-hidden className="size-5" /> : <Volume2 aria-hidden className="size-5" />}
          </ToolButton>
        </div>
      )}
    </div>
  );
}
