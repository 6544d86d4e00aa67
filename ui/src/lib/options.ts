/** What the visitor may choose, its defaults, and keeping it between visits. */
import type { BodyEnhanceV1EnhancePost as Form } from './api/schema';

export type Options = Omit<Form, 'file' | 'reference'>;

export const FACTORS = [1, 2, 3, 4] as const;
export const FACES = ['all', 'largest', 'center'] as const satisfies readonly Options['faces'][];
export const FORMATS = ['png', 'jpeg'] as const satisfies readonly Options['output_format'][];

export const DEFAULTS: Readonly<Options> = {
  upscale_factor: 2,
  strength: 1,
  faces: 'all',
  color_correction: false,
  background: true,
  output_format: 'png',
};

const KEY = 'visage.options';

/** Options from anything: what is missing or out of range takes its default. */
export function sanitize(raw: unknown): Options {
  const given = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  const oneOf = <T>(values: readonly T[], value: unknown, fallback: T): T =>
    values.includes(value as T) ? (value as T) : fallback;
  const flag = (value: unknown, fallback: boolean) => (typeof value === 'boolean' ? value : fallback);
  const strength = given.strength;
  return {
    upscale_factor: oneOf<number>(FACTORS, given.upscale_factor, DEFAULTS.upscale_factor),
    strength: typeof strength === 'number' && strength >= 0 && strength <= 1 ? strength : DEFAULTS.strength,
    faces: oneOf<Options['faces']>(FACES, given.faces, DEFAULTS.faces),
    color_correction: flag(given.color_correction, DEFAULTS.color_correction),
    background: flag(given.background, DEFAULTS.background),
    output_format: oneOf<Options['output_format']>(FORMATS, given.output_format, DEFAULTS.output_format),
  };
}

export function loadOptions(): Options {
  try {
    return sanitize(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return { ...DEFAULTS }; // storage is forbidden, or holds something that is not ours
  }
}

export function saveOptions(options: Options): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(options));
  } catch {
    // Storage is forbidden or full: the options then last until the page is left.
  }
}
