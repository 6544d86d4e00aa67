'use client';
import { Sparkles } from 'lucide-react';
import { type ComponentProps, useEffect, useRef, useState } from 'react';
import { useDivider } from '@/hooks/use-divider';
import { strings } from '@/lib/strings';
import { Divider, RightOfDivider } from '../stage/divider';
import { SideLabel } from '../stage/panes';
import { Button } from '../ui/button';
import { SegmentedControl } from '../ui/segmented-control';

interface Props {
  onFile: (file: File) => Promise<void>;
  onMissing: () => void;
}

/** Made by scripts/samples.py, which says of what. The first one is part of the first paint. */
const SAMPLES = ['blur', 'print', 'small'] as const;
type Sample = (typeof SAMPLES)[number];

const damaged = (sample: Sample) => `/samples/${sample}.jpg`;
const restored = (sample: Sample) => `/samples/${sample}-restored.webp`;
/** Where the face is in all of them. */
const FACE = 46;

/** Damaged photos and what became of them, with a divider that works at once. */
export function Samples({ onFile, onMissing }: Props) {
  const text = strings.empty;
  const [sample, setSample] = useState<Sample>('blur');
  const [loading, setLoading] = useState(false);
  const load = async () => {
    setLoading(true);
    try {
      const response = await fetch(damaged(sample));
      if (!response.ok) throw new Error(String(response.status));
      await onFile(new File([await response.blob()], `astronaut-${sample}.jpg`, { type: 'image/jpeg' }));
    } catch {
      onMissing();
    } finally {
      setLoading(false);
    }
  };
  return (
    <figure className="mx-auto flex w-full max-w-[min(34rem,60dvh)] flex-col gap-3 max-sm:max-w-full">
      <Comparison sample={sample} />
      <figcaption className="relative flex flex-col gap-2">
        <span id="samples" className="sr-only">
          {text.samples}
        </span>
        <SegmentedControl
          labelledBy="samples"
          value={sample}
          onChange={setSample}
          choices={SAMPLES.map((value) => ({ value, label: text.sampleNames[value] }))}
        />
        <div className="flex items-center justify-between gap-x-4 gap-y-1 max-sm:flex-wrap">
          <p className="text-soft text-xs">{text.sampleCredit}</p>
          <Button variant="ghost" onClick={load} disabled={loading} className="-mx-4 text-accent! sm:shrink-0">
            <Sparkles aria-hidden className="size-4" />
            {text.sample}
          </Button>
        </div>
      </figcaption>
    </figure>
  );
}

/** Both pictures with their divider. */
function Comparison({ sample }: { sample: Sample }) {
  const pane = useRef<HTMLDivElement>(null);
  // Not prerendered: the first paint does without the second image, and nothing could be compared before it is there.
  const [live, setLive] = useState(false);
  const [loaded, setLoaded] = useState(false);
  useEffect(() => setLive(true), []);
  const divider = useDivider(pane, loaded ? FACE : null);
  const point = (clientX: number) => {
    const bounds = pane.current?.getBoundingClientRect();
    if (bounds) divider.moveTo((100 * (clientX - bounds.left)) / bounds.width);
  };
  const layer = (url: string, alt: string, more: ComponentProps<'img'>) => (
    <img
      src={url}
      alt={alt}
      width={512}
      height={512}
      draggable={false}
      {...more}
      className="absolute inset-0 size-full select-none object-cover object-top"
    />
  );
  return (
    <div
      ref={pane}
      dir="ltr"
      data-testid="sample"
      onPointerDown={(event) => event.button === 0 && point(event.clientX)}
      onPointerMove={(event) => event.buttons === 1 && point(event.clientX)}
      className="relative aspect-[5/4] touch-pan-y overflow-hidden rounded-3xl bg-mat shadow-[0_12px_40px_-28px_rgb(60_40_20/0.6)] sm:aspect-square"
    >
      {layer(damaged(sample), strings.stage.before, { fetchPriority: 'high' })}
      {live && (
        <RightOfDivider>
          {layer(restored(sample), strings.stage.after, { onLoad: () => setLoaded(true) })}
        </RightOfDivider>
      )}
      {loaded && (
        <>
          <Divider control={divider} />
          <SideLabel side="before" text={strings.stage.before} />
          <SideLabel side="after" text={strings.stage.after} />
        </>
      )}
    </div>
  );
}
