/** The options of a request: their values, their defaults, and how they are stored between visits. */
import {
  FACE_CHOICES,
  LOW_IDENTITY_CHOICES,
  METADATA_CHOICES,
  OPTION_DEFAULTS,
  OUTPUT_FORMATS,
  UPSCALE_FACTORS,
} from './api/constants';
import type { EnhanceOptions, FaceChoice, LowIdentity, MetadataChoice, OutputFormatName } from './api/schema';

export type Options = Omit<Required<EnhanceOptions>, 'faces'> & { faces: FaceChoice };

/** What is sent: `faces` may also be a list, as JSON. */
export type RequestOptions = Omit<Options, 'faces'> & { faces: string };

export const FACTORS: readonly number[] = UPSCALE_FACTORS;
export const FACES: readonly FaceChoice[] = FACE_CHOICES;
export const LOW_IDENTITY: readonly LowIdentity[] = LOW_IDENTITY_CHOICES;
export const METADATA: readonly MetadataChoice[] = METADATA_CHOICES;
export const FORMATS: readonly OutputFormatName[] = OUTPUT_FORMATS.map(({ name }) => name);
export const DEFAULTS: Readonly<Options> = OPTION_DEFAULTS;

const KEY = 'visage.options';

/** Accepts any value. An option that is missing or invalid gets its default. */
export function sanitize(raw: unknown): Options {
  const given = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  const oneOf = <T>(values: readonly T[], value: unknown, fallback: T): T =>
    values.includes(value as T) ? (value as T) : fallback;
  const flag = (value: unknown, fallback: boolean) => (typeof value === 'boolean' ? value : fallback);
  const number = (value: unknown, low: number, high: number, fallback: number) =>
    typeof value === 'number' && value >= low && value <= high ? value : fallback;
  return {
    ...DEFAULTS,
    upscale_factor: oneOf(FACTORS, given.upscale_factor, DEFAULTS.upscale_factor),
    strength: number(given.strength, 0, 1, DEFAULTS.strength),
    faces: oneOf(FACES, given.faces, DEFAULTS.faces),
    bystanders: flag(given.bystanders, DEFAULTS.bystanders),
    on_low_identity: oneOf(LOW_IDENTITY, given.on_low_identity, DEFAULTS.on_low_identity),
    min_identity: number(given.min_identity, -1, 1, DEFAULTS.min_identity),
    color_correction: flag(given.color_correction, DEFAULTS.color_correction),
    grain: flag(given.grain, DEFAULTS.grain),
    background: flag(given.background, DEFAULTS.background),
    output_format: oneOf(FORMATS, given.output_format, DEFAULTS.output_format),
    metadata: oneOf(METADATA, given.metadata, DEFAULTS.metadata),
  };
}

export function loadOptions(): Options {
  try {
    return sanitize(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return { ...DEFAULTS }; // storage is forbidden, or does not contain JSON
  }
}

export function saveOptions(options: Options): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(options));
  } catch {
    // Storage is forbidden or full. The options are then lost when the visitor leaves the page.
  }
}
