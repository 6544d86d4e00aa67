/** The two calls that the page makes. Types come from the service's OpenAPI document (schema.ts, generated). */
import type { AxiosResponse } from 'axios';
import { type Failure, failureOf, plainFailure } from '../failure';
import type { Options } from '../options';
import type { EnhanceResponse, Readiness } from './schema';
import { eventReader, type ServerEvent } from './sse';

/** Empty where the service itself serves the page. */
const BASE = (process.env.NEXT_PUBLIC_VISAGE_API ?? '').replace(/\/$/, '');

const READINESS_TIMEOUT_MS = 8000;

export const loadTransport = async () => (await import('axios')).default;

export interface StageEvent {
  stage: string;
  state: 'started' | 'progress' | 'finished';
  done: number;
  total: number;
}

export interface Listener {
  onUpload: (fraction: number) => void;
  onStage: (event: StageEvent) => void;
}

/** Carries a Failure through promises. */
export class EnhanceError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message ?? failure.kind);
  }
}

/**
 * Sends a photograph and follows the work. Throws EnhanceError, or whatever `signal` was aborted with.
 *
 * XMLHttpRequest underneath: it is the one transport of browsers that tells both how much has been sent and what has
 * come back so far. Aborting it closes the connection, upon which the service stops working.
 */
export async function enhance(
  file: File,
  options: Options,
  listener: Listener,
  signal: AbortSignal,
): Promise<EnhanceResponse> {
  const read = eventReader();
  let last: ServerEvent | null = null;
  let sent = false;
  const take = (text: string) => {
    for (const event of read(text)) {
      last = event;
      if (event.event === 'stage') listener.onStage(JSON.parse(event.data));
    }
  };

  let response: AxiosResponse<string>;
  try {
    const axios = await loadTransport();
    response = await axios.post<string>(`${BASE}/api/v1/enhance`, form(file, options), {
      adapter: 'xhr',
      headers: { Accept: 'text/event-stream' },
      responseType: 'text',
      transformResponse: (text) => text,
      validateStatus: () => true,
      signal,
      onUploadProgress: ({ loaded, total }) => {
        sent ||= loaded > 0;
        listener.onUpload(total ? Math.min(1, loaded / total) : 0);
      },
      onDownloadProgress: ({ event }) => {
        const request: XMLHttpRequest | undefined = event?.target;
        if (request?.getResponseHeader('content-type')?.startsWith('text/event-stream')) take(request.responseText);
      },
    });
  } catch {
    signal.throwIfAborted();
    throw new EnhanceError(plainFailure(sent ? 'lost' : 'unreachable'));
  }
  if (String(response.headers['content-type'] ?? '').startsWith('text/event-stream')) {
    take(response.data);
    return outcome(last);
  }
  const retryAfter = response.headers['retry-after'];
  const body = json(response.data);
  if (response.status === 200 && isResult(body)) return body;
  throw new EnhanceError(failureOf(response.status, body, retryAfter ?? null));
}

/** What the stream ended with. */
function outcome(last: ServerEvent | null): EnhanceResponse {
  const body = last === null ? null : json(last.data);
  if (last?.event === 'result' && isResult(body)) return body;
  if (last?.event === 'error') {
    const told = body as { status?: number; retry_after_s?: number } | null;
    throw new EnhanceError(failureOf(told?.status ?? 500, body, told?.retry_after_s ?? null));
  }
  throw new EnhanceError(plainFailure(last?.event === 'result' ? 'garbled' : 'lost'));
}

/** What state the service is in; null if it does not answer, or something else does. */
export async function readiness(signal: AbortSignal): Promise<Readiness | 'starting' | null> {
  try {
    const response = await fetch(`${BASE}/api/v1/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(READINESS_TIMEOUT_MS)]),
      cache: 'no-store',
    });
    const body: unknown = await response.json().catch(() => null);
    if (isReadiness(body)) return body;
    return response.status === 503 ? 'starting' : null;
  } catch {
    return null;
  }
}

export const documentation = `${BASE}/api/docs`;

function form(file: File, options: Options): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(options)) data.append(name, String(value));
  data.append('file', file, file.name);
  return data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isResult = (body: unknown): body is EnhanceResponse =>
  typeof (body as EnhanceResponse | null)?.data?.restored_image === 'string';

const isReadiness = (body: unknown): body is Readiness =>
  typeof (body as Readiness | null)?.ready === 'boolean' && typeof (body as Readiness).limits === 'object';
