import clsx from 'clsx';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

const KINDS = {
  info: { icon: Info, style: 'bg-wash text-ink', mark: 'text-accent' },
  warning: { icon: TriangleAlert, style: 'bg-warn-wash text-ink border-warn/50 border', mark: 'text-warn' },
  problem: { icon: CircleAlert, style: 'bg-bad-wash text-ink border-bad/40 border', mark: 'text-bad' },
};

interface Props {
  kind: keyof typeof KINDS;
  title?: string;
  role?: 'alert' | 'status' | 'note';
  action?: ReactNode;
  children?: ReactNode;
}

/** Something to know, a warning or a problem. */
export function Note({ kind, title, role, action, children }: Props) {
  const { icon: Icon, style, mark } = KINDS[kind];
  return (
    <div role={role} className={clsx('flex items-start gap-3 rounded-2xl px-4 py-3 text-sm leading-relaxed', style)}>
      <Icon aria-hidden className={clsx('mt-0.5 size-5 shrink-0', mark)} />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}
