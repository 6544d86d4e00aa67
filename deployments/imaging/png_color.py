"""Which of a PNG's chunks decides its colors: cICP before iCCP, sRGB, and gAMA with cHRM (PNG specification, 4.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from deployments.imaging.color_spaces import cicp_profile, gamma_profile
from deployments.imaging.structure import MAX_PROFILE_BYTES

COLOR_CHUNKS = {b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"}
MAX_COLOR_BYTES = 2 * MAX_PROFILE_BYTES
"""Of a chunk, compressed as it is."""

_PER_UNIT = 100_000  # integers of gAMA and cHRM for 1.0 (PNG specification, 11.3.2)


def declared_profile(chunks: Mapping[bytes, bytes]) -> bytes | None:
    """The color space that `chunks` (name to body) declare, as an ICC profile; None for sRGB.

    A chunk that is damaged counts as absent. cHRM without gAMA means nothing, as in browsers.
    """
    if (profile := cicp_profile(chunks.get(b"cICP", b""))) is not None:
        return profile
    if (profile := _embedded(chunks.get(b"iCCP", b""))) is not None:
        return profile
    if len(chunks.get(b"sRGB", b"")) == 1 or len(chunks.get(b"gAMA", b"")) != 4:
        return None
    gamma = int.from_bytes(chunks[b"gAMA"], "big")
    if gamma == 0:
        return None
    chromaticities = None
    if len(chunks.get(b"cHRM", b"")) == 32:
        values = [value / _PER_UNIT for value in struct.unpack(">8I", chunks[b"cHRM"])]
        chromaticities = tuple(zip(values[::2], values[1::2], strict=True))
    try:
        return gamma_profile(_PER_UNIT / gamma, chromaticities)
    except ValueError:
        return gamma_profile(_PER_UNIT / gamma, None)


def _embedded(chunk: bytes) -> bytes | None:
    """The profile in an iCCP chunk: name, zero, compression method 0, zlib stream (PNG specification, 11.3.2.3)."""
    name, separator, rest = chunk.partition(b"\0")
    if not separator or len(name) > 79 or not rest.startswith(b"\0"):
        return None
    decompressor = zlib.decompressobj()
    try:
        profile = decompressor.decompress(rest[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    return profile if decompressor.eof else None
