import { expect, test } from 'vitest';
import { eventReader } from './sse';

test('each event is returned once, however the text is split', () => {
  const text = ': hello\n\nevent: stage\ndata: {"a":1}\n\nevent: result\ndata: {}\n\nevent: half\nda';
  for (const step of [1, 3, 7, text.length]) {
    const read = eventReader();
    const events = [];
    for (let end = step; end < text.length + step; end += step) events.push(...read(text.slice(0, end)));
    expect(events).toEqual([
      { event: 'stage', data: '{"a":1}' },
      { event: 'result', data: '{}' },
    ]);
  }
});
