import { afterEach } from 'vitest';

// Half of the time of a test file that has no document and needs none of this.
if (typeof document !== 'undefined') {
  await import('@testing-library/jest-dom/vitest');
  const { cleanup } = await import('@testing-library/react');
  afterEach(cleanup);
  // jsdom has no layout.
  Element.prototype.scrollIntoView ??= () => {};
  globalThis.matchMedia ??= (media) => Object.assign(new EventTarget(), { matches: false, media }) as MediaQueryList;
}

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
URL.createObjectURL ??= () => 'blob:photo';
URL.revokeObjectURL ??= () => {};
