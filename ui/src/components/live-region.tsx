import { seconds } from '@/lib/format';
import type { State } from '@/lib/machine';
import { latestStage } from '@/lib/steps';
import { strings } from '@/lib/strings';

/** Says to a screen reader what is seen happening: progress politely, a failure at once (in its own panel). */
export function LiveRegion({ state }: { state: State }) {
  return (
    <p role="status" aria-live="polite" className="sr-only" data-testid="live">
      {words(state)}
    </p>
  );
}

function words(state: State): string {
  switch (state.name) {
    case 'uploading':
      return strings.progress.stages.upload;
    case 'processing': {
      const stage = latestStage(state.stages);
      return stage === null ? strings.progress.sent : strings.progress.stages[stage];
    }
    case 'done': {
      const { faces, processing_time_ms } = state.result.data;
      return strings.result.announce(faces.filter((face) => face.restored).length, seconds(processing_time_ms));
    }
    case 'ready':
      return state.cancelled ? strings.progress.cancelled : strings.picture.alt(state.picture.file.name);
    default:
      return '';
  }
}
