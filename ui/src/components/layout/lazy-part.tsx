'use client';
/** A part of the page that is loaded after it. If it cannot be loaded, the visitor may try again. */
import {
  Component,
  type ComponentType,
  type LazyExoticComponent,
  lazy,
  type ReactNode,
  Suspense,
  useState,
} from 'react';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

class NotLoaded extends Error {}

/** Shows the offer to try again for a part that was not loaded. Any other error goes on to the page's own boundary. */
class LoadBoundary extends Component<{ onRetry: () => void; children: ReactNode }, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (!((error as unknown) instanceof NotLoaded)) throw error;
    return (
      <div role="alert" data-testid="not-loaded" className="flex flex-col items-start gap-3 rounded-2xl bg-wash p-4">
        <p>{strings.part.failed}</p>
        <Button variant="primary" onClick={this.props.onRetry}>
          {strings.part.retry}
        </Button>
      </div>
    );
  }
}

/** How to load a part, and what came of the last try. */
export interface Part<P> {
  load: () => Promise<ComponentType<P>>;
  latest: LazyExoticComponent<ComponentType<P>>;
}

const tryLoading = <P extends object>(load: Part<P>['load']): Part<P>['latest'] =>
  lazy(async () => {
    const loaded = await load().catch((cause: unknown) => {
      throw new NotLoaded('a part of the page', { cause });
    });
    return { default: loaded };
  });

export const partOf = <P extends object>(load: Part<P>['load']): Part<P> => ({ load, latest: tryLoading(load) });

/** Like React.lazy, which keeps a failure for ever, but with another try. */
export function LazyPart<P extends object>({ part, props }: { part: Part<P>; props: P }) {
  const [Loaded, setLoaded] = useState(() => part.latest as ComponentType<P>);
  const [attempt, setAttempt] = useState(0);
  const retry = () => {
    part.latest = tryLoading(part.load);
    setLoaded(() => part.latest as ComponentType<P>);
    setAttempt(attempt + 1);
  };
  return (
    <LoadBoundary key={attempt} onRetry={retry}>
      <Suspense fallback={<Skeleton />}>
        <Loaded {...props} />
      </Suspense>
    </LoadBoundary>
  );
}

/** Takes the place of a panel that is on its way. */
function Skeleton() {
  return (
    <div aria-hidden className="flex animate-pulse flex-col gap-4 motion-reduce:animate-none">
      {['h-8 w-2/3', 'h-16', 'h-12', 'h-40'].map((shape) => (
        <div key={shape} className={`rounded-2xl bg-wash ${shape}`} />
      ))}
    </div>
  );
}
