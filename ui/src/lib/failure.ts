/** What went wrong with a request, in the page's own terms; the words for each kind are in strings.ts. */
import type { ErrorResponse } from './api/schema';
import type { strings } from './strings';

export type FailureKind = keyof (typeof strings)['failure']['kinds'];

export interface Failure {
  kind: FailureKind;
  status: number | null;
  stage: string | null;
  /** The service's own sentence. */
  message: string | null;
  retryAfterS: number | null;
}

const BY_STATUS: Record<number, FailureKind | ((stage: string) => FailureKind)> = {
  408: 'slow',
  413: (stage) => (stage === 'decode' ? 'pixels' : 'bytes'),
  415: 'type',
  422: (stage) => (stage === 'detector' ? 'noFace' : stage === 'decode' ? 'damaged' : 'option'),
  429: 'rate',
  500: (stage) => (stage === 'internal' ? 'internal' : 'stageFailed'),
  502: 'unreachable',
  503: (stage) => (stage === 'ingress' ? 'busy' : 'stageGone'),
  504: 'deadline',
};

/** The failure that an error answer tells of. `body` may be anything: it need not come from our service. */
export function failureOf(status: number, body: unknown, retryAfter: string | number | null): Failure {
  const told = isError(body) ? body : null;
  const stage = told?.stage ?? (status === 503 || status === 429 ? 'ingress' : 'internal');
  const row = BY_STATUS[status];
  const kind = row === undefined ? (told ? 'internal' : 'garbled') : typeof row === 'string' ? row : row(stage);
  const wait = retryAfter === null ? Number.NaN : Number(retryAfter);
  return {
    kind,
    status,
    stage: told?.stage ?? null,
    message: told?.error ?? null,
    retryAfterS: Number.isFinite(wait) && wait >= 0 ? wait : null,
  };
}

export const plainFailure = (kind: FailureKind): Failure => ({
  kind,
  status: null,
  stage: null,
  message: null,
  retryAfterS: null,
});

function isError(body: unknown): body is ErrorResponse {
  const candidate = body as Partial<ErrorResponse> | null;
  return typeof candidate?.error === 'string' && typeof candidate.stage === 'string';
}
