import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { strings } from '@/lib/strings';
import './globals.css';

export const metadata: Metadata = {
  title: strings.title,
  description: strings.description,
  icons: { icon: '/icon.svg' },
  referrer: 'no-referrer',
  robots: { index: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f5f2' },
    { media: '(prefers-color-scheme: dark)', color: '#171513' },
  ],
};

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* Blocks rendering on purpose: it sets the theme before the first paint. */}
        <script src="/theme.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}
