/** The calls for a job with a film. Each throws EnhanceError for what the service refuses, or cannot be reached for. */
import { failureOf, plainFailure } from '../failure';
import { BASE, EnhanceError } from './client';
import { keyHeaders } from './key';
import type { FilmData, FilmOptions, FilmResponse, JobStatus } from './schema';
import { ConnectionError, post } from './transport';

/** Sends the film, and returns its job. */
export async function submitFilm(
  file: File,
  options: FilmOptions,
  onUpload: (fraction: number) => void,
  signal: AbortSignal,
): Promise<JobStatus> {
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) form.append(name, String(value));
  form.append('file', file, file.name);
  const listener = { onUpload, onDownload: () => {} };
  const answer = await post(`${BASE}/api/v1/jobs/video`, form, keyHeaders(), listener, signal).catch(
    (error: unknown) => {
      throw error instanceof ConnectionError ? new EnhanceError(plainFailure('unreachable')) : error;
    },
  );
  const told: unknown = parsed(answer.text);
  if (answer.status === 202 && isStatus(told)) return told;
  throw new EnhanceError(failureOf(answer.status, told, answer.header('x-error-code'), answer.header('retry-after')));
}

export async function jobStatus(job: string, signal: AbortSignal): Promise<JobStatus> {
  const told = await json(await call(job, '', { signal, cache: 'no-store' }));
  if (!isStatus(told)) throw new EnhanceError(plainFailure('garbled'));
  return told;
}

/** What is said about the film, and the film, unless the operator keeps it elsewhere. */
export async function filmResult(job: string, signal: AbortSignal): Promise<{ data: FilmData; film: Blob | null }> {
  const told = (await json(await call(job, '/result', { signal }))) as Partial<FilmResponse> | null;
  if (told?.data?.figures === undefined) throw new EnhanceError(plainFailure('garbled'));
  if (told.data.url) return { data: told.data, film: null };
  const answer = await call(job, '/result', { signal, headers: { Accept: 'video/*' } });
  return { data: told.data, film: await answer.blob() };
}

export async function cancelJob(job: string): Promise<void> {
  await call(job, '', { method: 'DELETE' });
}

async function call(
  job: string,
  path: string,
  request: RequestInit & { headers?: Record<string, string> },
): Promise<Response> {
  const headers = { ...keyHeaders(), ...request.headers };
  const address = `${BASE}/api/v1/jobs/${job}${path}`;
  const response = await fetch(address, { ...request, headers }).catch((error: unknown) => {
    if (request.signal?.aborted) throw error;
    throw new EnhanceError(plainFailure('unreachable'));
  });
  if (response.ok) return response;
  const { status, headers: given } = response;
  throw new EnhanceError(failureOf(status, await json(response), given.get('x-error-code'), given.get('retry-after')));
}

const json = async (response: Response): Promise<unknown> => parsed(await response.text());

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isStatus = (told: unknown): told is JobStatus =>
  typeof (told as JobStatus | null)?.id === 'string' && typeof (told as JobStatus).status === 'string';
