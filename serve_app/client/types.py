"""The API's types as plain dictionaries. Written by docs/generate.py from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

AnyStage: TypeAlias = Literal[
    "detector",
    "restorer",
    "upscaler",
    "verifier",
    "metrics",
    "upload",
    "request",
    "decode",
    "compose",
    "encode",
    "ingress",
    "weights",
    "internal",
]


class ChosenFace(TypedDict):
    """One face of a picture."""

    index: int
    """Its place in the response's list of faces, from 0."""
    strength: NotRequired[float | None]
    """Its own strength."""


class ChosenFaces(TypedDict, total=False):
    """Some faces of a picture."""



class DryRunData(TypedDict):
    """What a dry run finds."""

    input_width: int
    """Pixels, upright."""
    input_height: int
    """Pixels, upright."""
    width: int
    """Pixels of the result."""
    height: int
    """Pixels of the result."""
    faces: list[DryRunFace]
    """In reading order, as in the response of a restoration; may be empty."""
    estimated_s: float | None
    """Seconds that the restoration would work, without waiting for others; null where the stages have not told how
    fast they are.
    """
    processing_time_ms: float
    """From the request's last byte to the response's first."""
    warning: str | None
    """`notes` as one text; null if there are none."""
    notes: list[NoteInfo]
    """What to know before restoring, one by one."""


class DryRunFace(TypedDict):
    """One detected face, before anything is done to it."""

    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels of the input."""
    score: float
    """The detector's confidence, 0 to 1."""
    size: float
    """Pixels of the box's longer side: what `min_face_size` is compared with."""
    eye_distance: float
    """Pixels between the eyes."""
    sharpness: float
    """Share of fine details in the aligned face's contrast; from 0.075 it is already sharp."""
    reliable: bool | None
    """False where it is too small or too blurry for its identity to be compared; null with `verify=false`."""
    advisable: bool
    """Whether restoring it is advisable."""
    reason: Reason | None
    """Why it is not; null if it is."""
    chosen: bool
    """Whether the options of the request would restore it."""


class DryRunResponse(TypedDict):
    """The response to POST /api/v1/enhance with `dry_run`."""

    status: NotRequired[Literal["success"]]
    data: DryRunData


class EnhanceData(TypedDict):
    """The result."""

    restored_image: str
    """The image, base64; empty where the service stores results."""
    url: NotRequired[str | None]
    """Where the service stores results: where the image can be fetched for a while."""
    content_type: OutputMediaType
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    metrics: QualityMetrics
    metrics_against: Literal["input", "reference"]
    metrics_pixels: int
    """Width times height at which the images were compared."""
    faces: list[FaceInfo]
    """In reading order: line by line, from the left. The index is what the option `faces` takes."""
    layers: NotRequired[Layers | None]
    """With the option `layers`."""
    report: NotRequired[str | None]
    """With the option `report`: the HTML page."""
    processing_time_ms: float
    """From the request's last byte to the response's first."""
    timings_ms: dict[str, float]
    """Time in which each stage worked for this request. Stages overlap; `waiting` is the time in which none worked:
    queues and transport.
    """
    models: dict[str, list[str]]
    """What ran for this image in each stage."""
    warning: str | None
    """`notes` as one text; null if there are none."""
    notes: list[NoteInfo]
    """What to know before trusting the result, one by one."""


class EnhanceOptions(TypedDict, total=False):
    """The options of one request."""

    upscale_factor: int
    """Output size over input size."""
    strength: float
    """How much of a restored face replaces the original: a blend."""
    size: str | None
    """Output size in pixels, in place of `upscale_factor`: `longest:3000` is the longer side, `2000x1500 fit` the
    box that the image fits into. At most 8 times the input; it may be smaller.
    """
    faces: FaceChoice | str
    """Which of the detected faces to restore, or a JSON list of their indices in the response, with a strength each
    if it is another one: `[{"index": 0, "strength": 0.6}]`.
    """
    min_face_size: float
    """Leave out smaller faces: pixels of the box's longer side in the input."""
    max_face_size: float | None
    """Leave out larger faces: pixels of the box's longer side in the input."""
    bystanders: bool
    """Restore also small faces that are out of focus behind a larger one."""
    on_low_identity: LowIdentity
    """What to do with a face below `min_identity`: warn; blend in less of the restoration, in steps, until it looks
    like the same person; or keep the face as it was.
    """
    min_identity: float
    """Cosine similarity below which a face has changed too much."""
    verify: bool
    """Compare each face before and after; false: no biometric feature is computed."""
    face_crops: bool
    """Return each restored face too, aligned, 512x512 pixels, as PNG."""
    layers: bool
    """Return the result in layers too: the background, and each restored face with its place."""
    color_correction: bool
    """Give restored faces and the background the original's shades and casts: its low frequencies."""
    grain: bool
    """Give restored faces the grain of what surrounds them."""
    background: bool
    """Enlarge the background with Real-ESRGAN; false: plain bicubic resampling."""
    output_format: OutputFormatName
    """png, tiff and jxl keep transparency and 16 bits; avif has transparency and up to 10 bits, webp transparency
    and 8; jpeg has 8 bits and puts transparency on white.
    """
    quality: int | None
    """Of a jpeg, webp, avif or jxl that is not lossless. Refused where there is no such choice."""
    lossless: bool | None
    """Keep every value: webp, avif and jxl. Refused where there is no such choice."""
    metadata: MetadataChoice
    """Of the photo's EXIF, XMP and IPTC: keep; private, which leaves out place and serial numbers; or strip.
    Previews and maker notes are never kept. How the result was made is said in any case.
    """
    report: Report | None
    """html: return also a page that shows before, after, and where it changed, with the figures, the models and the
    photo's hash. It is one file and loads nothing.
    """


class EnhanceResponse(TypedDict):
    """The response to POST /api/v1/enhance."""

    status: NotRequired[Literal["success"]]
    data: EnhanceData


ErrorCode: TypeAlias = Literal[
    "unsupported_format",
    "undecodable",
    "too_many_pixels",
    "too_few_pixels",
    "too_complex",
    "bad_proportions",
    "bad_request",
    "idempotency_key_reused",
    "not_acceptable",
    "upload_too_large",
    "upload_too_slow",
    "unauthorized",
    "forbidden",
    "rate_limited",
    "quota_exceeded",
    "unknown_job",
    "job_unfinished",
    "job_gone",
    "jobs_unavailable",
    "storage_unavailable",
    "no_face_detected",
    "stage_busy",
    "stage_lost",
    "not_ready",
    "model_unavailable",
    "out_of_memory",
    "cancelled",
    "deadline_exceeded",
    "contract_violation",
    "inference_failed",
    "not_found",
    "method_not_allowed",
    "internal",
]
"""What went wrong, for programs. A value never changes its meaning; new ones may come."""


class ErrorEvent(TypedDict):
    """Event `error`, which ends an event stream: what the plain response would have been."""

    error: str
    """What went wrong, for a person."""
    stage: AnyStage
    """Where it went wrong."""
    status: int
    """The HTTP status that the plain response would have had."""
    code: ErrorCode
    """What `X-Error-Code` would have been."""
    retry_after_s: NotRequired[int | None]
    """Seconds to wait before the same request may succeed."""


class ErrorResponse(TypedDict):
    """The response to any request that failed; the header `X-Error-Code` says the same for programs."""

    error: str
    """What went wrong, for a person."""
    stage: AnyStage
    """Where it went wrong."""


FaceChoice: TypeAlias = Literal[
    "all",
    "none",
    "largest",
    "center",
]
"""Which faces to restore."""


class FaceInfo(TypedDict):
    """One detected face."""

    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels of the input."""
    score: float
    """The detector's confidence, 0 to 1."""
    restored: bool
    """False for faces that the options left out."""
    strength_used: float | None
    """How much of the restoration is in the result, 0 to 1; null if not restored."""
    identity_similarity: float | None
    """Cosine similarity before and after; null if not restored, or not verified."""
    reliable: bool | None
    """False where the input face is too small or too blurry for the similarity to mean much; null without one."""
    crop: NotRequired[str | None]
    """With `face_crops`: the restored face in full strength, aligned, 512x512, as PNG in base64. At most 32, of the
    largest faces.
    """


class FaceLayerInfo(TypedDict):
    """One restored face as a layer over the background."""

    index: int
    """Of the face in `faces`."""
    left: int
    """Of the patch in the result, in pixels."""
    top: int
    """Of the patch in the result, in pixels."""
    width: int
    """Pixels of the patch."""
    height: int
    """Pixels of the patch."""
    patch: str
    """RGBA PNG in base64: the restored face in full strength and its mask, which is not premultiplied."""
    identity_at: dict[str, float] | None
    """Similarity at the strengths `0`, `0.5` and `1`, all faces having that; null with `verify=false`."""


class FilmLimits(TypedDict):
    """What a client should know before it sends a film."""

    max_upload_bytes: int
    max_seconds: float
    max_frames: int
    max_pixels: int
    """Of a frame, and of a frame of the result."""


class Health(TypedDict, total=False):
    """The process lives."""

    status: Literal["alive"]


class Layers(TypedDict):
    """The result in layers: background + sum over faces of strength * mask * (patch - background)."""

    background: str
    """PNG in base64: the enlarged image without restored faces."""
    faces: list[FaceLayerInfo]
    """Every restored face of which a pixel is seen."""


LowIdentity: TypeAlias = Literal[
    "warn",
    "blend",
    "keep",
]
"""What is done with a restored face that no longer looks like the same person."""


MetadataChoice: TypeAlias = Literal[
    "keep",
    "private",
    "strip",
]
"""What becomes of a photo's metadata."""


class ModelInfo(TypedDict):
    """One model that runs, as GET /api/v1/models reports it."""

    name: str
    stage: StageName
    title: str
    licence: str
    commercial: bool
    """Whether the license of the weights, as far as we know it, allows commercial use."""
    file: str
    sha256: str


class Models(TypedDict):
    """What runs, its license and its checksum."""

    models: list[ModelInfo]


NoteCode: TypeAlias = Literal[
    "more_pages",
    "more_frames",
    "picture_sequence",
    "exif_lost",
    "picture_in_alpha",
    "smaller_factor",
    "no_transparency",
    "fewer_bits",
    "no_facial_prior",
    "faces_left_out",
    "wrong_size",
    "bystanders",
    "crops_left_out",
    "credentials_unreadable",
    "credentials_unsigned",
    "changed_too_much",
    "may_have_changed",
    "kept_as_it_was",
    "restored_less",
]
"""What a note is about; a code never changes its meaning."""


class NoteInfo(TypedDict):
    """Something that the reader of a result should know."""

    code: NoteCode
    text: str
    """In English."""
    values: dict[str, float | str]
    """The numbers and names in `text`, for who says it otherwise."""


OutputFormatName: TypeAlias = Literal[
    "png",
    "jpeg",
    "webp",
    "avif",
    "tiff",
    "jxl",
]


OutputMediaType: TypeAlias = Literal[
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/avif",
    "image/tiff",
    "image/jxl",
]


ProgressState: TypeAlias = Literal[
    "started",
    "progress",
    "finished",
]
"""What happened to a stage."""


class PublicLimits(TypedDict):
    """What a client should know before it sends anything."""

    max_upload_bytes: int
    max_input_pixels: int
    max_output_pixels: int
    min_side: int
    """Pixels."""
    deadline_s: float
    film: NotRequired[FilmLimits | None]
    """For POST /api/v1/jobs/video; null where no films are taken."""


class QualityMetrics(TypedDict):
    """Of the result against the input resampled to its size, or against `reference` where one was sent. Large images
    are reduced before they are compared (see `metrics_pixels`).
    """

    psnr: float
    """dB; higher is closer. 100 for identical images."""
    ssim: float
    """Structural similarity, at most 1; 1 is identical."""
    lpips: float
    """Perceptual distance (AlexNet); 0 is identical."""
    identity_similarity: float | None
    """Lowest cosine similarity of ArcFace features before and after, of all restored faces; null if no face was
    restored, or with `verify=false`.
    """


class Readiness(TypedDict):
    """Whether the service can work, stage by stage."""

    ready: bool
    stages: dict[str, StageStatus]
    limits: PublicLimits


Reason: TypeAlias = Literal[
    "too_small",
    "bystander",
    "already_sharp",
]
"""Why restoring a face is not advisable."""


Report: TypeAlias = Literal[
    "html",
]
"""What else may be made of a result, for a reader."""


class StageEvent(TypedDict):
    """Event `stage` of the event stream: a stage started, advanced or finished."""

    stage: AnyStage
    state: ProgressState
    done: int
    """Faces or tiles done."""
    total: int
    """Faces or tiles in all; 0 where they are not known or do not apply."""
    percent: NotRequired[float | None]
    """Of the whole request's time, never falling; null while this machine's speed is not known."""
    eta_ms: NotRequired[float | None]
    """Milliseconds until the result is encoded; null while this machine's speed is not known."""


StageName: TypeAlias = Literal[
    "detector",
    "restorer",
    "upscaler",
    "verifier",
    "metrics",
]
"""The stages with a model, by their names in settings, answers and errors."""


class StageStatus(TypedDict):
    """One stage, as GET /api/v1/readyz reports it."""

    ready: bool
    replicas: int
    """Replicas that are running."""
    models: NotRequired[list[str]]
    device: NotRequired[str | None]
    precision: NotRequired[str | None]
    notes: NotRequired[list[str]]
    """Fallbacks in use, models missing, or why the stage is not ready."""
    details: NotRequired[dict[str, Any]]
