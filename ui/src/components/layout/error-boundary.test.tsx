import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { storeFile } from '@/lib/file-store';
import { noop } from '@/testing/fixtures';
import { ErrorBoundary } from './error-boundary';

const child = { throws: false };

function Child() {
  if (child.throws) throw new Error('broken');
  return <p>works again</p>;
}

test('when the page fails, the photo is named and kept', async () => {
  vi.spyOn(console, 'error').mockImplementation(noop);
  storeFile(new File(['x'], 'grandma.jpg'));
  child.throws = true;
  render(
    <ErrorBoundary>
      <Child />
    </ErrorBoundary>,
  );
  expect(screen.getByRole('alert')).toHaveTextContent('Your photo, grandma.jpg, is still here');
  child.throws = false;
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(screen.getByText('works again')).toBeInTheDocument();
});
