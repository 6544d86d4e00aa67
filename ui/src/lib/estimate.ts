/** How far a request is and how long it will still take. Pure: all times are arguments, in milliseconds. */
import type { AnyStage } from './api/schema';
import { SHOWN } from './image-formats';
import type { Options } from './options';

/**
 * The steps of a request in the order in which they usually start; some run at the same time. Each has the milliseconds
 * that the default models take on two CPU cores, and for what; for the first request of a tab. Every result replaces them
 * by what this service needs.
 */
const COSTS = {
  upload: { ms: 0.2, per: 'kilobyte' },
  detector: { ms: 120, per: 'comparedMegapixel' },
  restorer: { ms: 1100, per: 'face' },
  upscaler: { ms: 9000, per: 'enlargedMegapixel' },
  compose: { ms: 60, per: 'outputMegapixel' },
  verifier: { ms: 60, per: 'face' },
  metrics: { ms: 700, per: 'comparedMegapixel' },
  encode: { ms: 60, per: 'outputMegapixel' },
  receive: { ms: 0.2, per: 'resultKilobyte' },
} as const satisfies Partial<Record<AnyStage | 'receive', { ms: number; per: string }>>;

export type StepName = keyof typeof COSTS;
type Unit = (typeof COSTS)[StepName]['per'];

export const STEPS = Object.keys(COSTS) as StepName[];

/** What the cost of a step grows with. */
export interface Work {
  inputPixels: number;
  outputPixels: number;
  /** null: not known yet. */
  faces: number | null;
  bytes: number;
  background: boolean;
}

/** Milliseconds that a step needs for one unit of its work. */
export type Rates = Readonly<Record<StepName, number>>;

export const FIRST_RATES = Object.fromEntries(STEPS.map((step) => [step, COSTS[step].ms])) as Rates;

/** Two faces are expected until the detector has counted them. */
const EXPECTED_FACES = 2;
const COMPARED_PIXELS = 1_048_576;
/** Base64 makes three bytes four; a PNG has one and a half bytes a pixel, other formats a third of a byte. */
const RESULT_BYTES_PER_PIXEL = { png: 2, other: 0.45 };
/** With layers, the background without the faces comes beside the result, as PNG. */
const LAYERS_BYTES_PER_PIXEL = RESULT_BYTES_PER_PIXEL.png;
/** No browser on iOS has a larger canvas, and so many pixels of a second picture are worth their way. */
const MAX_LAYERED_PIXELS = 16_777_216;

export function workOf(
  photo: { width: number; height: number; file: { size: number } },
  options: Pick<Options, 'upscale_factor' | 'background'>,
  faces: number | null = null,
): Work {
  const inputPixels = photo.width * photo.height;
  return {
    inputPixels,
    outputPixels: inputPixels * options.upscale_factor ** 2,
    faces,
    bytes: photo.file.size,
    background: options.background,
  };
}

/** The bytes that the result will have on its way, as far as one can tell before. */
export const expectedResultBytes = (work: Work, options: Pick<Options, 'output_format' | 'faces'>): number =>
  work.outputPixels *
  ((wantsLayers(work, options) ? LAYERS_BYTES_PER_PIXEL : 0) +
    (options.output_format === 'png' ? RESULT_BYTES_PER_PIXEL.png : RESULT_BYTES_PER_PIXEL.other));

/**
 * Whether the page asks for the result in layers: so that faces can be faded without another request, or because
 * browsers do not show the format.
 */
export const wantsLayers = (
  { outputPixels }: Work,
  { faces, output_format }: Pick<Options, 'faces' | 'output_format'>,
): boolean => !SHOWN.has(output_format) || (faces !== 'none' && outputPixels <= MAX_LAYERED_PIXELS);

/** The units of work of a step. */
function unitsOf(step: StepName, work: Work, resultBytes: number): number {
  const units: Record<Unit, number> = {
    kilobyte: work.bytes / 1000,
    resultKilobyte: resultBytes / 1000,
    face: work.faces ?? EXPECTED_FACES,
    comparedMegapixel: Math.min(work.outputPixels, COMPARED_PIXELS) / 1e6,
    // Without the network, enlarging takes next to nothing.
    enlargedMegapixel: ((work.background ? 1 : 0.002) * work.inputPixels) / 1e6,
    outputMegapixel: work.outputPixels / 1e6,
  };
  return units[COSTS[step].per];
}

/** The rates after a request whose steps took `times` (as in `timings_ms`). A step without a time keeps its rate. */
export function learn(rates: Rates, work: Work, resultBytes: number, times: Readonly<Record<string, number>>): Rates {
  const learnt: Record<StepName, number> = { ...rates };
  for (const step of STEPS) {
    const time = times[step];
    const units = unitsOf(step, work, resultBytes);
    if (time !== undefined && time > 0 && units > 0) learnt[step] = time / units;
  }
  return learnt;
}

export interface StepTime {
  state: 'waiting' | 'running' | 'done';
  /** 0 to 1, counted by the service; 0 if it does not count in this step. */
  fraction: number;
  /** The fraction that one count makes; 0 if the service does not count in this step. */
  unit: number;
  /** Since its start; 0 if it has not started. */
  elapsed: number;
}

/** What a running step without a count may come to be taken for. */
const ALMOST = 0.95;
/** From this share of a step on its own speed is the better guide. */
const MEASURED_FROM = 0.1;

function remainingOf(step: StepTime, expected: number): number {
  if (step.state === 'done') return 0;
  if (step.state === 'waiting') return expected;
  const { fraction, unit, elapsed } = step;
  // Since the last count about half of the next one has passed.
  const reached = Math.min(ALMOST, fraction + unit / 2);
  if (fraction >= MEASURED_FROM) return (elapsed / reached) * (1 - reached);
  if (fraction > 0) return Math.max(expected - elapsed, expected * (1 - fraction) * 0.5);
  return Math.max(expected - elapsed, expected * (1 - ALMOST));
}

/**
 * The milliseconds that the rest will take. Restoring and enlarging run side by side, as do the last measurements and
 * encoding, so the longer of them counts.
 */
export function remainingTime(
  times: Readonly<Record<StepName, StepTime>>,
  work: Work,
  resultBytes: number,
  rates: Rates,
): number {
  const left = (step: StepName) => remainingOf(times[step], unitsOf(step, work, resultBytes) * rates[step]);
  return (
    left('upload') +
    Math.max(left('detector') + left('restorer'), left('upscaler')) +
    left('compose') +
    Math.max(left('verifier'), left('metrics'), left('encode')) +
    left('receive')
  );
}

/** How much of the time is over, 0 to 1. Never goes back behind `before`, and reaches 1 only with the result. */
export const shareDone = (elapsed: number, remaining: number, before: number): number =>
  Math.min(0.99, Math.max(before, elapsed / Math.max(1, elapsed + remaining)));
