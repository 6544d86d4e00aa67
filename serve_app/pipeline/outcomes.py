"""What the result says of each face, and the notes that go with it."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.contract import Face, Identity
from deployments.notes import Note, NoteCode
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


def left_out(kept: int, more: int) -> Note:
    """Says that there are more faces than the detector's `max_faces`."""
    text = f"Only the {kept} largest of {kept + more} faces were considered; the others are unchanged."
    return Note(text, NoteCode.FACES_LEFT_OUT, kept=kept, found=kept + more)


def notes_on_faces(outcomes: list[FaceOutcome], min_identity: float) -> list[Note]:
    """A note on each face that changed too much, or would have."""
    notes = (_on_face(number, outcome, min_identity) for number, outcome in enumerate(outcomes, 1))
    return [note for note in notes if note is not None]


def _on_face(number: int, outcome: FaceOutcome, min_identity: float) -> Note | None:
    identity, strength = outcome.identity, outcome.strength
    if identity is None or strength is None:
        return None
    similarity = identity.similarity
    if strength < outcome.asked:
        done = "was kept as it was" if strength == 0.0 else f"was restored by {strength:.0%} only"
        text = f"Face {number} {done}, to stay the same person (similarity {similarity:.2f})."
        if strength == 0.0:
            return Note(text, NoteCode.KEPT_AS_IT_WAS, face=number, similarity=similarity)
        return Note(text, NoteCode.RESTORED_LESS, face=number, strength=strength, similarity=similarity)
    if similarity >= min_identity:
        return None
    doubt = "" if outcome.reliable else ", though the original is too small or blurred to be sure"
    text = f"Face {number} may no longer look like the same person (similarity {similarity:.2f}{doubt})."
    code = NoteCode.CHANGED_TOO_MUCH if outcome.reliable else NoteCode.MAY_HAVE_CHANGED
    return Note(text, code, face=number, similarity=similarity)


def wrong_size(count: int) -> Note:
    """The note about faces that `min_face_size` and `max_face_size` leave out."""
    faces = "One face is" if count == 1 else f"{count} faces are"
    text = f"{faces} not of the size asked for and not restored (options min_face_size and max_face_size)."
    return Note(text, NoteCode.WRONG_SIZE, count=count)


def not_cropped(count: int) -> Note:
    """The note about faces beyond MAX_FACE_CROPS."""
    text = f"The crops of the {count} smallest faces are left out (option face_crops)."
    return Note(text, NoteCode.CROPS_LEFT_OUT, count=count)


def left_as_they_were(count: int) -> Note:
    """The note about faces that are out of focus."""
    faces = "One face in the background is" if count == 1 else f"{count} faces in the background are"
    text = f"{faces} out of focus and not restored (option bystanders)."
    return Note(text, NoteCode.BYSTANDERS, count=count)
