'use client';
import { ImageUp } from 'lucide-react';
import { useState } from 'react';
import type { PublicLimits } from '@/lib/api/schema';
import { formatBytes } from '@/lib/format';
import type { Problem } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

interface Props {
  limits: PublicLimits;
  onOpen: () => void;
  onFile: (file: File) => Promise<void>;
  onProblem: (problem: Problem) => void;
}

const SAMPLE = '/astronaut.jpg';

/** The start page: asks for a photo and offers a sample. */
export function EmptyState({ limits, onOpen, onFile, onProblem }: Props) {
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col justify-center gap-6 py-4 sm:gap-8 sm:py-8">
      <div className="text-center">
        <h1 className="font-serif text-4xl leading-tight tracking-tight sm:text-6xl">{strings.empty.headline}</h1>
        <p className="mx-auto mt-3 max-w-lg text-lg text-soft text-balance">{strings.empty.lead}</p>
      </div>
      <div className="rounded-[2rem] border border-line bg-card p-3 shadow-[0_24px_60px_-32px_rgb(60_40_20/0.35)]">
        <div className="flex flex-col items-center gap-4 rounded-3xl border-2 border-edge/40 border-dashed bg-linear-to-b from-wash to-card px-2 py-10 text-center sm:px-4 sm:py-14">
          <span className="grid size-16 place-items-center rounded-full bg-card text-accent shadow-sm">
            <ImageUp aria-hidden className="size-8" strokeWidth={1.5} />
          </span>
          <p>
            <span className="block font-medium text-lg">{strings.empty.drop}</span>
            <span className="text-soft">{strings.empty.paste}</span>
          </p>
          <Button variant="primary" size="large" onClick={onOpen}>
            {strings.empty.choose}
          </Button>
          <p className="text-sm text-soft">{strings.empty.rules(formatBytes(limits.max_upload_bytes))}</p>
        </div>
      </div>
      <SamplePhoto onFile={onFile} onProblem={onProblem} />
    </div>
  );
}

function SamplePhoto({ onFile, onProblem }: Pick<Props, 'onFile' | 'onProblem'>) {
  const [loading, setLoading] = useState(false);
  const load = async () => {
    setLoading(true);
    try {
      const response = await fetch(SAMPLE);
      if (!response.ok) throw new Error(String(response.status));
      await onFile(new File([await response.blob()], 'astronaut.jpg', { type: 'image/jpeg' }));
    } catch {
      onProblem({ kind: 'sample' });
    } finally {
      setLoading(false);
    }
  };
  return (
    <button
      type="button"
      onClick={load}
      disabled={loading}
      className="mx-auto flex items-center gap-4 rounded-2xl p-2 pr-5 text-left transition-colors hover:bg-wash"
    >
      <img
        src={SAMPLE}
        alt={strings.empty.sampleAlt}
        width={72}
        height={72}
        className="size-18 rounded-xl object-cover"
      />
      <span>
        <span className="block font-medium">{strings.empty.sample}</span>
        <span className="block text-sm text-soft">{strings.empty.sampleCredit}</span>
      </span>
    </button>
  );
}
