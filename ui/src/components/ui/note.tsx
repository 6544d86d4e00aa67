import clsx from 'clsx';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** A transparent border is seen in forced colors, where there are no backgrounds. */
const VARIANTS = {
  info: { icon: Info, style: 'bg-wash text-ink border-transparent border', iconStyle: 'text-accent' },
  warning: { icon: TriangleAlert, style: 'bg-warn-wash text-ink border-warn/50 border', iconStyle: 'text-warn' },
  error: { icon: CircleAlert, style: 'bg-bad-wash text-ink border-bad/40 border', iconStyle: 'text-bad' },
};

interface Props {
  variant: keyof typeof VARIANTS;
  title?: string;
  role?: 'alert' | 'status' | 'note';
  action?: ReactNode;
  children?: ReactNode;
}

/** A message: information, a warning or an error. */
export function Note({ variant, title, role, action, children }: Props) {
  const { icon: Icon, style, iconStyle } = VARIANTS[variant];
  return (
    <div role={role} className={clsx('flex items-start gap-3 rounded-2xl px-4 py-3 text-sm leading-relaxed', style)}>
      <Icon aria-hidden className={clsx('mt-0.5 size-5 shrink-0', iconStyle)} />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}
