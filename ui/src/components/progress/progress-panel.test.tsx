import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { REQUEST } from '@/testing/fixtures';
import { ProgressPanel } from './progress-panel';

test('progress shows each step, and can be canceled', async () => {
  const onCancel = vi.fn();
  render(<ProgressPanel state={{ ...REQUEST, name: 'uploading', fraction: 0.3 }} onCancel={onCancel} />);
  expect(screen.getByText('30 %')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(onCancel).toHaveBeenCalledOnce();
});
