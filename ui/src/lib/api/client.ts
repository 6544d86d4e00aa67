/** The two API calls of the page. Their types are generated from the API document (schema.ts). */
import type { AxiosResponse } from 'axios';
import { type Failure, failureOf, plainFailure } from '../failure';
import type { Options } from '../options';
import type { EnhanceResponse, ErrorEvent, Readiness, StageEvent } from './schema';
import { eventReader, type ServerEvent } from './sse';

/** Empty if the service also serves the page. */
const BASE = (process.env.NEXT_PUBLIC_VISAGE_API ?? '').replace(/\/$/, '');

const READINESS_TIMEOUT_MS = 8000;

export const loadTransport = async () => (await import('axios')).default;

export interface Listener {
  onUpload: (fraction: number) => void;
  onStage: (event: StageEvent) => void;
}

/** A rejected request. */
export class EnhanceError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message ?? failure.kind);
  }
}

/**
 * Uploads a photo and reports progress until the result arrives. Throws EnhanceError, or the abort reason of `signal`.
 *
 * Uses XMLHttpRequest, the only browser transport that reports upload progress and also gives access to the response
 * while it arrives. Aborting closes the connection. The service then stops processing.
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
  const { status, headers } = response;
  const body = json(response.data);
  if (status === 200 && isResult(body)) return body;
  // From another origin, a page sees only headers that the service exposes (CORS): the code can be missing.
  throw new EnhanceError(failureOf(status, body, headers['x-error-code'], headers['retry-after'] ?? null));
}

/** Returns the result that ended the stream, or throws the error that did. */
function outcome(last: ServerEvent | null): EnhanceResponse {
  const body = last === null ? null : json(last.data);
  if (last?.event === 'result' && isResult(body)) return body;
  if (last?.event === 'error') {
    const error = body as Partial<ErrorEvent> | null;
    throw new EnhanceError(failureOf(error?.status ?? 500, body, error?.code, error?.retry_after_s ?? null));
  }
  throw new EnhanceError(plainFailure(last?.event === 'result' ? 'garbled' : 'lost'));
}

/** Returns the status of the service, or null if there is no response or it is not from the service. */
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
  for (const [name, value] of Object.entries(options)) if (value !== null) data.append(name, String(value));
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
