/** Why a request failed. strings.ts has a title and advice for each kind of failure. */
import type { AnyStage, ErrorCode, ErrorResponse } from './api/schema';
import type { strings } from './strings';

export type FailureKind = keyof (typeof strings)['failure']['kinds'];

export interface Failure {
  kind: FailureKind;
  status: number | null;
  stage: AnyStage | null;
  /** The sentence that the service sent. */
  message: string | null;
  retryAfterS: number | null;
}

const BY_CODE: Readonly<Record<ErrorCode, FailureKind>> = {
  upload_too_slow: 'slow',
  upload_too_large: 'bytes',
  too_many_pixels: 'pixels',
  unsupported_format: 'type',
  undecodable: 'damaged',
  too_few_pixels: 'small',
  too_complex: 'complex',
  bad_proportions: 'proportions',
  unauthorized: 'key',
  forbidden: 'forbidden',
  bad_request: 'option',
  idempotency_key_reused: 'option',
  not_acceptable: 'internal',
  no_face_detected: 'noFace',
  rate_limited: 'rate',
  quota_exceeded: 'rate',
  stage_busy: 'busy',
  stage_lost: 'stageGone',
  not_ready: 'stageGone',
  model_unavailable: 'stageGone',
  out_of_memory: 'stageGone',
  cancelled: 'stageGone',
  deadline_exceeded: 'deadline',
  contract_violation: 'stageFailed',
  inference_failed: 'stageFailed',
  unknown_job: 'gone',
  job_unfinished: 'internal',
  job_gone: 'gone',
  jobs_unavailable: 'busy',
  storage_unavailable: 'busy',
  not_found: 'internal',
  method_not_allowed: 'internal',
  internal: 'internal',
};

/** For responses without a known code: from a proxy, from Ray Serve, or from another version of the service. */
const BY_STATUS: Readonly<Record<number, FailureKind | ((stage: AnyStage | null) => FailureKind)>> = {
  401: 'key',
  408: 'slow',
  413: (stage) => (stage === 'decode' ? 'pixels' : 'bytes'),
  415: 'type',
  422: (stage) => (stage === 'detector' ? 'noFace' : stage === 'decode' ? 'damaged' : 'option'),
  429: 'rate',
  500: (stage) => (stage === null || stage === 'internal' ? 'internal' : 'stageFailed'),
  502: 'gateway',
  503: (stage) => (stage === null || stage === 'ingress' ? 'busy' : 'stageGone'),
  504: 'deadline',
};

/** Describes an error response. `body` and `code` can be anything, because the response may not be from the service. */
export function failureOf(status: number, body: unknown, code: unknown, retryAfter: string | number | null): Failure {
  const error = isError(body) ? body : null;
  const wait = retryAfter === null ? Number.NaN : Number(retryAfter);
  return {
    kind: isErrorCode(code) ? BY_CODE[code] : kindByStatus(status, error),
    status,
    stage: error?.stage ?? null,
    message: error?.error ?? null,
    retryAfterS: Number.isFinite(wait) && wait >= 0 ? wait : null,
  };
}

function kindByStatus(status: number, error: ErrorResponse | null): FailureKind {
  const kind = BY_STATUS[status];
  if (kind === undefined) return error === null ? 'garbled' : 'internal';
  return typeof kind === 'string' ? kind : kind(error?.stage ?? null);
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

const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(BY_CODE, code);

/** Where the service's own sentence, which is English, says what the page cannot: which field, and which damage. */
export const DETAILED: ReadonlySet<FailureKind> = new Set<FailureKind>(['option', 'damaged', 'forbidden']);

/** The reason is in the photo or in its options. */
const FINAL: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'noFace',
  'damaged',
  'type',
  'pixels',
  'bytes',
  'option',
  'small',
  'complex',
  'proportions',
  'forbidden',
]);

/** Whether trying again cannot help: the same photo with the same options fails again. */
export const isFinal = ({ kind }: Failure): boolean => FINAL.has(kind);
