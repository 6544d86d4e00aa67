"""Walks the segments of a JPEG before anything decodes it, because its cost is not bounded by its pixels.

A progressive JPEG may repeat refinement scans without end: each costs about a millisecond a megapixel and a few bytes
of file. libjpeg takes them all. Ordinary progressive files have about ten.
"""

from __future__ import annotations

import io
import re

from PIL import Image as PILImage

from deployments.errors import TooComplex, Undecodable
from deployments.imaging.structure import (
    END_MISSING,
    MAX_EXIF_BYTES,
    MAX_IPTC_BYTES,
    MAX_XMP_BYTES,
    FileStructure,
    limited,
)

MAX_SCANS = 100
"""Half as many where the end is missing, because such a file is decoded twice (see pixels.read_jpeg)."""
MAX_SEGMENTS = 2_000
"""Before and between scans; ICC profiles and XMP need some hundreds at most."""
END = b"\xff\xd9"

_IPTC = 0x0404  # among Photoshop's image resources
_SOS, _EOI, _LOSSLESS = 0xDA, 0xD9, 0xC3
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # DHT, JPG and DAC are no frames (ITU-T T.81, table B.1)
_STANDALONE = {0x01, *range(0xD0, 0xD8)}  # TEM and RST0 to RST7 have no length (B.1.1.3)
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # in entropy-coded data, where FF is stuffed (B.1.1.5)


def read_jpeg_structure(data: bytes) -> FileStructure:
    """The file as it is, with an end where it has none.

    Raises TooComplex for more scans or segments than any photo has, Undecodable for a depth that is not supported and
    for a file that is cut off within a segment or between scans. Other damage is left to the decoder. Takes at most
    some milliseconds a megabyte.
    """
    position, segments, ended, frame = 2, 0, False, b""
    scans: list[bytes] = []
    while (position := data.find(b"\xff", position)) >= 0 and position + 1 < len(data):
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if ended := marker == _EOI:
            break
        segments += 1
        if segments > MAX_SEGMENTS:
            raise TooComplex(f"The JPEG has more than {MAX_SEGMENTS} segments.")
        if marker in _STANDALONE:
            position += 2
            continue
        after = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        body, position = data[position + 4 : after], after
        if after > len(data):
            raise Undecodable(END_MISSING)
        if marker in _FRAMES and body:
            frame = bytes([marker]) + body
            if (bits := body[0]) > 8:
                raise Undecodable(f"The JPEG has {bits} bits a channel. JPEGs of more than 8 bits are not supported.")
        if marker == _SOS:
            scans.append(body)
            if len(scans) > MAX_SCANS:
                raise TooComplex(f"The JPEG has more than {MAX_SCANS} scans.")
            found = _MARKER.search(data, position)
            if found is None:
                break
            position = found.start()
    if ended:
        return _described(data)
    if not scans or len(scans) > MAX_SCANS // 2 or not _has_every_scan(frame, scans):
        raise Undecodable(END_MISSING)
    return _described(data.rstrip(b"\xff") + END, end_missing=True)


def _described(data: bytes, end_missing: bool = False) -> FileStructure:
    """With the size and the metadata in its segments, as Pillow reads them without decoding anything."""
    with PILImage.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return FileStructure(
            data,
            image.size,
            image.info.get("icc_profile"),
            limited(image.info.get("exif"), MAX_EXIF_BYTES),
            limited(image.info.get("xmp"), MAX_XMP_BYTES),
            limited(image.info.get("photoshop", {}).get(_IPTC), MAX_IPTC_BYTES),
            end_missing=end_missing,
        )


def _has_every_scan(frame: bytes, scans: list[bytes]) -> bool:
    """Whether `scans` bring every coefficient of every component to its last bit (ITU-T T.81, B.2.2 to B.2.3, G.1.1).

    `frame` is the marker and the body of the frame's header, `scans` are the bodies of the scans' headers.
    """
    if not frame or frame[0] == _LOSSLESS:
        return True
    missing = {(component, index) for component in frame[7::3] for index in range(64)}
    for scan in scans:
        components, (first, last, approximation) = scan[1:-3:2], scan[-3:].rjust(3, b"\1")
        if approximation & 15 == 0:
            missing -= {(component, index) for component in components for index in range(first, last + 1)}
    return not missing
