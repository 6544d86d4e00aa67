'use client';
import { Component, type ReactNode } from 'react';
import { keptFile } from '@/lib/kept';
import { strings } from '@/lib/strings';
import { Button } from './ui/button';

/** Whatever breaks below, the visitor sees words and carries on with the same picture (lib/kept). */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    const name = keptFile()?.name;
    return (
      <main className="mx-auto flex min-h-dvh max-w-lg flex-col items-start justify-center gap-4 px-6">
        <h1 className="font-serif text-3xl">{strings.broken.title}</h1>
        <p role="alert" className="text-soft">
          {strings.broken.text} {name === undefined ? strings.broken.none : strings.broken.kept(name)}
        </p>
        <Button kind="primary" size="large" onClick={() => this.setState({ broken: false })}>
          {strings.broken.again}
        </Button>
      </main>
    );
  }
}
