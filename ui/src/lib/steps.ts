/** The steps of a request as the visitor sees them, made from the state machine's stages. */
import type { StageStates, State } from './machine';
import { type StageName, strings } from './strings';

/** In the order in which they usually begin; some run beside each other. */
export const STEPS = [
  'upload',
  'detector',
  'restorer',
  'upscaler',
  'compose',
  'verifier',
  'metrics',
  'encode',
] as const satisfies readonly StageName[];

export interface Step {
  name: (typeof STEPS)[number];
  state: 'waiting' | 'running' | 'done';
  /** 0 to 1. */
  fraction: number;
  detail: string | null;
}

type Under = Extract<State, { name: 'uploading' | 'processing' }>;

export function stepsOf(state: Under): Step[] {
  return STEPS.map((name) => {
    if (name === 'upload') return upload(state);
    const stage = state.name === 'processing' ? state.stages[name] : undefined;
    if (stage === undefined) return { name, state: 'waiting', fraction: 0, detail: null };
    const detail = stage.total > 1 ? strings.progress.count(stage.done, stage.total) : null;
    if (stage.state === 'finished') return { name, state: 'done', fraction: 1, detail };
    return { name, state: 'running', fraction: stage.total > 0 ? stage.done / stage.total : 0, detail };
  });
}

function upload(state: Under): Step {
  if (state.name === 'processing') return { name: 'upload', state: 'done', fraction: 1, detail: null };
  const percent = Math.round(state.fraction * 100);
  return { name: 'upload', state: 'running', fraction: state.fraction, detail: strings.progress.percent(percent) };
}

/** The stage that was heard of first among those that run; null before the first one begins. */
export function latestStage(stages: StageStates): StageName | null {
  const running = Object.entries(stages).filter(([, stage]) => stage.state !== 'finished');
  const name = running.at(-1)?.[0] ?? Object.keys(stages).at(-1);
  return name !== undefined && name in strings.progress.stages ? (name as StageName) : null;
}
