import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { strings } from '@/lib/strings';
import { PAPER } from '@/lib/theme';
import { sans, serif } from './fonts';
import './globals.css';

export const metadata: Metadata = {
  // serve_app/page puts the page's own address in its place.
  metadataBase: new URL('https://visage.invalid'),
  title: strings.title,
  description: strings.description,
  icons: {
    icon: [{ url: '/icon.svg', type: 'image/svg+xml' }, { url: '/favicon.ico' }],
    apple: '/apple-touch-icon.png',
  },
  manifest: '/manifest.webmanifest',
  openGraph: { title: strings.title, description: strings.description, images: ['/social.jpg'] },
  referrer: 'no-referrer',
  other: { 'color-scheme': 'light dark' },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: PAPER.light },
    { media: '(prefers-color-scheme: dark)', color: PAPER.dark },
  ],
};

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${serif.variable} ${sans.variable}`} suppressHydrationWarning>
      <head>
        {/* Blocks rendering on purpose: it sets the theme before the first paint. */}
        <script src="/theme.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}
