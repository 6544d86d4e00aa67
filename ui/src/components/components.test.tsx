import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import type { Actions } from '@/hooks/use-enhance';
import type { Failure } from '@/lib/failure';
import { keep } from '@/lib/kept';
import { DEFAULTS } from '@/lib/options';
import { DEFAULT_LIMITS, type Picture } from '@/lib/picture';
import { ErrorBoundary } from './error-boundary';
import { FailurePanel } from './failure-panel';
import { ProgressPanel } from './progress-panel';
import { ReadyPanel } from './ready-panel';
import { FaceList } from './result/face-list';
import { Metrics } from './result/metrics';

const picture = (width: number, height: number): Picture => ({
  file: new File(['xxxx'], 'grandma.jpg'),
  url: 'blob:a',
  width,
  height,
});
const request = { picture: picture(400, 300), options: { ...DEFAULTS }, attempt: 1, problem: null };
const nothing = () => {};

describe('before the start', () => {
  const panel = (size: Picture, onChange: (change: object) => void = nothing, factor = 2) => (
    <ReadyPanel
      picture={size}
      options={{ ...DEFAULTS, upscale_factor: factor }}
      limits={DEFAULT_LIMITS}
      cancelled={false}
      onChange={onChange}
      onStart={nothing}
      onReplace={nothing}
    />
  );

  test('tells what becomes of the picture', () => {
    render(panel(picture(400, 300)));
    expect(screen.getByText('800 × 600')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Restore' })).toBeEnabled();
  });

  test('does not send what the service would refuse', () => {
    render(panel(picture(5000, 4000)));
    expect(screen.getByRole('button', { name: 'Restore' })).toBeDisabled();
    expect(screen.getByText(/has 20 megapixels/)).toBeInTheDocument();
  });

  test('gives every option back as the API names it', async () => {
    const user = userEvent.setup();
    const onChange = vi.fn();
    render(panel(picture(400, 300), onChange));
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

test('progress says each step, and can be cancelled', async () => {
  const onCancel = vi.fn();
  render(<ProgressPanel state={{ ...request, name: 'uploading', fraction: 0.3 }} onCancel={onCancel} />);
  expect(screen.getByText('30 %')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(onCancel).toHaveBeenCalledOnce();
});

describe('a failure', () => {
  const show = (failure: Failure, waiting: boolean) => {
    const actions = { retry: vi.fn(), stopWaiting: vi.fn(), back: vi.fn() };
    render(
      <FailurePanel
        state={{ ...request, name: 'failed', failure, waiting }}
        serviceReady
        actions={actions as unknown as Actions}
        onReplace={nothing}
      />,
    );
    return actions;
  };
  const busy: Failure = { kind: 'busy', status: 503, stage: 'ingress', message: 'Busy.', retryAfterS: 0.3 };

  test('says what, where and what to do', () => {
    show(
      { kind: 'noFace', status: 422, stage: 'detector', message: 'No face was detected.', retryAfterS: null },
      false,
    );
    expect(screen.getByRole('alert')).toHaveTextContent(/No face was found.*No face was detected.*Finding faces.*422/);
  });

  test('that passes is waited for', async () => {
    const { retry } = show(busy, true);
    await vi.waitFor(() => expect(retry).toHaveBeenCalledOnce());
  });

  test('is not retried by itself once waiting was stopped', async () => {
    const { retry } = show(busy, false);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(retry).not.toHaveBeenCalled();
  });
});

test('figures come in words and numbers', () => {
  const metrics = { psnr: 29.29, ssim: 0.932, lpips: 0.158, identity_similarity: 0.985 };
  render(<Metrics data={{ metrics, metrics_against: 'input' }} />);
  expect(screen.getByTestId('metric-identity')).toHaveTextContent(/very alike.*Identity 0.985/s);
  expect(screen.getByTestId('metric-psnr')).toHaveTextContent(/clearly changed.*29.3 dB/s);
  expect(screen.getByText(/not how good it looks/)).toBeInTheDocument();
});

test('each face tells how sure its score is', async () => {
  const face = { box: [10, 10, 60, 70] as [number, number, number, number], score: 0.99 };
  const faces = [
    { ...face, restored: true, identity_similarity: 0.91, reliable: true },
    { ...face, restored: true, identity_similarity: 0.5, reliable: false },
    { ...face, restored: false, identity_similarity: null, reliable: null },
  ];
  const result = { url: 'blob:b', blob: new Blob(), data: { width: 800, height: 600, faces } as never };
  const onShow = vi.fn();
  const shown = faces.map(({ box }, index) => ({ number: index + 1, box }));
  render(<FaceList picture={picture(400, 300)} result={result} shown={shown} onShow={onShow} />);
  expect(screen.getByRole('button', { name: /^Face 1.*Identity 0.91, reliable score/ })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: /^Face 3.*left as it was/ })).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: /^Face 2.*too small or blurred/ }));
  expect(onShow).toHaveBeenCalledWith([10, 10, 60, 70]);
});

const mood = { broken: false };

function Moody() {
  if (mood.broken) throw new Error('broken');
  return <p>well again</p>;
}

test('when the page breaks, the picture is named and kept', async () => {
  vi.spyOn(console, 'error').mockImplementation(nothing);
  keep(new File(['x'], 'grandma.jpg'));
  mood.broken = true;
  render(
    <ErrorBoundary>
      <Moody />
    </ErrorBoundary>,
  );
  expect(screen.getByRole('alert')).toHaveTextContent('your photograph, grandma.jpg, is kept');
  mood.broken = false;
  await userEvent.click(screen.getByRole('button', { name: 'Carry on' }));
  expect(screen.getByText('well again')).toBeInTheDocument();
});
