/** The API calls of the page. Their types are generated from the API document (schema.ts). */
import { type Failure, failureOf, plainFailure } from '../failure';
import type { RequestOptions } from '../options';
import { keyHeaders } from './key';
import type { DryRunData, EnhanceResponse, ErrorEvent, Readiness, StageEvent } from './schema';
import { eventReader, type ServerEvent } from './sse';
import { type Answer, ConnectionError, isEventStream, post } from './transport';

/** Empty if the service also serves the page. */
export const BASE = (process.env.NEXT_PUBLIC_VISAGE_API ?? '').replace(/\/$/, '');

const READINESS_TIMEOUT_MS = 8000;

export interface Listener {
  onUpload: (fraction: number) => void;
  onStage: (event: StageEvent) => void;
  /** The service has finished; this many bytes of the result have arrived. */
  onReceive: (bytes: number) => void;
}

/** A rejected request. */
export class EnhanceError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message ?? failure.kind);
  }
}

/**
 * Uploads a photo and reports progress until the result arrives. Throws EnhanceError, or the abort reason of `signal`.
 * Aborting closes the connection. The service then stops processing.
 */
export async function enhance(
  file: File,
  options: RequestOptions,
  listener: Listener,
  signal: AbortSignal,
): Promise<EnhanceResponse> {
  const events = eventReader();
  let last: ServerEvent | null = null;
  let receivingFrom: number | null = null; // the bytes before the result, once that has begun
  const take = (text: string) => {
    for (const event of events.read(text)) {
      last = event;
      if (event.event === 'stage') listener.onStage(JSON.parse(event.data));
    }
  };
  const progress = (bytes: number, text: () => string) => {
    // The result is one long event: reading it again at every piece of it would take quadratic time.
    if (receivingFrom === null) {
      const whole = text();
      take(whole);
      if (events.begun(whole) === 'result') receivingFrom = bytes;
    }
    if (receivingFrom !== null) listener.onReceive(bytes - receivingFrom);
  };
  const answer = await post(
    `${BASE}/api/v1/enhance`,
    form(file, options),
    keyHeaders(),
    {
      onUpload: listener.onUpload,
      onDownload: (bytes, text, streaming) => {
        if (streaming) progress(bytes, text);
      },
    },
    signal,
  ).catch((error: unknown) => {
    if (!(error instanceof ConnectionError)) throw error;
    throw new EnhanceError(plainFailure(error.sent ? 'lost' : 'unreachable'));
  });
  if (isEventStream(answer.header('content-type'))) {
    take(answer.text);
    return outcome(last);
  }
  return plainOutcome(answer);
}

function plainOutcome({ status, header, text }: Answer): EnhanceResponse {
  const body = json(text);
  if (status === 200 && isResult(body)) return body;
  // From another origin, a page sees only headers that the service exposes (CORS): the code can be missing.
  throw new EnhanceError(failureOf(status, body, header('x-error-code'), header('retry-after')));
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
  // Not AbortSignal.any, which Safari has only since 17.4.
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, READINESS_TIMEOUT_MS);
  signal.addEventListener('abort', abort);
  try {
    const response = await fetch(`${BASE}/api/v1/readyz`, { signal: controller.signal, cache: 'no-store' });
    const body: unknown = await response.json().catch(() => null);
    if (isReadiness(body)) return body;
    return response.status === 503 ? 'starting' : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** What the service sees in a photo before anything is done to it; null for whatever reason it does not say. */
export async function inspect(
  file: File,
  options: Partial<RequestOptions>,
  signal: AbortSignal,
): Promise<DryRunData | null> {
  const body = form(file, options);
  body.append('dry_run', 'true');
  try {
    const response = await fetch(`${BASE}/api/v1/enhance`, { method: 'POST', body, headers: keyHeaders(), signal });
    const answer: unknown = await response.json();
    return response.ok && isInspection(answer) ? answer.data : null;
  } catch {
    return null;
  }
}

/** The photo as a picture that browsers show. Throws if the service cannot be reached or cannot read it. */
export async function preview(file: File): Promise<Blob> {
  const body = new FormData();
  body.append('file', file, file.name);
  const response = await fetch(`${BASE}/api/v1/preview`, { method: 'POST', body, headers: keyHeaders() });
  if (!response.ok) throw new Error(`preview: ${response.status}`);
  return response.blob();
}

export const documentation = `${BASE}/api/docs`;

function form(file: File, options: Partial<RequestOptions>): FormData {
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

const isInspection = (body: unknown): body is { data: DryRunData } =>
  Array.isArray((body as { data?: Partial<DryRunData> } | null)?.data?.faces);

const isReadiness = (body: unknown): body is Readiness =>
  typeof (body as Readiness | null)?.ready === 'boolean' && typeof (body as Readiness).limits === 'object';
