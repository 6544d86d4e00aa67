"""Writes TIFFs: strips of deflated differences, which every reader of the last twenty years knows (TIFF 6.0, 14)."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import TiffTags
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from deployments.imaging.exif import Exif, Value, read_directory
from deployments.imaging.metadata import NO_METADATA, Metadata
from deployments.imaging.output_formats import Bits, Coding
from deployments.imaging.strips import strips

_HEADER = b"II*\0"
_STRIP_OFFSETS, _STRIP_BYTES = 273, 279
_DEFLATE, _RGB, _DIFFERENCES, _STRAIGHT_ALPHA = 8, 2, 2, 2
_XMP, _IPTC = 700, 33723
_LEVEL = 1  # as in PNGs: on photos higher levels cost several times as long for a few percent fewer bytes


def write_tiff(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """The file of (H, W, 3) BGR or (H, W, 4) BGRA pixels, uint8 or uint16."""
    height, width, channels = pixels.shape
    rows_each, pieces = 0, []
    for rows in strips(height, width):
        rgb = np.ascontiguousarray(pixels[rows][..., [2, 1, 0, 3][:channels]])
        differences = rgb.copy()
        differences[:, 1:] -= rgb[:, :-1]  # modulo 2^bits
        pieces.append(bytes(imagecodecs.zlib_encode(differences.astype(rgb.dtype.newbyteorder("<")), level=_LEVEL)))  # type: ignore[arg-type]
        rows_each = rows_each or rows.stop - rows.start
    sizes = [len(piece) for piece in pieces]
    directory = ImageFileDirectory_v2(_HEADER + bytes(4))
    directory.tagtype |= dict.fromkeys((_STRIP_OFFSETS, _STRIP_BYTES), TiffTags.LONG)
    for tag, value in {
        256: width,
        257: height,
        258: (8 * pixels.itemsize,) * channels,
        259: _DEFLATE,
        262: _RGB,
        _STRIP_OFFSETS: tuple(accumulate(sizes[:-1], initial=0)),  # behind the directory, which Pillow adds
        274: 1,  # upright
        277: channels,
        278: rows_each,
        _STRIP_BYTES: tuple(sizes),
        284: 1,  # channels beside each other
        317: _DIFFERENCES,
        **({338: _STRAIGHT_ALPHA} if channels == 4 else {}),
    }.items():
        directory[tag] = value
    start = _HEADER + len(_HEADER + bytes(4)).to_bytes(4, "little")
    return _with_metadata(b"".join((start, directory.tobytes(len(start)), *pieces)), coding.metadata)


def _with_metadata(tiff: bytes, metadata: Metadata) -> bytes:
    """With a directory at the end that has the first one's tags and the metadata, in place of the first."""
    if metadata == NO_METADATA:
        return tiff
    exif = Exif.read(metadata.exif or b"")
    root = exif.root | read_directory(tiff, None)
    if metadata.xmp is not None:
        root[_XMP] = Value.octets(metadata.xmp)
    if metadata.iptc is not None:
        root[_IPTC] = Value.octets(metadata.iptc)
    at = len(tiff) + len(tiff) % 2
    padding = b"\0" * (at - len(tiff))
    return b"".join(
        (tiff[:4], at.to_bytes(4, "little"), memoryview(tiff)[8:], padding, replace(exif, root=root).at(at))
    )
