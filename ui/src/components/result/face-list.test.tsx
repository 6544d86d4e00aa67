import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { photoOf } from '@/testing/fixtures';
import { FaceList } from './face-list';

test('each face shows whether its score is reliable', async () => {
  const face = { box: [10, 10, 60, 70] as [number, number, number, number], score: 0.99 };
  const faces = [
    { ...face, restored: true, identity_similarity: 0.91, reliable: true },
    { ...face, restored: true, identity_similarity: 0.5, reliable: false },
    { ...face, restored: false, identity_similarity: null, reliable: null },
  ];
  const result = { url: 'blob:b', blob: new Blob(), data: { width: 800, height: 600, faces } as never };
  const onZoom = vi.fn();
  const shown = faces.map(({ box }, index) => ({ number: index + 1, box }));
  render(<FaceList photo={photoOf(400, 300)} result={result} faces={shown} onZoom={onZoom} />);
  expect(screen.getByRole('button', { name: /^Face 1.*Identity 0.91, reliable score/ })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: /^Face 3.*left unchanged/ })).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: /^Face 2.*too small or blurry/ }));
  expect(onZoom).toHaveBeenCalledWith([10, 10, 60, 70]);
});
