/** Reports of results: what was asked for and what came of it, as JSON or as a table. */
import type { Job } from './session';
import { changedStrengths, facesOf } from './strengths';
import { verdictOf } from './verdict';

/** Everything that is known of one photo; without the picture. */
export function reportOf({ photo, state }: Job): object {
  const { width, height, file } = photo;
  const about = { file: { name: file.name, bytes: file.size, width, height }, state: state.name };
  if (state.name === 'done') {
    const result = { ...state.result.data, faces: facesOf(state) };
    return { ...about, options: state.options, result, composed_in_browser: changedStrengths(state) !== null };
  }
  if (state.name === 'failed') return { ...about, options: state.options, failure: state.failure };
  return about;
}

export const jsonBlob = (content: unknown): Blob =>
  new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' });

const COLUMNS = [
  'file',
  'state',
  'width',
  'height',
  'faces',
  'restored',
  'same_person',
  'identity',
  'reliable',
  'psnr',
  'ssim',
  'lpips',
  'seconds',
  'warning',
  'error',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | boolean | null>>;

function rowOf({ photo, state }: Job): Row {
  const about: Row = { file: photo.file.name, state: state.name };
  if (state.name === 'failed') return { ...about, error: state.failure.message ?? state.failure.kind };
  if (state.name !== 'done') return about;
  const { data } = state.result;
  const faces = facesOf(state);
  const { word, worst } = verdictOf(faces);
  return {
    ...about,
    width: data.width,
    height: data.height,
    faces: data.faces.length,
    restored: data.faces.filter((face) => face.restored).length,
    same_person: word,
    identity: worst?.similarity ?? null,
    reliable: worst === null ? null : (faces[worst.index]?.reliable ?? null),
    psnr: data.metrics.psnr,
    ssim: data.metrics.ssim,
    lpips: data.metrics.lpips,
    seconds: data.processing_time_ms / 1000,
    warning: data.warning,
  };
}

/** One line a photo, as RFC 4180 has it. A text that a spreadsheet would take for a formula gets an apostrophe. */
export function csvBlob(jobs: readonly Job[]): Blob {
  const cell = (value: Row[keyof Row]): string => {
    if (value === null || value === undefined) return '';
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = jobs.map((job) => {
    const row = rowOf(job);
    return COLUMNS.map((column) => cell(row[column])).join(',');
  });
  return new Blob([`\ufeff${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`], { type: 'text/csv' });
}
