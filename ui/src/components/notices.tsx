import { X } from 'lucide-react';
import type { ServiceStatus } from '@/hooks/use-service';
import { bytes } from '@/lib/format';
import type { Problem } from '@/lib/picture';
import { strings } from '@/lib/strings';
import { Button } from './ui/button';
import { Note } from './ui/note';

interface Props {
  problem: Problem | null;
  status: ServiceStatus;
  onDismiss: () => void;
}

/** What is wrong with the chosen file, and with the service, above everything else. */
export function Notices({ problem, status, onDismiss }: Props) {
  return (
    <>
      {problem !== null && (
        <div className="pb-4">
          <Note
            kind="problem"
            role="alert"
            title={titleOf(problem)}
            action={
              <Button
                kind="bare"
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

/** Comes and goes by itself, so it lies over the page and moves nothing. */
function ServiceNote({ status }: { status: 'starting' | 'down' }) {
  return (
    <div className="pointer-events-none fixed inset-x-4 bottom-4 z-30 mx-auto max-w-xl rounded-2xl bg-card shadow-lg">
      <Note kind="info" role="status" title={strings.service[status]}>
        <p>{status === 'starting' ? strings.service.startingNote : strings.service.downNote}</p>
      </Note>
    </div>
  );
}

function titleOf(problem: Problem): string {
  if (problem.kind === 'size') return strings.problems.size.title(bytes(problem.bytes), bytes(problem.max));
  return strings.problems[problem.kind].title;
}
