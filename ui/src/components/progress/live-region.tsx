import { formatDuration } from '@/lib/format';
import type { State } from '@/lib/machine';
import { latestStage } from '@/lib/steps';
import { strings } from '@/lib/strings';

/** Announces progress to screen readers. Failures are announced by the alert in their own panel. */
export function LiveRegion({ state }: { state: State }) {
  return (
    <p role="status" aria-live="polite" className="sr-only" data-testid="live">
      {announcement(state)}
    </p>
  );
}

function announcement(state: State): string {
  switch (state.name) {
    case 'uploading':
      return strings.progress.stages.upload;
    case 'processing': {
      const stage = latestStage(state.stages);
      return stage === null ? strings.progress.sent : strings.progress.stages[stage];
    }
    case 'done': {
      const { faces, processing_time_ms } = state.result.data;
      return strings.result.announce(faces.filter((face) => face.restored).length, formatDuration(processing_time_ms));
    }
    case 'ready':
      return state.canceled ? strings.progress.canceled : strings.photo.alt(state.photo.file.name);
    default:
      return '';
  }
}
