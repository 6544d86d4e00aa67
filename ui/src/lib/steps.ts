/** The steps of a request as the page shows them, derived from the state of its job. */
import type { AnyStage } from './api/schema';
import { STEPS, type StepName, type StepTime } from './estimate';
import { formatBytes } from './format';
import type { InProgress, StageStates } from './machine';
import { strings, words } from './strings';

export interface Step extends StepTime {
  name: StepName;
  detail: string | null;
}

/** `now`: on the clock of the state's times. */
export function stepsOf(state: InProgress, expectedBytes: number, now: number): Step[] {
  return STEPS.map((name) => {
    if (name === 'upload') return uploadStep(state, now);
    if (name === 'receive') return receiveStep(state, expectedBytes, now);
    const stage = state.name === 'processing' ? state.stages[name] : undefined;
    if (stage === undefined) return { name, state: 'waiting', fraction: 0, unit: 0, elapsed: 0, detail: null };
    const detail = stage.total > 0 ? strings.progress.count(stage.done, stage.total) : null;
    const elapsed = now - stage.since;
    if (stage.state === 'finished') return { name, state: 'done', fraction: 1, unit: 0, elapsed, detail };
    const unit = stage.total > 0 ? 1 / stage.total : 0;
    return { name, state: 'running', fraction: stage.done * unit, unit, elapsed, detail };
  });
}

function uploadStep(state: InProgress, now: number): Step {
  const elapsed = now - state.since;
  if (state.name === 'processing')
    return { name: 'upload', state: 'done', fraction: 1, unit: 0, elapsed, detail: null };
  const { fraction } = state;
  return { name: 'upload', state: 'running', fraction, unit: 0, elapsed, detail: words.percent(fraction) };
}

/** Begins when the service has finished its last step and the result is on its way. */
function receiveStep(state: InProgress, expectedBytes: number, now: number): Step {
  if (state.name !== 'processing' || state.receiving === null)
    return { name: 'receive', state: 'waiting', fraction: 0, unit: 0, elapsed: 0, detail: null };
  const { bytes, since } = state.receiving;
  return {
    name: 'receive',
    state: 'running',
    fraction: Math.min(0.95, bytes / expectedBytes),
    unit: 0,
    elapsed: now - since,
    detail: bytes > 0 ? strings.progress.received(formatBytes(bytes)) : null,
  };
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
