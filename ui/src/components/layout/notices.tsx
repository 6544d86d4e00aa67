import { X } from 'lucide-react';
import type { ServiceStatus } from '@/hooks/use-service';
import { formatBytes } from '@/lib/format';
import type { Problem } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

interface Props {
  problem: Problem | null;
  status: ServiceStatus;
  onDismiss: () => void;
}

/** Problems with the chosen file (above the content) and with the service (over the page). */
export function Notices({ problem, status, onDismiss }: Props) {
  return (
    <>
      {problem !== null && (
        <div className="pb-4">
          <Note
            variant="error"
            role="alert"
            title={titleOf(problem)}
            action={
              <Button
                variant="ghost"
                size="icon"
                aria-label={strings.problems.dismiss}
                onClick={onDismiss}
                className="-my-1"
              >
                <X aria-hidden className="size-5" />
              </Button>
            }
          >
            <p>{strings.problems[problem.kind].advice}</p>
          </Note>
        </div>
      )}
      {(status === 'starting' || status === 'down') && <ServiceNote status={status} />}
    </>
  );
}

/** Appears and disappears on its own, so it overlays the page instead of shifting it. */
function ServiceNote({ status }: { status: 'starting' | 'down' }) {
  return (
    <div className="pointer-events-none fixed inset-x-4 bottom-4 z-30 mx-auto max-w-xl rounded-2xl bg-card shadow-lg">
      <Note variant="info" role="status" title={strings.service[status]}>
        <p>{status === 'starting' ? strings.service.startingNote : strings.service.downNote}</p>
      </Note>
    </div>
  );
}

function titleOf(problem: Problem): string {
  if (problem.kind === 'size') return strings.problems.size.title(formatBytes(problem.bytes), formatBytes(problem.max));
  return strings.problems[problem.kind].title;
}
