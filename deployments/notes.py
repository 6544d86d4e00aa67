"""What a reader of a result should know, as a sentence and as a code with values for clients that say it themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class NoteCode(StrEnum):
    """What a note is about. Behind each: the names of its values."""

    MORE_PAGES = "more_pages"  # count
    MORE_FRAMES = "more_frames"  # count
    PICTURE_SEQUENCE = "picture_sequence"
    EXIF_LOST = "exif_lost"
    PICTURE_IN_ALPHA = "picture_in_alpha"
    SMALLER_FACTOR = "smaller_factor"  # factor, wanted, max_megapixels
    NO_TRANSPARENCY = "no_transparency"  # format
    FEWER_BITS = "fewer_bits"  # format, bits, bits_of_photo
    NO_FACIAL_PRIOR = "no_facial_prior"
    FACES_LEFT_OUT = "faces_left_out"  # kept, found
    WRONG_SIZE = "wrong_size"  # count
    BYSTANDERS = "bystanders"  # count
    CROPS_LEFT_OUT = "crops_left_out"  # count
    CREDENTIALS_UNREADABLE = "credentials_unreadable"
    CREDENTIALS_UNSIGNED = "credentials_unsigned"
    CHANGED_TOO_MUCH = "changed_too_much"  # face, similarity
    MAY_HAVE_CHANGED = "may_have_changed"  # face, similarity
    KEPT_AS_IT_WAS = "kept_as_it_was"  # face, similarity
    RESTORED_LESS = "restored_less"  # face, strength, similarity


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
