"""What the result says of each face, and the warning that goes with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deployments.contract import Face, Identity
from serve_app.pipeline.config import PipelineConfig


@dataclass(frozen=True)
class FaceOutcome:
    """One detected face in the result."""

    face: Face
    identity: Identity | None
    """None for a face that was not restored."""
    reliable: bool | None
    """False where the input face is too small or too blurry for the similarity to mean much; None if not restored."""
    strength: float | None
    """How much of the restoration is in the result, [0, 1]; None if not restored."""


def face_outcome(face: Face, identity: Identity | None, strength: float, config: PipelineConfig) -> FaceOutcome:
    """Judge how reliable a face's similarity is; `strength` counts where the face was restored."""
    if identity is None:
        return FaceOutcome(face, None, None, None)
    large = face.eye_distance >= config.min_eye_distance
    return FaceOutcome(face, identity, large and identity.feature_norm >= config.min_feature_norm, strength)


def left_out(kept: int, more: int) -> str:
    """Says that there are more faces than the detector's `max_faces`."""
    return f"Only the {kept} largest of {kept + more} faces were considered; the others are unchanged."


def warning(
    outcomes: list[FaceOutcome], notes: Iterable[str], asked_strength: float, min_identity: float
) -> str | None:
    """What to know before trusting the result: the stages' notes, and the faces that changed too much."""
    sentences = list(notes)
    for number, outcome in enumerate(outcomes, 1):
        identity = outcome.identity
        if identity is None or outcome.strength is None:
            continue
        if outcome.strength < asked_strength:
            done = "was kept as it was" if outcome.strength == 0.0 else f"was restored by {outcome.strength:.0%} only"
            sentences.append(f"Face {number} {done}, to stay the same person (similarity {identity.similarity:.2f}).")
        elif identity.similarity < min_identity:
            doubt = "" if outcome.reliable else ", though the original is too small or blurred to be sure"
            sentences.append(
                f"Face {number} may no longer look like the same person (similarity {identity.similarity:.2f}{doubt})."
            )
    return " ".join(sentences) or None


def left_as_they_were(count: int) -> str:
    """The note about faces that are out of focus."""
    faces = "One face in the background is" if count == 1 else f"{count} faces in the background are"
    return f"{faces} out of focus and not restored (option bystanders)."
