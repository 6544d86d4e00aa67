"""How a result was made: what its XMP says and, where results are signed, its C2PA manifest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from deployments.imaging.xmp import Mark
from deployments.notes import Note
from serve_app import __version__

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = _SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
"""Of a result in which a network made a face."""
ENHANCED = _SOURCE_TYPES + "algorithmicallyEnhanced"
"""Of one that was only enlarged."""


@dataclass(frozen=True)
class Provenance:
    """Of one result."""

    original: str
    """SHA-256 of the upload, in hexadecimal."""
    original_type: str
    """The upload's media type."""
    restorers: tuple[str, ...]
    """Models that made faces."""
    upscalers: tuple[str, ...]
    """Models that enlarged the image."""
    restored: bool
    """Whether anything of the restored faces is in the result."""
    resized: bool
    """Whether the result has another size than the upload."""
    photo: bytes | None = None
    """The upload itself, where it has a C2PA manifest that the result is to carry on."""
    private: bool = True
    """Whether of that manifest no more is carried on than what was done to the photo."""

    def mark(self) -> Mark:
        """What the XMP says."""
        makers = [*self.restorers, *self.upscalers]
        named = f" ({', '.join(makers)})" if makers else ""
        return Mark(GENERATED if self.restored else ENHANCED, f"Visage {__version__}{named}", self.original)


Sign: TypeAlias = Callable[[bytes, str, Provenance], tuple[bytes, list[Note]]]
"""From the file of a result, its media type and its provenance to the same file, signed, and notes for its readers.
Called in any thread."""
