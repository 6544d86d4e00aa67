/** Sends a film, follows its job until it has ended, and fetches the result. */
import { EnhanceError } from './api/client';
import { cancelJob, filmResult, jobStatus, submitFilm } from './api/jobs';
import type { JobStatus } from './api/schema';
import { type Failure, failureOf, plainFailure } from './failure';
import type { FilmAction, FilmChoices, FilmSource } from './film';

type Dispatch = (action: FilmAction) => void;

const POLL_MS = 1000;
/** The service will answer the same again. */
const isOver = ({ status }: Failure): boolean => status !== null && status < 500 && status !== 429;

let upload: AbortController | null = null;

export async function sendFilm({ file }: FilmSource, options: FilmChoices, dispatch: Dispatch): Promise<void> {
  upload?.abort();
  const controller = new AbortController();
  upload = controller;
  dispatch({ type: 'sent', choices: options });
  try {
    const status = await submitFilm(
      file,
      options,
      (fraction) => dispatch({ type: 'uploaded', fraction }),
      controller.signal,
    );
    dispatch({ type: 'accepted', status });
  } catch (error) {
    if (!controller.signal.aborted) dispatch({ type: 'failed', failure: failureIn(error) });
  }
}

/** Stops what runs: the upload, or the work of the service. */
export async function cancelFilm(job: string | null): Promise<void> {
  upload?.abort();
  if (job !== null) await cancelJob(job).catch(() => {}); // it has ended by itself, or ends with its lifetime
}

/** Asks what has become of a job until it has ended. A service that does not answer is asked again. */
export async function followFilm(job: string, dispatch: Dispatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const status = await jobStatus(job, signal);
      dispatch({ type: 'told', status });
      const ended = endOf(status);
      if (ended !== null) return dispatch(ended);
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureIn(error);
      if (isOver(failure)) return dispatch({ type: 'failed', failure });
      dispatch({ type: 'lost' });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function endOf({ status, error }: JobStatus): FilmAction | null {
  switch (status) {
    case 'queued':
    case 'running':
      return null;
    case 'succeeded':
      return { type: 'succeeded' };
    case 'failed':
      return { type: 'failed', failure: failureOf(error?.status ?? 500, error, error?.code, null) };
    default:
      return { type: 'failed', failure: plainFailure('gone') };
  }
}

/** The object URL of the film belongs to the caller. */
export async function fetchFilm(job: string, dispatch: Dispatch, signal: AbortSignal): Promise<void> {
  try {
    const { data, film } = await filmResult(job, signal);
    if (signal.aborted) return;
    const url = film === null ? null : URL.createObjectURL(film);
    dispatch({ type: 'received', result: { url, bytes: film?.size ?? 0, data } });
  } catch (error) {
    if (!signal.aborted) dispatch({ type: 'failed', failure: failureIn(error) });
  }
}

const failureIn = (error: unknown): Failure =>
  error instanceof EnhanceError ? error.failure : plainFailure('garbled');
