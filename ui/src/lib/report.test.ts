import { expect, test } from 'vitest';
import { photoOf } from '@/testing/fixtures';
import { archiveNames } from './archive';
import { plainFailure } from './failure';
import { DEFAULTS } from './options';
import { csvBlob, reportOf } from './report';
import type { Result } from './result';
import type { Job } from './session';

const named = (name: string) => ({ ...photoOf(4, 3), file: new File(['x'], name) });
const data = {
  width: 8,
  height: 6,
  faces: [{ box: [0, 0, 4, 4], score: 1, restored: true, identity_similarity: 0.9, reliable: true, strength_used: 1 }],
  metrics: { psnr: 30, ssim: 0.9, lpips: 0.1, identity_similarity: 0.9 },
  processing_time_ms: 1500,
  warning: 'Look, "twice".',
};
const done = (id: number, name: string): Job => ({
  id,
  photo: named(name),
  state: {
    name: 'done',
    options: { ...DEFAULTS },
    attempt: 1,
    forecastMs: null,
    saved: false,
    strengths: null,
    encoding: null,
    result: { data, layers: null } as unknown as Result,
  },
});
const failed: Job = {
  id: 9,
  photo: named('=SUM(A1).jpg'),
  state: {
    name: 'failed',
    options: { ...DEFAULTS },
    attempt: 1,
    forecastMs: null,
    failure: plainFailure('damaged'),
    waiting: false,
    since: 0,
  },
};

test('the table has a line for every photo, quoted as spreadsheets want it and without formulas', async () => {
  const [head, first, second] = (await csvBlob([done(1, 'a,b.jpg'), failed]).text())
    .replace('\ufeff', '')
    .split('\r\n');
  expect(head).toMatch(/^file,state,/);
  expect(first).toBe('"a,b.jpg",done,8,6,1,1,same,0.9,true,30,0.9,0.1,1.5,"Look, ""twice"".",');
  expect(second).toMatch(/^'=SUM\(A1\)\.jpg,failed,.*,damaged$/);
});

test('the report has no picture', () => {
  expect(reportOf(done(1, 'a.jpg'))).toMatchObject({ file: { name: 'a.jpg' }, result: { metrics: { psnr: 30 } } });
  expect(JSON.stringify(reportOf(done(1, 'a.jpg')))).not.toContain('restored_image');
});

test('results of photos with the same name get different names', () => {
  const names = archiveNames([done(1, 'a.jpg'), done(2, 'A.png'), failed, done(3, 'a.jpg')]);
  expect([...names.values()]).toEqual(['a-restored-2x.png', 'A-restored-2x-2.png', 'a-restored-2x-3.png']);
});
