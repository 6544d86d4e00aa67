// @vitest-environment jsdom
import { afterEach, describe, expect, test, vi } from 'vitest';
import document from '../../openapi.json';
import { DEFAULTS, FACES, FACTORS, FORMATS, loadOptions, METADATA, sanitize, saveOptions } from './options';

describe('options', () => {
  afterEach(() => localStorage.clear());

  test('are stored between visits', () => {
    saveOptions({ ...DEFAULTS, upscale_factor: 4, strength: 0.35, output_format: 'jpeg' });
    expect(loadOptions()).toEqual({ ...DEFAULTS, upscale_factor: 4, strength: 0.35, output_format: 'jpeg' });
  });

  test('have the defaults of the API', () => {
    for (const [name, option] of Object.entries(document.components.schemas.EnhanceOptions.properties)) {
      expect(DEFAULTS).toHaveProperty(name, 'default' in option ? option.default : null);
    }
    expect(sanitize({})).toEqual(DEFAULTS);
  });

  test('accept every choice that the page offers', () => {
    for (const upscale_factor of FACTORS) expect(sanitize({ upscale_factor })).toEqual({ ...DEFAULTS, upscale_factor });
    for (const faces of FACES) expect(sanitize({ faces })).toEqual({ ...DEFAULTS, faces });
    for (const metadata of METADATA) expect(sanitize({ metadata })).toEqual({ ...DEFAULTS, metadata });
    for (const output_format of FORMATS) expect(sanitize({ output_format })).toEqual({ ...DEFAULTS, output_format });
  });

  test('that are invalid become the defaults', () => {
    expect(sanitize({ upscale_factor: 7, strength: 2, faces: 'some', background: 'yes' })).toEqual(DEFAULTS);
    expect(sanitize('[1]')).toEqual(DEFAULTS);
    localStorage.setItem('visage.options', '{broken');
    expect(loadOptions()).toEqual(DEFAULTS);
  });

  test('work without storage', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('forbidden');
    });
    expect(() => saveOptions({ ...DEFAULTS })).not.toThrow();
  });
});
