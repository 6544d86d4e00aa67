"""Writes PNGs, several times as fast as libpng and no larger: with libdeflate, or on many CPUs at once."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray

from deployments.imaging.output_formats import PLAIN, Bits, Coding
from deployments.imaging.png_structure import XMP_KEYWORD, png_chunk
from deployments.imaging.strips import map_strips, strips

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = {3: 2, 4: 6}  # RGB and RGBA (PNG specification, third edition, 11.2.1)
_UP = 2  # each byte less the one above it (9.2): on photos as good as choosing the best filter for each row
_MANY_THREADS = 4  # from there on zlib in parts is faster than libdeflate in one
_PARTS = 32  # whatever the threads: a file's bytes tell no more of the machine than that
_ZLIB_HEADER = b"\x78\x01"  # deflate, a window of 32 KiB, the fastest level (RFC 1950, 2.2)
_LAST_BLOCK = b"\x03\x00"  # nothing, in the fixed code (RFC 1951, 3.2.6)
_LEVEL = 1  # on photos higher levels cost several times as long for a few percent fewer bytes


def write_png(pixels: NDArray[Any], bits: Bits = 8, coding: Coding = PLAIN) -> bytes:
    """The file of (H, W, 3) BGR or (H, W, 4) BGRA pixels, uint8 or uint16, with its EXIF and XMP. PNG has no IPTC."""
    height, width, channels = pixels.shape
    filtered = np.empty((height, 1 + width * channels * pixels.itemsize), np.uint8)
    data = _at_once(pixels, filtered) if cv2.getNumThreads() >= _MANY_THREADS else _in_one(pixels, filtered)
    header = struct.pack(">IIBBBBB", width, height, 8 * pixels.itemsize, _COLOR_TYPES[channels], 0, 0, 0)
    said = []
    if (exif := coding.metadata.exif) is not None:
        said.append(png_chunk(b"eXIf", exif))
    if (xmp := coding.metadata.xmp) is not None:
        said.append(png_chunk(b"iTXt", XMP_KEYWORD + bytes(4) + xmp))  # as it is, of no language
    return b"".join((_SIGNATURE, png_chunk(b"IHDR", header), *said, png_chunk(b"IDAT", data), png_chunk(b"IEND", b"")))


def _in_one(pixels: NDArray[Any], filtered: NDArray[np.uint8]) -> bytes:
    for rows in strips(*pixels.shape[:2]):
        _filter(pixels, rows, filtered)
    return bytes(imagecodecs.deflate_encode(filtered, level=_LEVEL))  # type: ignore[arg-type]  # it takes any buffer


def _at_once(pixels: NDArray[Any], filtered: NDArray[np.uint8]) -> bytes:
    """A zlib stream (RFC 1950) whose blocks were compressed by as many threads as OpenCV has.

    libdeflate cannot end a block in the middle of a stream; zlib can, and takes twice the CPU time.
    """
    height = len(pixels)
    edges = np.linspace(0, height, min(height, _PARTS) + 1).astype(int).tolist()

    def block(rows: slice) -> bytes:
        _filter(pixels, rows, filtered)
        stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
        return stream.compress(filtered[rows].data) + stream.flush(
            zlib.Z_FULL_FLUSH
        )  # ends on a byte, needs none before it

    blocks = map_strips(block, list(map(slice, edges[:-1], edges[1:])), cv2.getNumThreads())
    return b"".join((_ZLIB_HEADER, *blocks, _LAST_BLOCK, zlib.adler32(filtered.data).to_bytes(4, "big")))


def _filter(pixels: NDArray[Any], rows: slice, filtered: NDArray[np.uint8]) -> None:
    """Write the bytes of these rows: RGB or RGBA, big-endian, less those above, each row behind its filter's number."""
    above = max(rows.start - 1, 0)
    order = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    colors = np.ascontiguousarray(cv2.cvtColor(pixels[above : rows.stop], order), pixels.dtype.newbyteorder(">"))
    raw = colors.view(np.uint8).reshape(len(colors), -1)
    filtered[rows, 0] = _UP
    if rows.start == 0:
        filtered[0, 1:] = raw[0]
    np.subtract(raw[1:], raw[:-1], out=filtered[above + 1 : rows.stop, 1:])
