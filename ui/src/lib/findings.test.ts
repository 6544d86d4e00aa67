import { expect, test } from 'vitest';
import type { DryRunFace, Reason } from './api/schema';
import { findingsOf } from './findings';

const face = (reason: Reason | null, chosen = true) => ({ reason, chosen, advisable: reason === null }) as DryRunFace;
const data = { input_width: 1, input_height: 1, width: 2, height: 2, processing_time_ms: 1, warning: null, notes: [] };

test('faces are counted, and what is to be known of them', () => {
  const faces = [face(null), face('too_small'), face('bystander', false), face('too_small'), face('already_sharp')];
  expect(findingsOf({ ...data, faces, estimated_s: 8 })).toEqual({
    faces: 5,
    chosen: 4,
    seconds: 8,
    remarks: [
      { reason: 'already_sharp', count: 1 },
      { reason: 'too_small', count: 2 },
      { reason: 'bystander', count: 1 },
    ],
  });
});

test('a photo without a face has nothing to remark', () => {
  expect(findingsOf({ ...data, faces: [], estimated_s: null })).toEqual({
    faces: 0,
    chosen: 0,
    seconds: null,
    remarks: [],
  });
});
