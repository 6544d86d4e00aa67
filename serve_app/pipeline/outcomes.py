"""What the result says of each face, and the warning that goes with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deployments.contract import Face, Identity
from serve_app.pipeline.config import PipelineConfig
from serve_app.pipeline.face_record import FaceRecord


@dataclass(frozen=True)
class FaceOutcome:
    """One detected face in the result."""

    face: Face
    identity: Identity | None
    """None for a face that was not restored, or not verified."""
    reliable: bool | None
    """False where the input face is too small or too blurry for the similarity to mean much; None without one."""
    strength: float | None
    """How much of the restoration is in the result, [0, 1]; None if not restored."""
    asked: float
    """The strength that was asked for."""
    crop: bytes | None = None
    """The file of the restored face, where the options ask for it."""


def face_outcome(
    record: FaceRecord, identity: Identity | None, crop: bytes | None, config: PipelineConfig
) -> FaceOutcome:
    """What became of a face."""
    strength = None if record.placed is None else record.placed.strength
    reliable = None if identity is None else is_reliable(record.face, identity.feature_norm, config)
    return FaceOutcome(record.face, identity, reliable, strength, record.asked, crop)


def is_reliable(face: Face, feature_norm: float, config: PipelineConfig) -> bool:
    """Whether a face is large and sharp enough for its similarity to mean something."""
    return face.eye_distance >= config.min_eye_distance and feature_norm >= config.min_feature_norm


def left_out(kept: int, more: int) -> str:
    """Says that there are more faces than the detector's `max_faces`."""
    return f"Only the {kept} largest of {kept + more} faces were considered; the others are unchanged."


def warning(outcomes: list[FaceOutcome], notes: Iterable[str], min_identity: float) -> str | None:
    """What to know before trusting the result: the stages' notes, and the faces that changed too much."""
    sentences = list(notes)
    for number, outcome in enumerate(outcomes, 1):
        identity = outcome.identity
        if identity is None or outcome.strength is None:
            continue
        if outcome.strength < outcome.asked:
            done = "was kept as it was" if outcome.strength == 0.0 else f"was restored by {outcome.strength:.0%} only"
            sentences.append(f"Face {number} {done}, to stay the same person (similarity {identity.similarity:.2f}).")
        elif identity.similarity < min_identity:
            doubt = "" if outcome.reliable else ", though the original is too small or blurred to be sure"
            sentences.append(
                f"Face {number} may no longer look like the same person (similarity {identity.similarity:.2f}{doubt})."
            )
    return " ".join(sentences) or None


def wrong_size(count: int) -> str:
    """The note about faces that `min_face_size` and `max_face_size` leave out."""
    faces = "One face is" if count == 1 else f"{count} faces are"
    return f"{faces} not of the size asked for and not restored (options min_face_size and max_face_size)."


def not_cropped(count: int) -> str:
    """The note about faces beyond MAX_FACE_CROPS."""
    return f"The crops of the {count} smallest faces are left out (option face_crops)."


def left_as_they_were(count: int) -> str:
    """The note about faces that are out of focus."""
    faces = "One face in the background is" if count == 1 else f"{count} faces in the background are"
    return f"{faces} out of focus and not restored (option bystanders)."
