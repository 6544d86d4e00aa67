import { describe, expect, test } from 'vitest';
import {
  expectedResultBytes,
  learn,
  type Rates,
  remainingTime,
  STEPS,
  type StepName,
  type StepTime,
  shareDone,
  wantsLayers,
  workOf,
} from './estimate';
import { DEFAULTS } from './options';

/** A request as it was measured: 1000 x 644 pixels, 25 faces, factor 2, 51.1 s in all. */
const photo = { width: 1000, height: 644, file: { size: 400_000 } };
const work = workOf(photo, { ...DEFAULTS, upscale_factor: 2 }, 25);
const bytes = expectedResultBytes(work, DEFAULTS);
const MEASURED = {
  upload: 700,
  detector: 800,
  restorer: 41_000,
  upscaler: 45_000,
  compose: 900,
  verifier: 1000,
  metrics: 1500,
  encode: 300,
  receive: 1300,
} satisfies Partial<Record<StepName, number>>;
const RAN = Object.keys(MEASURED) as (keyof typeof MEASURED)[];
/** What the service counts: 25 faces, 12 pieces of the image. */
const UNITS: Partial<Record<StepName, number>> = { restorer: 1 / 25, upscaler: 1 / 12 };
const unknown = Object.fromEntries(STEPS.map((step) => [step, 1])) as Rates;
const learnt = learn(unknown, work, bytes, MEASURED);

/** When each step starts: restoring and enlarging beside each other, and the last measurements too. */
const START = ((): typeof MEASURED => {
  const detector = MEASURED.upload;
  const restorer = detector + MEASURED.detector;
  const compose = Math.max(restorer + MEASURED.restorer, detector + MEASURED.upscaler);
  const verifier = compose + MEASURED.compose;
  const receive = verifier + MEASURED.metrics;
  return {
    upload: 0,
    detector,
    restorer,
    upscaler: detector,
    compose,
    verifier,
    metrics: verifier,
    encode: verifier,
    receive,
  };
})();
const TOTAL = START.receive + MEASURED.receive;

const OVER = Object.fromEntries(STEPS.map((step) => [step, { state: 'done', fraction: 1, unit: 0, elapsed: 0 }]));

function at(now: number): Record<StepName, StepTime> {
  const entries = RAN.map((step) => {
    const elapsed = Math.max(0, now - START[step]);
    const share = Math.min(1, elapsed / MEASURED[step]);
    const state = elapsed === 0 ? 'waiting' : share === 1 ? 'done' : 'running';
    const unit = UNITS[step] ?? 0;
    const fraction = state === 'done' ? 1 : unit * Math.floor(share / (unit || 2));
    return [step, { state, fraction, unit, elapsed }] as const;
  });
  return { ...OVER, ...Object.fromEntries(entries) } as Record<StepName, StepTime>;
}

describe('the remaining time', () => {
  test('is within a quarter of the whole from the first fifth on, with what was learnt', () => {
    for (let now = TOTAL / 5; now < TOTAL; now += 500) {
      const error = remainingTime(at(now), work, bytes, learnt) - (TOTAL - now);
      expect(Math.abs(error)).toBeLessThan(TOTAL / 4);
    }
  });

  test('is within a quarter from the first fifth on even if this service is twice as slow as expected', () => {
    const fast = Object.fromEntries(STEPS.map((step) => [step, learnt[step] / 2])) as Rates;
    for (let now = TOTAL / 5; now < TOTAL; now += 500) {
      expect(Math.abs(remainingTime(at(now), work, bytes, fast) - (TOTAL - now))).toBeLessThan(TOTAL / 4);
    }
  });

  test('ends at nothing', () => {
    expect(remainingTime(at(TOTAL), work, bytes, learnt)).toBe(0);
  });
});

describe('the bar', () => {
  test('stands where the time stands', () => {
    let before = 0;
    for (let now = TOTAL / 5; now < TOTAL * 0.99; now += 500) {
      const share = shareDone(now, remainingTime(at(now), work, bytes, learnt), before);
      expect(Math.abs(share - now / TOTAL)).toBeLessThan(0.15);
      expect(share).toBeGreaterThanOrEqual(before);
      before = share;
    }
  });

  test('is not full before the result is there', () => {
    expect(shareDone(50_000, 0, 0.98)).toBeLessThan(1);
  });
});

test('a step that did not run teaches nothing', () => {
  const rates = learn(learnt, work, bytes, { upscaler: 0 });
  expect(rates).toEqual(learnt);
});

test('layers are asked for where faces can be faded, and where no browser shows the file', () => {
  const wanted = (outputPixels: number, options: object) =>
    wantsLayers({ ...work, outputPixels }, { ...DEFAULTS, ...options });
  expect([wanted(1e6, {}), wanted(17e6, {}), wanted(1e6, { faces: 'none' })]).toEqual([true, false, false]);
  expect(wanted(17e6, { faces: 'none', output_format: 'jxl' })).toBe(true);
});
