"""What a result carries besides its pixels: what its photo said of itself, and how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from deployments.imaging.exif import Exif
from deployments.imaging.xmp import Mark, xmp_of_result

MAX_IPTC_BYTES = 60_000
"""That are written. A segment of a JPEG holds 65,533 bytes."""
_MARKER, _ENVELOPE, _APPLICATION = 0x1C, 1, 2
_PREVIEWS = {200, 201, 202}
_PLACES = {26, 27, 90, 92, 95, 100, 101}
"""Content location, city, sublocation, province, country (IPTC-IIM 4.2, record 2)."""


class MetadataChoice(StrEnum):
    """What becomes of a photo's metadata."""

    KEEP = "keep"
    PRIVATE = "private"
    STRIP = "strip"


@dataclass(frozen=True)
class Metadata:
    """EXIF as TIFF data, XMP and IPTC-IIM, each None where there is none."""

    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None

    def of_result(self, choice: MetadataChoice, size: tuple[int, int], mark: Mark | None) -> Metadata:
        """What a result of this width and height carries. Damage is left out; no time and no chance enter."""
        if choice is MetadataChoice.STRIP:
            return Metadata(xmp=xmp_of_result(None, True, mark))
        private = choice is MetadataChoice.PRIVATE
        return Metadata(
            None if self.exif is None else Exif.read(self.exif).of_result(private, *size).to_bytes(),
            xmp_of_result(self.xmp, private, mark),
            None if self.iptc is None else _iptc(self.iptc, private),
        )


NO_METADATA = Metadata()


def _iptc(iptc: bytes, private: bool) -> bytes | None:
    kept = b""
    for record, number, whole in _datasets(iptc):
        left_out = number in _PREVIEWS or (private and number in _PLACES)
        if record == _ENVELOPE or (record == _APPLICATION and not left_out):
            kept += whole if len(kept) + len(whole) <= MAX_IPTC_BYTES else b""
    return kept or None


def _datasets(iptc: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, number and bytes of each dataset, up to the first that is damaged or longer than 32,767 bytes."""
    at = 0
    while at + 5 <= len(iptc) and iptc[at] == _MARKER:
        end = at + 5 + int.from_bytes(iptc[at + 3 : at + 5], "big")
        if iptc[at + 3] & 0x80 or end > len(iptc):
            return
        yield iptc[at + 1], iptc[at + 2], iptc[at:end]
        at = end
