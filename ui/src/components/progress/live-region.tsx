import type { ServiceStatus } from '@/hooks/use-service';
import type { Film } from '@/lib/film';
import { formatDuration } from '@/lib/format';
import type { Job } from '@/lib/session';
import { latestStage } from '@/lib/steps';
import { strings } from '@/lib/strings';

interface Props {
  job: Job | null;
  /** Where it is shown. */
  film: Film | null;
  status: ServiceStatus;
}

/** Announces progress to screen readers. Failures are announced by the heading of their own panel. */
export function LiveRegion({ job, film, status }: Props) {
  return (
    <p role="status" aria-live="polite" className="sr-only" data-testid="live">
      {film === null ? announcement(job, status) : filmAnnouncement(film)}
    </p>
  );
}

function filmAnnouncement({ source, state }: Film): string {
  switch (state.name) {
    case 'uploading':
      return strings.film.uploading;
    case 'following':
      return state.status?.status === 'queued' ? strings.progress.queued : strings.film.working;
    case 'receiving':
      return strings.progress.stages.receive;
    case 'done':
      return strings.result.title;
    case 'ready':
      return state.canceled ? strings.film.canceled : (source?.file.name ?? '');
    default:
      return '';
  }
}

function announcement(job: Job | null, status: ServiceStatus): string {
  if (job === null) return '';
  const { state, photo } = job;
  switch (state.name) {
    case 'queued':
      return strings.progress.queued;
    case 'uploading':
      return strings.progress.stages.upload;
    case 'processing': {
      if (state.receiving !== null) return strings.progress.stages.receive;
      const stage = latestStage(state.stages);
      return stage === null ? strings.progress.sent : strings.progress.stages[stage];
    }
    case 'done': {
      const { faces, processing_time_ms } = state.result.data;
      return strings.result.announce(faces.filter((face) => face.restored).length, formatDuration(processing_time_ms));
    }
    case 'failed':
      return status === 'ready' && ['unreachable', 'gateway', 'lost'].includes(state.failure.kind)
        ? strings.service.isBack
        : '';
    default:
      return state.after === 'canceled' ? strings.progress.canceled : strings.photo.alt(photo.file.name);
  }
}
