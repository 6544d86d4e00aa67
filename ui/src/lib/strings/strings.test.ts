import { expect, test } from 'vitest';
import { INPUT_FORMATS, OUTPUT_FORMATS } from '../api/constants';
import { strings } from '.';

test('sentences about formats name every format', () => {
  for (const { title } of INPUT_FORMATS) {
    expect(strings.empty.rules('10 MB')).toContain(title);
    expect(strings.problems.type).toContain(title);
    expect(strings.problems.knownType('GIF')).toContain(title);
    expect(strings.failure.kinds.type.advice).toContain(title);
  }
  for (const { title } of OUTPUT_FORMATS) expect(strings.options.format.help).toContain(title);
});
