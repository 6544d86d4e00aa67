"""The names of errors on the wire."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong, for programs. A value never changes its meaning; new ones may come."""

    UNSUPPORTED_FORMAT = "unsupported_format"
    UNDECODABLE = "undecodable"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_FEW_PIXELS = "too_few_pixels"
    TOO_COMPLEX = "too_complex"
    BAD_PROPORTIONS = "bad_proportions"
    BAD_REQUEST = "bad_request"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    NOT_ACCEPTABLE = "not_acceptable"
    UPLOAD_TOO_LARGE = "upload_too_large"
    UPLOAD_TOO_SLOW = "upload_too_slow"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXCEEDED = "quota_exceeded"
    UNKNOWN_JOB = "unknown_job"
    JOB_UNFINISHED = "job_unfinished"
    JOB_GONE = "job_gone"
    JOBS_UNAVAILABLE = "jobs_unavailable"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    NO_FACE_DETECTED = "no_face_detected"
    STAGE_BUSY = "stage_busy"
    STAGE_LOST = "stage_lost"
    NOT_READY = "not_ready"
    MODEL_UNAVAILABLE = "model_unavailable"
    OUT_OF_MEMORY = "out_of_memory"
    CANCELLED = "cancelled"
    DEADLINE_EXCEEDED = "deadline_exceeded"
    CONTRACT_VIOLATION = "contract_violation"
    INFERENCE_FAILED = "inference_failed"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INTERNAL = "internal"
