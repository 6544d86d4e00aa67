import Link from 'next/link';
import { strings } from '@/lib/strings';

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-4 px-6">
      <h1 className="font-serif text-3xl">{strings.notFound.title}</h1>
      <Link href="/" className="text-accent underline underline-offset-4">
        {strings.notFound.back}
      </Link>
    </main>
  );
}
