'use client';
import { ImageUp } from 'lucide-react';
import type { PublicLimits } from '@/lib/api/schema';
import { formatBytes } from '@/lib/format';
import { strings } from '@/lib/strings';
import { Footer } from '../layout/footer';
import { Button } from '../ui/button';
import { Samples } from './samples';

interface Props {
  limits: PublicLimits;
  onOpen: () => void;
  onFile: (file: File) => Promise<void>;
  onSampleMissing: () => void;
}

/** The start page: shows what happens to a photo, and asks for one. */
export function EmptyState({ limits, onOpen, onFile, onSampleMissing }: Props) {
  const text = strings.empty;
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-6 py-2 sm:py-6">
      <div className="grid flex-1 items-center gap-6 lg:grid-cols-2 lg:gap-12">
        <div className="flex flex-col gap-5">
          <h1 className="font-serif text-4xl leading-[1.05] tracking-tight sm:text-6xl">{text.headline}</h1>
          <p className="max-w-lg text-balance text-lg text-soft">{text.lead}</p>
          <div className="flex flex-col items-start gap-4 rounded-3xl border-2 border-edge/50 border-dashed bg-card px-5 py-6 sm:px-8 sm:py-8">
            <p className="flex items-center gap-3 pointer-coarse:hidden">
              <ImageUp aria-hidden className="size-7 shrink-0 text-accent" strokeWidth={1.5} />
              <span>
                <span className="font-medium">{text.drop}</span> <span className="text-soft">{text.paste}</span>
              </span>
            </p>
            <Button variant="primary" size="large" onClick={onOpen} className="pointer-coarse:w-full">
              <span className="pointer-coarse:hidden">{text.choose}</span>
              <span className="hidden pointer-coarse:inline">{text.chooseTouch}</span>
            </Button>
            <p className="text-sm text-soft">{text.rules(formatBytes(limits.max_upload_bytes))}</p>
            <p className="text-sm text-soft" data-testid="film-rules">
              {limits.film
                ? strings.film.rules(formatBytes(limits.film.max_upload_bytes))
                : strings.film.rulesElsewhere}
            </p>
          </div>
        </div>
        <Samples onFile={onFile} onMissing={onSampleMissing} />
      </div>
      <Footer />
    </div>
  );
}
