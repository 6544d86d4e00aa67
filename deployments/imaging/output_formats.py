"""What an output format consists of. The formats themselves are in formats.py, what writes them in writers.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image, Mask
from deployments.imaging.metadata import NO_METADATA, Metadata
from deployments.imaging.strips import on_strips
from deployments.imaging.transparency import over_white
from deployments.notes import Note, NoteCode

Bits = Literal[8, 10, 16]


class Lossless(StrEnum):
    """Whether a format keeps every value."""

    ALWAYS = "always"
    NEVER = "never"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Coding:
    """How a result is to be written, beyond its format."""

    quality: int | None = None
    """1 to 100; None: the format's default."""
    lossless: bool = False
    """Counts where the format leaves the choice."""
    metadata: Metadata = NO_METADATA
    """What the file carries, as far as its format has a place for it."""


PLAIN = Coding()


@dataclass(frozen=True)
class OutputFormat:
    """A format that results may have."""

    name: str
    title: str
    extension: str
    media_type: str
    alpha: bool
    """Whether it keeps transparency; otherwise the image is put on white."""
    bits: tuple[Bits, ...]
    """Bits a channel that it can hold, the fewest first."""
    quality: int | None
    """The quality that is written by default, 1 to 100; None where there is no such choice."""
    lossless: Lossless
    max_side: int
    """Pixels that a side may have."""
    write: Callable[[NDArray[Any], Bits, Coding], bytes]
    """From uint8 or uint16 pixels in OpenCV's channel order, whose values have so many bits; with Coding's metadata."""

    def check(self, quality: int | None, lossless: bool | None) -> None:
        """Raise ValueError for a choice that this format does not have, naming the option and what is allowed."""
        if lossless is not None and self.lossless is not Lossless.OPTIONAL:
            raise ValueError(f"lossless: {self.title} is {self.lossless} lossless; leave it out.")
        if quality is not None and self.quality is None:
            raise ValueError(f"quality: {self.title} is always lossless; leave it out.")
        if quality is not None and lossless:
            raise ValueError("quality: a lossless result has none; leave one of quality and lossless out.")

    def encode(self, image: Image, alpha: Mask | None, bits: Bits = 8, coding: Coding = PLAIN) -> bytes:
        """Encode (H, W, 3) RGB in [0, 1], with `alpha` and at `bits` a channel where the format can hold them.

        The file has the metadata in `coding` and no profile: sRGB is what an untagged image means.
        """
        if not self.alpha:
            image, alpha = over_white(image, alpha), None
        held = self.held_bits(bits)
        return self.write(_bgr(image, alpha, held), held, coding)

    def held_bits(self, bits: Bits) -> Bits:
        """Of `bits` a channel, how many the format keeps."""
        return next((each for each in self.bits if each >= bits), self.bits[-1])

    def notes(self, has_alpha: bool, bits: Bits) -> tuple[Note, ...]:
        """What gets lost of an image in this format, for its reader."""
        notes = []
        if has_alpha and not self.alpha:
            text = f"{self.title} has no transparency, so the picture was put on white."
            notes.append(Note(text, NoteCode.NO_TRANSPARENCY, format=self.title))
        if (held := self.held_bits(bits)) < bits:
            text = f"{self.title} is written with {held} bits a channel, fewer than the photo's {bits}."
            notes.append(Note(text, NoteCode.FEWER_BITS, format=self.title, bits=held, bits_of_photo=bits))
        return tuple(notes)


def _bgr(image: Image, alpha: Mask | None, bits: Bits) -> NDArray[Any]:
    """Round to integers and turn to OpenCV's channel order."""
    pixels = np.empty((*image.shape[:2], 3 if alpha is None else 4), np.uint8 if bits == 8 else np.uint16)

    def fill(rows: slice) -> None:
        pixels[rows, :, :3] = cv2.cvtColor(_rounded(image[rows], bits), cv2.COLOR_RGB2BGR)
        if alpha is not None:
            pixels[rows, :, 3] = _rounded(alpha[rows], bits)

    on_strips(fill, *image.shape[:2])
    return pixels


def _rounded(values: NDArray[np.float32], bits: Bits) -> NDArray[Any]:
    """To the nearest integers, what is beyond [0, 1] to the ends. In a tenth of NumPy's time, to the same."""
    top, depth = float(2**bits - 1), cv2.CV_8U if bits == 8 else cv2.CV_16U
    rounded = cv2.addWeighted(np.ascontiguousarray(values), top, values, 0.0, 0.0, dtype=depth)
    return np.minimum(rounded, int(top), out=rounded)  # of 10 bits
