// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { DEFAULTS } from '@/lib/options';
import { DEFAULT_LIMITS, type Photo } from '@/lib/photo';
import { photoOf } from '@/testing/fixtures';
import { ReadyPanel } from './ready-panel';

function show(photo: Photo) {
  const calls = {
    onChange: vi.fn(),
    onStart: vi.fn(),
    onEnlarge: vi.fn(),
    onReplace: vi.fn(),
    onFit: vi.fn(async () => {}),
  };
  render(
    <ReadyPanel
      photo={photo}
      options={{ ...DEFAULTS }}
      limits={DEFAULT_LIMITS}
      findings={null}
      after={null}
      {...calls}
    />,
  );
  return calls;
}

test('the size of the result is shown, and Enter starts', async () => {
  const { onStart } = show(photoOf(400, 300));
  expect(screen.getByText('800 × 600')).toBeInTheDocument();
  await userEvent.keyboard('{Enter}');
  expect(onStart).toHaveBeenCalledOnce();
});

test('what the service would reject is not sent, but can be made to fit', async () => {
  const { onStart, onFit } = show(photoOf(9000, 6000));
  expect(screen.getByRole('button', { name: 'Restore' })).toBeDisabled();
  expect(screen.getByText(/has 54 megapixels/)).toBeInTheDocument();
  await userEvent.keyboard('{Enter}');
  expect(onStart).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: /^Make it fit/ }));
  expect(onFit).toHaveBeenCalledOnce();
});

test('a smaller factor that would do is one click away', async () => {
  const { onChange } = show(photoOf(8064, 6048));
  await userEvent.click(screen.getByRole('button', { name: 'Enlarge 1× instead' }));
  expect(onChange).toHaveBeenCalledWith({ upscale_factor: 1 });
});

test('every option is reported with its API name', async () => {
  const { onChange } = show(photoOf(400, 300));
  await userEvent.click(screen.getByRole('button', { name: /^Options/ }));
  await userEvent.click(screen.getByRole('radio', { name: '4×' }));
  await userEvent.click(screen.getByRole('radio', { name: 'Central' }));
  await userEvent.click(screen.getByRole('switch', { name: 'Enhance the background' }));
  await userEvent.click(screen.getByRole('radio', { name: 'JPEG' }));
  expect(onChange.mock.calls.map(([change]) => change)).toEqual([
    { upscale_factor: 4 },
    { faces: 'center' },
    { background: false },
    { output_format: 'jpeg' },
  ]);
});
