/** Runs the requests of jobs, and closes their connections. */
import { EnhanceError, enhance } from './api/client';
import { expectedResultBytes, FIRST_RATES, learn, type Rates, wantsLayers, workOf } from './estimate';
import { plainFailure } from './failure';
import type { StrengthOf } from './layers';
import type { JobAction } from './machine';
import type { Options } from './options';
import type { Photo } from './photo';
import { closeResult, openResult, type Result } from './result';
import type { Job, SessionAction } from './session';
import { openShown } from './shown-result';

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
      { ...options, layers: wantsLayers(workOf(photo, options), options) },
      {
        onUpload: (fraction) => {
          uploaded = performance.now();
          tell({ type: 'uploadProgress', fraction, at: uploaded });
        },
        onStage: (event) => tell({ type: 'stage', event, at: performance.now() }),
        onReceive: (bytes) => {
          receiving ??= performance.now();
          tell({ type: 'received', bytes, at: performance.now() });
        },
      },
      controller.signal,
    );
    const result = await openShown(response, photo);
    const { faces, timings_ms } = result.data;
    const work = workOf(photo, options, faces.filter((face) => face.restored).length);
    rates = learn(rates, work, expectedResultBytes(work, options), {
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

/** Asks for the same faces once more, each in the strength that was chosen: in the chosen format, with all its bits. */
export async function requestStrengths(
  photo: Photo,
  options: Options,
  faces: Result['data']['faces'],
  strengths: StrengthOf,
): Promise<Blob> {
  const wanted = faces.flatMap(({ restored, strength_used }, index) =>
    restored ? [{ index, strength: strengths.get(index) ?? strength_used }] : [],
  );
  // What is below `min_identity` has been chosen all the same.
  const request = { ...options, faces: JSON.stringify(wanted), on_low_identity: 'warn' as const };
  const ignore = () => {};
  const listener = { onUpload: ignore, onStage: ignore, onReceive: ignore };
  const result = openResult(await enhance(photo.file, request, listener, new AbortController().signal));
  closeResult(result);
  return result.blob;
}
