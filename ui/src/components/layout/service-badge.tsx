import clsx from 'clsx';
import type { ServiceStatus } from '@/hooks/use-service';
import { strings } from '@/lib/strings';

const DOTS: Record<ServiceStatus, string> = {
  checking: 'bg-edge',
  ready: 'bg-good',
  starting: 'bg-warn',
  down: 'bg-bad',
};

/** On narrow screens only the dot is visible; the text is still there for screen readers. */
export function ServiceBadge({ status }: { status: ServiceStatus }) {
  return (
    <p data-testid="service" data-status={status} className="flex items-center gap-2 text-sm text-soft">
      <span aria-hidden className={clsx('size-2 rounded-full', DOTS[status])} />
      <span className="max-sm:sr-only">{strings.service[status]}</span>
    </p>
  );
}
