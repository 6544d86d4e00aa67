import { describe, expect, test } from 'vitest';
import { faceKind, verdictOf } from './verdict';

const face = (identity_similarity: number | null, reliable: boolean | null = true) => ({
  box: [0, 0, 9, 9] as [number, number, number, number],
  score: 1,
  restored: identity_similarity !== null,
  identity_similarity,
  reliable,
  strength_used: 1,
});

describe('one face', () => {
  test.each([
    [face(0.97), 'sure'],
    [face(0.4), 'sure'],
    [face(0.39), 'doubtful'],
    [face(0.996, false), 'unknown'],
    [face(0.1, false), 'unknown'],
    [face(null, null), 'unchanged'],
    [{ ...face(null, null), restored: true }, 'unknown'],
  ] as const)('%o is %s', (one, kind) => expect(faceKind(one)).toBe(kind));
});

describe('the verdict', () => {
  test('never praises a figure that is not reliable', () => {
    expect(verdictOf([face(0.996, false)])).toEqual({
      word: 'unknown',
      count: 1,
      restored: 1,
      worst: { index: 0, similarity: 0.996 },
    });
  });

  test('is a warning as soon as one reliable face is doubtful', () => {
    const faces = [face(0.9), face(0.2, false), face(0.31), face(0.35)];
    expect(verdictOf(faces)).toEqual({ word: 'look', count: 2, restored: 4, worst: { index: 2, similarity: 0.31 } });
  });

  test('is yes only if every restored face is sure', () => {
    expect(verdictOf([face(0.9), face(0.7), face(null, null)])).toMatchObject({
      word: 'same',
      count: 2,
      worst: { index: 1, similarity: 0.7 },
    });
    expect(verdictOf([face(0.9), face(0.7, false)]).word).toBe('unknown');
  });

  test('says nothing where nobody was restored', () => {
    expect(verdictOf([face(null, null)])).toMatchObject({ word: 'nobody', worst: null });
    expect(verdictOf([]).word).toBe('nobody');
  });
});
