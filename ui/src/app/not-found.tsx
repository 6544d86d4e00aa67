import type { Metadata } from 'next';
import Link from 'next/link';
import { strings } from '@/lib/strings';

export const metadata: Metadata = { title: `${strings.notFound.title} · ${strings.name}` };

export default function NotFound() {
  return (
    <div className="mx-auto flex min-h-dvh max-w-md flex-col px-6">
      <header className="flex h-14 items-center font-serif text-xl tracking-tight">
        <Link href="/">{strings.name}</Link>
      </header>
      <main className="flex flex-1 flex-col items-start justify-center gap-4">
        <h1 className="font-serif text-3xl">{strings.notFound.title}</h1>
        <Link href="/" className="text-accent underline underline-offset-4">
          {strings.notFound.back}
        </Link>
      </main>
    </div>
  );
}
