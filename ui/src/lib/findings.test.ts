import { expect, test } from 'vitest';
import type { DryRunFace, Reason } from './api/schema';
import { findingsOf } from './findings';

const face = (reason: Reason | null, chosen = true) =>
  ({ box: [20, 10, 60, 60], reason, chosen, advisable: reason === null }) as DryRunFace;
const data = {
  input_width: 200,
  input_height: 100,
  width: 2,
  height: 2,
  processing_time_ms: 1,
  warning: null,
  notes: [],
};

test('faces are counted, and what is to be known of them', () => {
  const faces = [face(null), face('too_small'), face('bystander', false), face('too_small'), face('already_sharp')];
  const { marks, ...counted } = findingsOf({ ...data, faces, estimated_s: 8 });
  expect(counted).toEqual({
    faces: 5,
    chosen: 4,
    seconds: 8,
    remarks: [
      { reason: 'already_sharp', count: 1 },
      { reason: 'too_small', count: 2 },
      { reason: 'bystander', count: 1 },
    ],
  });
  expect(marks).toHaveLength(5);
  expect(marks[2]).toEqual({ left: 0.1, top: 0.1, width: 0.2, height: 0.5, chosen: false });
});

test('a photo without a face has nothing to remark', () => {
  expect(findingsOf({ ...data, faces: [], estimated_s: null })).toEqual({
    faces: 0,
    chosen: 0,
    seconds: null,
    marks: [],
    remarks: [],
  });
});
