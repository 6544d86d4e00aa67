// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { plainFailure } from '@/lib/failure';
import { REQUEST } from '@/testing/fixtures';
import { FailurePanel } from './failure-panel';

function show(failure: ReturnType<typeof plainFailure>, waiting = false) {
  const calls = {
    onRetry: vi.fn(),
    onStopWaiting: vi.fn(),
    onBack: vi.fn(),
    onReplace: vi.fn(),
    onEnlarge: vi.fn(),
    onKey: vi.fn(),
  };
  render(
    <FailurePanel
      state={{ ...REQUEST, name: 'failed', failure, waiting, since: performance.now() }}
      serviceReady
      {...calls}
    />,
  );
  return calls;
}

test('a failure shows what failed, where, and what to do', () => {
  show({ kind: 'stageFailed', status: 500, stage: 'restorer', message: 'The model failed.', retryAfterS: null });
  expect(screen.getByTestId('failure')).toHaveTextContent(/A step failed.*Restoring faces.*500/);
  expect(screen.queryByText('The model failed.')).toBeNull(); // the page has said it
});

test('the sentence of the service is shown where it says what the page cannot', () => {
  show({ ...plainFailure('damaged'), message: '12 bits a channel are not supported.' });
  expect(screen.getByText('12 bits a channel are not supported.')).toHaveAttribute('lang', 'en');
});

test('trying again is not the first offer where it cannot help', async () => {
  const { onBack } = show({ ...plainFailure('damaged'), status: 422, stage: 'decode' });
  await userEvent.click(screen.getAllByRole('button')[0] as HTMLElement);
  expect(onBack).toHaveBeenCalledOnce();
});

test('no face found is said once, and the photo can be enlarged without', async () => {
  const { onEnlarge } = show({ ...plainFailure('noFace'), message: 'No face was detected in the image.' });
  expect(screen.queryByText(/No face was detected/)).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Enlarge it without faces' }));
  expect(onEnlarge).toHaveBeenCalledOnce();
});

test('a service that demands a key is given one, and the key is shown nowhere', async () => {
  const { onKey } = show({ ...plainFailure('key'), status: 401, message: 'A valid API key is needed.' });
  await userEvent.click(screen.getByRole('button', { name: 'Use this key' }));
  expect(onKey).not.toHaveBeenCalled();
  const field = screen.getByLabelText('API key');
  expect(field).toHaveAttribute('type', 'password');
  await userEvent.type(field, 'visage_5f0c_secret{Enter}');
  expect(onKey).toHaveBeenCalledExactlyOnceWith('visage_5f0c_secret');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});

test('who stops waiting stays at the button that tries again', async () => {
  show({ ...plainFailure('busy'), retryAfterS: 30 }, true);
  expect(screen.getByRole('timer')).toHaveTextContent(/30|29/);
  await userEvent.click(screen.getByRole('button', { name: 'Stop waiting' }));
  expect(screen.getByRole('button', { name: 'Try now' })).toHaveFocus();
});
