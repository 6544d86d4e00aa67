import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import { DEFAULTS } from '@/lib/options';
import { DEFAULT_LIMITS, type Photo } from '@/lib/photo';
import { noop, photoOf } from '@/testing/fixtures';
import { ReadyPanel } from './ready-panel';

const panel = (photo: Photo, onChange: (change: object) => void = noop, factor = 2) => (
  <ReadyPanel
    photo={photo}
    options={{ ...DEFAULTS, upscale_factor: factor }}
    limits={DEFAULT_LIMITS}
    canceled={false}
    onChange={onChange}
    onStart={noop}
    onReplace={noop}
  />
);

describe('before the start', () => {
  test('shows the size of the result', () => {
    render(panel(photoOf(400, 300)));
    expect(screen.getByText('800 × 600')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Restore' })).toBeEnabled();
  });

  test('does not send what the service would reject', () => {
    render(panel(photoOf(9000, 6000)));
    expect(screen.getByRole('button', { name: 'Restore' })).toBeDisabled();
    expect(screen.getByText(/has 54 megapixels/)).toBeInTheDocument();
  });

  test('names the factor that would do', () => {
    render(panel(photoOf(8064, 6048)));
    expect(screen.getByRole('button', { name: 'Restore' })).toBeDisabled();
    expect(screen.getByText(/choose 1×/)).toBeInTheDocument();
  });

  test('reports every option with its API name', async () => {
    const user = userEvent.setup();
    const onChange = vi.fn();
    render(panel(photoOf(400, 300), onChange));
    await user.click(screen.getByRole('button', { name: /^Options/ }));
    await user.click(screen.getByRole('radio', { name: '4×' }));
    await user.click(screen.getByRole('radio', { name: 'Central' }));
    await user.click(screen.getByRole('switch', { name: 'Enhance the background' }));
    await user.click(screen.getByRole('radio', { name: 'JPEG' }));
    expect(onChange.mock.calls.map(([change]) => change)).toEqual([
      { upscale_factor: 4 },
      { faces: 'center' },
      { background: false },
      { output_format: 'jpeg' },
    ]);
  });
});
