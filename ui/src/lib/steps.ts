/** The steps of a request as the page shows them, derived from the state machine. */
import type { AnyStage } from './api/schema';
import type { InProgress, StageStates } from './machine';
import { strings } from './strings';

/** In the order in which they usually start; some run at the same time. */
export const STEPS = [
  'upload',
  'detector',
  'restorer',
  'upscaler',
  'compose',
  'verifier',
  'metrics',
  'encode',
] as const satisfies readonly AnyStage[];

export interface Step {
  name: (typeof STEPS)[number];
  state: 'waiting' | 'running' | 'done';
  /** 0 to 1. */
  fraction: number;
  detail: string | null;
}

export function stepsOf(state: InProgress): Step[] {
  return STEPS.map((name) => {
    if (name === 'upload') return uploadStep(state);
    const stage = state.name === 'processing' ? state.stages[name] : undefined;
    if (stage === undefined) return { name, state: 'waiting', fraction: 0, detail: null };
    const detail = stage.total > 1 ? strings.progress.count(stage.done, stage.total) : null;
    if (stage.state === 'finished') return { name, state: 'done', fraction: 1, detail };
    return { name, state: 'running', fraction: stage.total > 0 ? stage.done / stage.total : 0, detail };
  });
}

function uploadStep(state: InProgress): Step {
  if (state.name === 'processing') return { name: 'upload', state: 'done', fraction: 1, detail: null };
  const percent = Math.round(state.fraction * 100);
  return { name: 'upload', state: 'running', fraction: state.fraction, detail: strings.progress.percent(percent) };
}

/** The running stage that started last, else the last stage that was reported; null before the first stage starts. */
export function latestStage(stages: StageStates): AnyStage | null {
  const names = (Object.keys(stages) as AnyStage[]).filter(hasLabel);
  return names.findLast((name) => stages[name]?.state !== 'finished') ?? names.at(-1) ?? null;
}

/** The label of a stage. A stage that only a newer service has is shown by its name. */
export const stageLabel = (name: string): string => (hasLabel(name) ? strings.progress.stages[name] : name);

const hasLabel = (name: string): name is keyof typeof strings.progress.stages =>
  Object.hasOwn(strings.progress.stages, name);
