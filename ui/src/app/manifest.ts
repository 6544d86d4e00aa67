import type { MetadataRoute } from 'next';
import { INPUT_FORMATS } from '@/lib/api/constants';
import { strings } from '@/lib/strings';
import { PAPER } from '@/lib/theme';

export const dynamic = 'force-static';

const icon = (src: string, size: number, purpose: 'any' | 'maskable' = 'any') => ({
  ...{ src, sizes: `${size}x${size}`, type: 'image/png', purpose },
});

/** The page as an app: it takes photos that are shared with it (public/sw.js) or opened with it. */
export default function manifest(): MetadataRoute.Manifest {
  const extensions = INPUT_FORMATS.map(({ mediaType, extensions: endings }): [string, string[]] => [
    mediaType,
    endings.map((ending) => `.${ending}`),
  ]);
  return {
    name: strings.name,
    short_name: strings.name,
    description: strings.description,
    id: '/',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: PAPER.light,
    theme_color: PAPER.light,
    icons: [icon('/icon-192.png', 192), icon('/icon-512.png', 512), icon('/icon-maskable.png', 512, 'maskable')],
    launch_handler: { client_mode: 'focus-existing' },
    file_handlers: [{ action: '/', accept: Object.fromEntries(extensions) }],
    share_target: {
      action: '/share',
      method: 'POST',
      enctype: 'multipart/form-data',
      params: { files: [{ name: 'photos', accept: extensions.flatMap(([type, endings]) => [type, ...endings]) }] },
    },
  };
}
