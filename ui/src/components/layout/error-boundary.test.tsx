// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { sessionStore } from '@/lib/session-store';
import { noop, photoOf } from '@/testing/fixtures';
import { ErrorBoundary } from './error-boundary';
import { LazyPart, partOf } from './lazy-part';

const child = { throws: false };

function Child() {
  if (child.throws) throw new Error('broken');
  return <p>works again</p>;
}

test('when the page fails, the photos are kept', async () => {
  vi.spyOn(console, 'error').mockImplementation(noop);
  sessionStore.dispatch({ type: 'added', photos: [photoOf(4, 3)], show: 'job' });
  child.throws = true;
  render(
    <ErrorBoundary>
      <Child />
    </ErrorBoundary>,
  );
  expect(screen.getByRole('alert')).toHaveTextContent('Your photo is still here');
  child.throws = false;
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(screen.getByText('works again')).toBeInTheDocument();
  expect(sessionStore.get().jobs).toHaveLength(1);
});

test('a part that could not be loaded is asked for again, and the page goes on', async () => {
  vi.spyOn(console, 'error').mockImplementation(noop);
  let reachable = false;
  const part = partOf(async () => {
    if (!reachable) throw new Error('offline');
    return ({ name }: { name: string }) => <p>{name} is here</p>;
  });
  render(<LazyPart part={part} props={{ name: 'The part' }} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Load it again' }));
  expect(await screen.findByRole('button', { name: 'Load it again' })).toBeInTheDocument();
  reachable = true;
  await userEvent.click(screen.getByRole('button', { name: 'Load it again' }));
  expect(await screen.findByText('The part is here')).toBeInTheDocument();
});
