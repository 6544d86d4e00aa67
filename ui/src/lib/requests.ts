/** Runs the requests of jobs, and closes their connections. */
import { EnhanceError, enhance } from './api/client';
import { expectedResultBytes, FIRST_RATES, learn, type Rates, workOf } from './estimate';
import { plainFailure } from './failure';
import type { JobAction } from './machine';
import { openResult } from './result';
import type { Job, SessionAction } from './session';

const connections = new Map<number, AbortController>();

let rates: Rates = FIRST_RATES;

/** What the steps of this service take, as far as this tab has seen. */
export const learntRates = (): Rates => rates;

export function cancelRequest(id: number): void {
  connections.get(id)?.abort();
  connections.delete(id);
}

/** Restores a queued job; every event goes to `dispatch`. */
export async function runRequest(job: Job, dispatch: (action: SessionAction) => void): Promise<void> {
  const { id, photo, state } = job;
  if (state.name !== 'queued' || connections.has(id)) return;
  const { options } = state;
  const tell = (action: JobAction) => dispatch({ type: 'job', id, action });
  const controller = new AbortController();
  connections.set(id, controller);
  const started = performance.now();
  let uploaded = started;
  let receiving: number | null = null;
  tell({ type: 'started', at: started });
  try {
    const response = await enhance(
      photo.file,
      options,
      {
        onUpload: (fraction) => {
          uploaded = performance.now();
          tell({ type: 'uploadProgress', fraction });
        },
        onStage: (event) => tell({ type: 'stage', event, at: performance.now() }),
        onReceive: (bytes) => {
          receiving ??= performance.now();
          tell({ type: 'received', bytes, at: performance.now() });
        },
      },
      controller.signal,
    );
    const result = openResult(response);
    const { faces, timings_ms } = result.data;
    const work = workOf(photo, options, faces.filter((face) => face.restored).length);
    rates = learn(rates, work, expectedResultBytes(work, options.output_format), {
      ...timings_ms,
      upload: uploaded - started,
      receive: receiving === null ? 0 : performance.now() - receiving,
    });
    tell({ type: 'succeeded', result });
  } catch (error) {
    if (controller.signal.aborted) return;
    const failure = error instanceof EnhanceError ? error.failure : plainFailure('garbled');
    tell({ type: 'failed', failure, at: performance.now() });
  } finally {
    if (connections.get(id) === controller) connections.delete(id);
  }
}
