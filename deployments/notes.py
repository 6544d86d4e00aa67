"""What a reader of a result should know, as a sentence and as a code with values for clients that say it themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class NoteCode(StrEnum):
    """What a note is about; a code never changes its meaning."""

    meaning: str
    names: tuple[str, ...]
    """Of its values."""

    def __new__(cls, code: str, meaning: str, *names: str) -> NoteCode:
        member = str.__new__(cls, code)
        member._value_, member.meaning, member.names = code, meaning, names
        return member

    MORE_PAGES = "more_pages", "Only the first page was used.", "count"
    MORE_FRAMES = "more_frames", "Only the first frame was used.", "count"
    PICTURE_SEQUENCE = "picture_sequence", "The file has a sequence of pictures too; only the still one was used."
    EXIF_LOST = "exif_lost", "The EXIF of a BigTIFF is not in the result."
    PICTURE_IN_ALPHA = "picture_in_alpha", "All of the picture was in its transparency, and was put on white."
    SMALLER_FACTOR = "smaller_factor", "It was enlarged less than by default.", "factor", "wanted", "max_megapixels"
    NO_TRANSPARENCY = "no_transparency", "The format has no transparency.", "format"
    FEWER_BITS = "fewer_bits", "The format has fewer bits a channel than the photo.", "format", "bits", "bits_of_photo"
    NO_FACIAL_PRIOR = "no_facial_prior", "The restorer knows images at large and not faces."
    FACES_LEFT_OUT = "faces_left_out", "There are more faces than the service considers.", "kept", "found"
    WRONG_SIZE = "wrong_size", "Faces are not of the size asked for.", "count"
    BYSTANDERS = "bystanders", "Faces in the background are out of focus and not restored.", "count"
    CROPS_LEFT_OUT = "crops_left_out", "There are more faces than crops in a response.", "count"
    CREDENTIALS_UNREADABLE = "credentials_unreadable", "The photo's C2PA manifest cannot be read and is left out."
    CREDENTIALS_UNSIGNED = "credentials_unsigned", "The photo's C2PA manifest is left out: this service does not sign."
    CHANGED_TOO_MUCH = "changed_too_much", "A face may no longer look like the same person.", "face", "similarity"
    MAY_HAVE_CHANGED = "may_have_changed", "So may this one, whose similarity is not reliable.", "face", "similarity"
    KEPT_AS_IT_WAS = "kept_as_it_was", "A face was not restored, to stay the same person.", "face", "similarity"
    RESTORED_LESS = (
        "restored_less",
        "A face was restored less, to stay the same person.",
        "face",
        "strength",
        "similarity",
    )


NoteValue = float | str


class Note(str):
    """The sentence, in English."""

    code: NoteCode
    values: dict[str, NoteValue]
    """Numbers and names in the sentence; faces count from 1, strengths and similarities are as in FaceInfo."""

    def __new__(cls, text: str, code: NoteCode, **values: NoteValue) -> Note:
        note = super().__new__(cls, text)
        note.code, note.values = code, values
        return note

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (str(self), self.code), self.values
