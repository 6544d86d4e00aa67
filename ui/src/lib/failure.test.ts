import { describe, expect, test } from 'vitest';
import document from '../../openapi.json';
import { failureOf, isFinal, plainFailure } from './failure';
import { strings } from './strings';

const busy = { error: 'The service is busy.', stage: 'ingress' };

describe('a failure', () => {
  test('has the stage, the message and the delay before a retry', () => {
    expect(failureOf(503, busy, 'stage_busy', '5')).toEqual({
      kind: 'busy',
      status: 503,
      stage: 'ingress',
      message: 'The service is busy.',
      retryAfterS: 5,
    });
    expect(failureOf(503, busy, 'stage_busy', 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterS).toBeNull();
  });

  test.each(document.components.schemas.ErrorCode.enum)('with the code %s has strings', (code) => {
    const { kind } = failureOf(418, null, code, null); // no status or stage from which the kind could be guessed
    expect(kind).not.toBe('garbled');
    expect(strings.failure.kinds[kind].title).not.toBe('');
  });

  test('is known by its code, not by its status and stage', () => {
    expect(failureOf(422, { error: '', stage: 'request' }, 'no_face_detected', null).kind).toBe('noFace');
    expect(failureOf(503, { error: '', stage: 'restorer' }, 'stage_busy', null).kind).toBe('busy');
    expect(failureOf(500, { error: '', stage: 'internal' }, 'inference_failed', null).kind).toBe('stageFailed');
  });

  test.each([
    [408, 'upload', 'slow'],
    [413, 'upload', 'bytes'],
    [413, 'decode', 'pixels'],
    [415, 'decode', 'type'],
    [422, 'decode', 'damaged'],
    [422, 'request', 'option'],
    [422, 'detector', 'noFace'],
    [429, 'ingress', 'rate'],
    [500, 'metrics', 'stageFailed'],
    [500, 'internal', 'internal'],
    [503, 'ingress', 'busy'],
    [503, 'upscaler', 'stageGone'],
    [504, 'ingress', 'deadline'],
    [418, 'request', 'internal'],
  ])('without a known code is known by its status: %i in %s', (status, stage, kind) => {
    for (const code of [undefined, null, 'made_up', 'toString']) {
      expect(failureOf(status, { error: '', stage }, code, null).kind).toBe(kind);
    }
  });

  test('is final where the photo or its options are the reason, whatever the service says of it', () => {
    const final = (code: string) =>
      isFinal(failureOf(500, { error: 'No face was detected.', stage: 'detector' }, code, 1));
    expect(document.components.schemas.ErrorCode.enum.filter(final).sort()).toEqual([
      'bad_proportions',
      'bad_request',
      'forbidden',
      'idempotency_key_reused',
      'no_face_detected',
      'too_complex',
      'too_few_pixels',
      'too_many_pixels',
      'undecodable',
      'unsupported_format',
      'upload_too_large',
    ]);
    for (const kind of ['unreachable', 'gateway', 'lost', 'garbled'] as const) {
      expect(isFinal(plainFailure(kind)), kind).toBe(false);
    }
  });

  test('can come from something other than the service', () => {
    expect(failureOf(404, '<html>', undefined, null)).toMatchObject({ kind: 'garbled', message: null, stage: null });
    expect(failureOf(500, 'Internal Server Error', undefined, null).kind).toBe('internal');
    expect(failureOf(502, '<html>', undefined, null).kind).toBe('gateway');
    expect(failureOf(503, null, undefined, null)).toMatchObject({ kind: 'busy', retryAfterS: null });
  });
});
