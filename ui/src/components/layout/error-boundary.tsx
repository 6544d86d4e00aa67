'use client';
import { Component, type ReactNode } from 'react';
import { storedFile } from '@/lib/file-store';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

/** Shows a message if a component throws. The visitor can continue with the same photo (lib/file-store). */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const name = storedFile()?.name;
    return (
      <main className="mx-auto flex min-h-dvh max-w-lg flex-col items-start justify-center gap-4 px-6">
        <h1 className="font-serif text-3xl">{strings.pageError.title}</h1>
        <p role="alert" className="text-soft">
          {strings.pageError.text} {name === undefined ? strings.pageError.none : strings.pageError.kept(name)}
        </p>
        <Button variant="primary" size="large" onClick={() => this.setState({ failed: false })}>
          {strings.pageError.continue}
        </Button>
      </main>
    );
  }
}
