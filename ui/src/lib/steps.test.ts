import { expect, test } from 'vitest';
import { STAGES } from './api/constants';
import { DEFAULTS } from './options';
import { latestStage, STEPS, stageLabel, stepsOf } from './steps';

test('steps show what is running and its progress', () => {
  const request = { photo: {} as never, options: { ...DEFAULTS }, attempt: 1, problem: null };
  const upload = stepsOf({ ...request, name: 'uploading', fraction: 0.42 });
  expect(upload[0]).toMatchObject({ name: 'upload', state: 'running', detail: '42 %' });
  const steps = stepsOf({
    ...request,
    name: 'processing',
    stages: {
      detector: { state: 'finished', done: 0, total: 0 },
      restorer: { state: 'progress', done: 1, total: 3 },
    },
  });
  expect(steps.map((step) => step.state).slice(0, 4)).toEqual(['done', 'done', 'running', 'waiting']);
  expect(steps[2]?.detail).toBe('1 of 3');
});

test('every stage of the service is a step', () => {
  expect(STEPS).toEqual(expect.arrayContaining([...STAGES]));
});

test('the latest stage is the last one that is still running', () => {
  const [running, finished] = (['progress', 'finished'] as const).map((state) => ({ state, done: 0, total: 0 }));
  expect(latestStage({})).toBeNull();
  expect(latestStage({ detector: finished, upscaler: running, restorer: finished })).toBe('upscaler');
  expect(latestStage({ detector: finished, upscaler: finished })).toBe('upscaler');
  expect(latestStage({ detector: running, colorizer: running } as object)).toBe('detector');
});

test('a stage that the page does not know is shown by its name', () => {
  expect(stageLabel('detector')).toBe('Finding faces');
  expect(stageLabel('colorizer')).toBe('colorizer');
});
