import type { Findings as Found } from '@/lib/findings';
import { formatDuration } from '@/lib/format';
import { strings } from '@/lib/strings';
import { Note } from '../ui/note';

/** Rows of a definition list: how many faces the service sees, and how long it would take. */
export function FindingRows({ findings }: { findings: Found | 'asking' }) {
  const text = strings.findings;
  if (findings === 'asking')
    return (
      <>
        <dt>{text.faces}</dt>
        <dd className="text-soft">{text.asking}</dd>
      </>
    );
  const { faces, chosen, seconds } = findings;
  return (
    <>
      <dt>{text.faces}</dt>
      <dd data-testid="faces-found">{text.found(faces, chosen)}</dd>
      {seconds !== null && (
        <>
          <dt>{text.time}</dt>
          <dd data-testid="time-expected">{text.about(formatDuration(Math.max(1000, seconds * 1000)))}</dd>
        </>
      )}
    </>
  );
}

/** What should be known before restoring, if anything. */
export function FindingNotes({ findings }: { findings: Found }) {
  const text = strings.findings;
  if (findings.faces === 0)
    return (
      <Note variant="info" role="status">
        <p>{text.none}</p>
      </Note>
    );
  if (findings.remarks.length === 0) return null;
  return (
    <Note variant="info" role="status">
      <ul className="flex flex-col gap-1" data-testid="remarks">
        {findings.remarks.map(({ reason, count }) => (
          <li key={reason}>{text.reasons[reason](count)}</li>
        ))}
      </ul>
    </Note>
  );
}
