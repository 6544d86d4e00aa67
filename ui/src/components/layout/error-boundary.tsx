'use client';
import { Component, type ReactNode } from 'react';
import { sessionStore } from '@/lib/session-store';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

/** Shows a message if a component throws. The visitor can continue with the same photos (lib/session-store). */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  /** Without the result that could not be shown; a film stays in the tray. */
  private continue = () => {
    const { shown } = sessionStore.get();
    if (typeof shown === 'number') sessionStore.dispatch({ type: 'job', id: shown, action: { type: 'returned' } });
    else sessionStore.dispatch({ type: 'shown', shown: 'home' });
    this.setState({ failed: false });
  };

  override render() {
    if (!this.state.failed) return this.props.children;
    const text = strings.pageError;
    const count = sessionStore.get().jobs.length;
    return (
      <main className="mx-auto flex min-h-dvh max-w-lg flex-col items-start justify-center gap-4 px-6">
        <h1 className="font-serif text-3xl">{text.title}</h1>
        <p role="alert" className="text-soft">
          {text.text} {count === 0 ? text.none : text.kept(count)}
        </p>
        <Button variant="primary" size="large" onClick={this.continue}>
          {text.continue}
        </Button>
      </main>
    );
  }
}
