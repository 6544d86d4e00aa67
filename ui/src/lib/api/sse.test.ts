import { expect, test } from 'vitest';
import { eventReader } from './sse';

test('each event is returned once, however the text is split', () => {
  const text = ': hello\n\nevent: stage\ndata: {"a":1}\n\nevent: result\ndata: {}\n\nevent: half\nda';
  for (const step of [1, 3, 7, text.length]) {
    const { read } = eventReader();
    const events = [];
    for (let end = step; end < text.length + step; end += step) events.push(...read(text.slice(0, end)));
    expect(events).toEqual([
      { event: 'stage', data: '{"a":1}' },
      { event: 'result', data: '{}' },
    ]);
  }
});

test('an event that has begun is known before it is complete', () => {
  const { read, begun } = eventReader();
  const text = 'event: stage\ndata: {}\n\nevent: resu';
  read(text);
  expect(begun(text)).toBeNull();
  expect(begun(`${text}lt\ndata: {"da`)).toBe('result');
});
