import clsx from 'clsx';
import { CircleAlert, CircleCheck, CircleDashed, LoaderCircle } from 'lucide-react';
import type { ServiceStatus } from '@/hooks/use-service';
import { strings } from '@/lib/strings';

const SIGNS: Record<ServiceStatus, { icon: typeof CircleCheck; style: string }> = {
  checking: { icon: CircleDashed, style: 'text-soft' },
  ready: { icon: CircleCheck, style: 'text-good' },
  starting: { icon: LoaderCircle, style: 'text-warn' },
  down: { icon: CircleAlert, style: 'text-bad' },
};

/** Nothing that a visitor has to know. */
export const isQuiet = (status: ServiceStatus): boolean => status === 'ready' || status === 'checking';

/** A sign of its own for every state; on narrow screens the words appear unless the service is ready. */
export function ServiceBadge({ status }: { status: ServiceStatus }) {
  const { icon: Icon, style } = SIGNS[status];
  return (
    <p data-testid="service" data-status={status} className="flex min-w-0 items-center gap-1.5 text-sm text-soft">
      <Icon aria-hidden className={clsx('size-4 shrink-0', style)} />
      <span className={clsx('max-sm:text-xs max-sm:leading-tight', isQuiet(status) && 'max-sm:sr-only')}>
        {strings.service[status]}
      </span>
    </p>
  );
}
