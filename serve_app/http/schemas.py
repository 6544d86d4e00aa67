"""Wire models of the API's responses and events; the OpenAPI document is made from them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from deployments.error_codes import ErrorCode
from deployments.errors import Step
from deployments.imaging.focus import SHARP
from deployments.imaging.formats import OutputMediaType
from deployments.notes import Note, NoteCode
from deployments.stages import StageName
from serve_app.jobs.record import JobState
from serve_app.keys import Scope
from serve_app.pipeline.face_crops import MAX_FACE_CROPS
from serve_app.pipeline.inspection import Reason
from serve_app.pipeline.progress import ProgressState

AnyStage = StrEnum("AnyStage", {each.name: each.value for each in (*StageName, *Step)})  # type: ignore[misc]
"""Every place that an error or a progress event can name."""


class _Wire(BaseModel):
    model_config = ConfigDict(protected_namespaces=())


class QualityMetrics(_Wire):
    """Of the result against the input resampled to its size, or against `reference` where one was sent.

    Large images are reduced before they are compared (see `metrics_pixels`).
    """

    psnr: float = Field(description="dB; higher is closer. 100 for identical images.")
    ssim: float = Field(description="Structural similarity, at most 1; 1 is identical.")
    lpips: float = Field(description="Perceptual distance (AlexNet); 0 is identical.")
    identity_similarity: float | None = Field(
        description="Lowest cosine similarity of ArcFace features before and after, of all restored faces; null if no "
        "face was restored, or with `verify=false`."
    )


class FaceInfo(_Wire):
    """One detected face."""

    box: tuple[float, float, float, float] = Field(description="Left, top, right, bottom in pixels of the input.")
    score: float = Field(description="The detector's confidence, 0 to 1.")
    restored: bool = Field(description="False for faces that the options left out.")
    strength_used: float | None = Field(
        description="How much of the restoration is in the result, 0 to 1; null if not restored."
    )
    identity_similarity: float | None = Field(
        description="Cosine similarity before and after; null if not restored, or not verified."
    )
    reliable: bool | None = Field(
        description="False where the input face is too small or too blurry for the similarity to mean much; null "
        "without one."
    )
    crop: str | None = Field(
        default=None,
        description="With `face_crops`: the restored face in full strength, aligned, 512x512, as PNG in base64. At "
        f"most {MAX_FACE_CROPS}, of the largest faces.",
    )


class FaceLayerInfo(_Wire):
    """One restored face as a layer over the background."""

    index: int = Field(description="Of the face in `faces`.")
    left: int = Field(description="Of the patch in the result, in pixels.")
    top: int = Field(description="Of the patch in the result, in pixels.")
    width: int = Field(description="Pixels of the patch.")
    height: int = Field(description="Pixels of the patch.")
    patch: str = Field(
        description="RGBA PNG in base64: the restored face in full strength and its mask, which is not premultiplied."
    )
    identity_at: dict[str, float] | None = Field(
        description="Similarity at the strengths `0`, `0.5` and `1`, all faces having that; null with `verify=false`."
    )


class Layers(_Wire):
    """The result in layers: background + sum over faces of strength * mask * (patch - background)."""

    background: str = Field(description="PNG in base64: the enlarged image without restored faces.")
    faces: list[FaceLayerInfo] = Field(description="Every restored face of which a pixel is seen.")


class NoteInfo(_Wire):
    """Something that the reader of a result should know."""

    code: NoteCode
    text: str = Field(description="In English.")
    values: dict[str, float | str] = Field(description="The numbers and names in `text`, for who says it otherwise.")


def wire_notes(notes: Iterable[Note]) -> list[NoteInfo]:
    """`notes` as a response has them."""
    return [NoteInfo(code=note.code, text=note, values=note.values) for note in notes]


class EnhanceData(_Wire):
    """The result."""

    restored_image: str = Field(description="The image, base64; empty where the service stores results.")
    url: str | None = Field(
        default=None, description="Where the service stores results: where the image can be fetched for a while."
    )
    content_type: OutputMediaType
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    metrics: QualityMetrics
    metrics_against: Literal["input", "reference"]
    metrics_pixels: int = Field(description="Width times height at which the images were compared.")
    faces: list[FaceInfo] = Field(
        description="In reading order: line by line, from the left. The index is what the option `faces` takes."
    )
    layers: Layers | None = Field(default=None, description="With the option `layers`.")
    report: str | None = Field(default=None, description="With the option `report`: the HTML page.")
    processing_time_ms: float = Field(description="From the request's last byte to the response's first.")
    timings_ms: dict[str, float] = Field(
        description="Time in which each stage worked for this request. Stages overlap; `waiting` is the time in "
        "which none worked: queues and transport."
    )
    models: dict[str, list[str]] = Field(description="What ran for this image in each stage.")
    warning: str | None = Field(description="`notes` as one text; null if there are none.")
    notes: list[NoteInfo] = Field(description="What to know before trusting the result, one by one.")


class EnhanceResponse(_Wire):
    """The response to POST /api/v1/enhance."""

    status: Literal["success"] = "success"
    data: EnhanceData


class Preview(_Wire):
    """What the header of POST /api/v1/preview says of the photo."""

    format: str = Field(description="What the photo is in.")
    width: int = Field(description="Pixels of the whole photo, upright.")
    height: int = Field(description="Pixels of the whole photo, upright.")
    warning: str | None = Field(description="What to know of the photo: that it has more pages, for example.")


class DryRunFace(_Wire):
    """One detected face, before anything is done to it."""

    box: tuple[float, float, float, float] = Field(description="Left, top, right, bottom in pixels of the input.")
    score: float = Field(description="The detector's confidence, 0 to 1.")
    size: float = Field(description="Pixels of the box's longer side: what `min_face_size` is compared with.")
    eye_distance: float = Field(description="Pixels between the eyes.")
    sharpness: float = Field(
        description=f"Share of fine details in the aligned face's contrast; from {SHARP} it is already sharp."
    )
    reliable: bool | None = Field(
        description="False where it is too small or too blurry for its identity to be compared; null with "
        "`verify=false`."
    )
    advisable: bool = Field(description="Whether restoring it is advisable.")
    reason: Reason | None = Field(description="Why it is not; null if it is.")
    chosen: bool = Field(description="Whether the options of the request would restore it.")


class DryRunData(_Wire):
    """What a dry run finds."""

    input_width: int = Field(description="Pixels, upright.")
    input_height: int = Field(description="Pixels, upright.")
    width: int = Field(description="Pixels of the result.")
    height: int = Field(description="Pixels of the result.")
    faces: list[DryRunFace] = Field(description="In reading order, as in the response of a restoration; may be empty.")
    estimated_s: float | None = Field(
        description="Seconds that the restoration would work, without waiting for others; null where the stages have "
        "not told how fast they are."
    )
    processing_time_ms: float = Field(description="From the request's last byte to the response's first.")
    warning: str | None = Field(description="`notes` as one text; null if there are none.")
    notes: list[NoteInfo] = Field(description="What to know before restoring, one by one.")


class DryRunResponse(_Wire):
    """The response to POST /api/v1/enhance with `dry_run`."""

    status: Literal["success"] = "success"
    data: DryRunData


class ErrorResponse(_Wire):
    """The response to any request that failed; the header `X-Error-Code` says the same for programs."""

    error: str = Field(description="What went wrong, for a person.")
    stage: AnyStage = Field(description="Where it went wrong.")


class StageEvent(_Wire):
    """Event `stage` of the event stream: a stage started, advanced or finished."""

    stage: AnyStage
    state: ProgressState
    done: int = Field(description="Faces or tiles done.")
    total: int = Field(description="Faces or tiles in all; 0 where they are not known or do not apply.")
    percent: float | None = Field(
        default=None,
        description="Of the whole request's time, never falling; null while this machine's speed is not known.",
    )
    eta_ms: float | None = Field(
        default=None,
        description="Milliseconds until the result is encoded; null while this machine's speed is not known.",
    )


class ErrorEvent(ErrorResponse):
    """Event `error`, which ends an event stream: what the plain response would have been."""

    status: int = Field(description="The HTTP status that the plain response would have had.")
    code: ErrorCode = Field(description="What `X-Error-Code` would have been.")
    retry_after_s: int | None = Field(None, description="Seconds to wait before the same request may succeed.")


class JobStatus(_Wire):
    """A job, as POST and GET /api/v1/jobs and DELETE tell it."""

    id: str
    status: JobState
    position: int | None = Field(description="Its place among the jobs that wait, 1 is next; null where it does not.")
    estimate_s: float | None = Field(
        description="Seconds until a job that waits will be done, as recent jobs tell; null if unknown."
    )
    stage: AnyStage | None = Field(description="What last reported progress.")
    percent: int = Field(description="Of the time that the job takes, 0 to 100; it never falls.")
    eta_ms: int | None = Field(
        description="Milliseconds until the result of a job that runs; null otherwise, and while nobody knows."
    )
    error: ErrorEvent | None = Field(description="Why it failed: what the response to /enhance would have been.")


class Usage(_Wire):
    """What an API key has used of one thing, in the present window of time."""

    name: str = Field(
        description="requests (POST), megapixels (width times height of results) or faces (those that were restored)."
    )
    used: float = Field(description="Beyond the quota where the last request took more than was left.")
    quota: int | None = Field(description="How much it may use in a window; null: no limit.")
    window_s: int
    resets_in_s: int = Field(description="Seconds until something is free again; 0 where nothing was used.")


class KeyUsage(_Wire):
    """The response to GET /api/v1/usage."""

    key: str = Field(description="The part of the key that may be seen.")
    scopes: list[Scope]
    usage: list[Usage]
