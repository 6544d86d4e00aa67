import { expect, test } from 'vitest';
import { RUNNING } from '@/testing/fixtures';
import { STAGES } from './api/constants';
import { STEPS } from './estimate';
import { latestStage, stageLabel, stepsOf } from './steps';

const of = (state: 'started' | 'progress' | 'finished', done = 0, total = 0, since = 0) => ({
  state,
  done,
  total,
  since,
});

test('steps show what is running, for how long, and its progress', () => {
  const upload = stepsOf({ ...RUNNING, name: 'uploading', fraction: 0.42 }, 1000, 300);
  expect(upload[0]).toMatchObject({ name: 'upload', state: 'running', detail: '42%', elapsed: 300 });
  const stages = { detector: of('finished'), restorer: of('progress', 1, 3, 500) };
  const steps = stepsOf({ ...RUNNING, name: 'processing', stages, receiving: null }, 1000, 900);
  expect(steps.map((step) => step.state).slice(0, 4)).toEqual(['done', 'done', 'running', 'waiting']);
  expect(steps[2]).toMatchObject({ detail: '1 of 3', elapsed: 400 });
});

test('a count is shown even if it counts to one', () => {
  const stages = { upscaler: of('started', 0, 1) };
  const steps = stepsOf({ ...RUNNING, name: 'processing', stages, receiving: null }, 1000, 0);
  expect(steps.find(({ name }) => name === 'upscaler')?.detail).toBe('0 of 1');
});

test('receiving is the last step, and says how much has come', () => {
  const receiving = { bytes: 3_250_000, since: 100 };
  const steps = stepsOf({ ...RUNNING, name: 'processing', stages: {}, receiving }, 6_500_000, 600);
  expect(steps.at(-1)).toMatchObject({ name: 'receive', state: 'running', fraction: 0.5, elapsed: 500 });
  expect(steps.at(-1)?.detail).toContain('3.1');
});

test('every stage of the service is a step', () => {
  expect(STEPS).toEqual(expect.arrayContaining([...STAGES]));
});

test('the latest stage is the last one that is still running', () => {
  const [running, finished] = [of('progress'), of('finished')];
  expect(latestStage({})).toBeNull();
  expect(latestStage({ detector: finished, upscaler: running, restorer: finished })).toBe('upscaler');
  expect(latestStage({ detector: finished, upscaler: finished })).toBe('upscaler');
  expect(latestStage({ detector: running, colorizer: running } as object)).toBe('detector');
});

test('a stage that the page does not know is shown by its name', () => {
  expect(stageLabel('detector')).toBe('Finding faces');
  expect(stageLabel('colorizer')).toBe('colorizer');
});
