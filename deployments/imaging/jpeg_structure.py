"""Walks the segments of a JPEG before anything decodes it, because its cost is not bounded by its pixels.

A progressive JPEG may repeat refinement scans without end: each costs about a millisecond a megapixel and a few bytes
of file. libjpeg takes them all. Ordinary progressive files have about ten.
"""

from __future__ import annotations

import re

from deployments.errors import TooComplex
from deployments.imaging.structure import FileStructure

MAX_SCANS = 100
MAX_SEGMENTS = 2_000
"""Before and between scans; ICC profiles and XMP need some hundreds at most."""

_SOS, _EOI = 0xDA, 0xD9
_STANDALONE = {0x01, *range(0xD0, 0xD8)}  # TEM and RST0 to RST7 have no length (ITU-T T.81, B.1.1.3)
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # in entropy-coded data, where FF is stuffed (B.1.1.5)


def read_jpeg_structure(data: bytes) -> FileStructure:
    """The file as it is; raises TooComplex for more scans or segments than any photo has.

    Damage is left to the decoder. Takes at most some milliseconds a megabyte.
    """
    position, scans, segments = 2, 0, 0
    while (position := data.find(b"\xff", position)) >= 0 and position + 1 < len(data):
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker == _EOI:
            break
        segments += 1
        if segments > MAX_SEGMENTS:
            raise TooComplex(f"The JPEG has more than {MAX_SEGMENTS} segments.")
        if marker in _STANDALONE:
            position += 2
            continue
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _SOS:
            scans += 1
            if scans > MAX_SCANS:
                raise TooComplex(f"The JPEG has more than {MAX_SCANS} scans.")
            found = _MARKER.search(data, position)
            if found is None:
                break
            position = found.start()
    return FileStructure(data)
