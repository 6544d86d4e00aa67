import { render, screen } from '@testing-library/react';
import { describe, expect, test, vi } from 'vitest';
import type { Actions } from '@/hooks/use-enhance';
import type { Failure } from '@/lib/failure';
import { noop, REQUEST } from '@/testing/fixtures';
import { FailurePanel } from './failure-panel';

const show = (failure: Failure, waiting: boolean) => {
  const actions = { retry: vi.fn(), stopWaiting: vi.fn(), back: vi.fn() };
  render(
    <FailurePanel
      state={{ ...REQUEST, name: 'failed', failure, waiting }}
      serviceReady
      actions={actions as unknown as Actions}
      onReplace={noop}
    />,
  );
  return actions;
};

const busy: Failure = { kind: 'busy', status: 503, stage: 'ingress', message: 'Busy.', retryAfterS: 0.3 };

describe('a failure', () => {
  test('shows what failed, where, and what to do', () => {
    show(
      { kind: 'noFace', status: 422, stage: 'detector', message: 'No face was detected.', retryAfterS: null },
      false,
    );
    expect(screen.getByRole('alert')).toHaveTextContent(/No face was found.*No face was detected.*Finding faces.*422/);
  });

  test('that is temporary is retried automatically', async () => {
    const { retry } = show(busy, true);
    await vi.waitFor(() => expect(retry).toHaveBeenCalledOnce());
  });

  test('is not retried automatically after waiting was stopped', async () => {
    const { retry } = show(busy, false);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(retry).not.toHaveBeenCalled();
  });
});
