"""Color spaces that a file names by numbers instead of an ICC profile: gAMA, cHRM, cICP. They become profiles."""

from __future__ import annotations

import struct
from functools import lru_cache

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from deployments.imaging.hdr import from_hlg, from_pq

SRGB_GAMMA = 2.2
"""The power that PNGs name for sRGB (PNG specification, 11.3.2.5)."""
_SAME_GAMMA = 0.05  # relative; libpng's PNG_GAMMA_THRESHOLD, which browsers use

Chromaticities = tuple[tuple[float, float], ...]
"""x and y of white, red, green and blue."""
_D65 = (0.3127, 0.3290)
SRGB_CHROMATICITIES: Chromaticities = (_D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))

_PRIMARIES: dict[int, Chromaticities] = {
    1: SRGB_CHROMATICITIES,
    5: (_D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: (_D65, (0.63, 0.34), (0.31, 0.595), (0.155, 0.07)),
    7: (_D65, (0.63, 0.34), (0.31, 0.595), (0.155, 0.07)),
    9: (_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    12: (_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
"""ITU-T H.273, table 2: BT.709, BT.601 with 625 and 525 lines, SMPTE 240M, BT.2020, Display P3."""
_POWERS = {1: 2.4, 4: 2.2, 5: 2.8, 6: 2.4, 8: 1.0, 14: 2.4, 15: 2.4}
"""ITU-T H.273, table 3. That of video (1, 6, 14, 15) is 2.4, as displays show it (BT.1886) and Chromium does."""
_SRGB_CURVE, _PQ, _HLG = 13, 16, 18
HDR_TRANSFERS = {_PQ, _HLG}
_CURVE_POINTS = 4096


def gamma_profile(gamma: float, chromaticities: Chromaticities | None) -> bytes | None:
    """The ICC profile of RGB that was stored by the power 1 / `gamma`; None where that is sRGB.

    The power that stands for sRGB means sRGB's own curve. Raises ValueError for chromaticities that no color has.
    """
    like_srgb = abs(gamma / SRGB_GAMMA - 1.0) < _SAME_GAMMA
    if like_srgb and (chromaticities is None or np.allclose(chromaticities, SRGB_CHROMATICITIES, atol=0.001)):
        return None
    return _profile(chromaticities or SRGB_CHROMATICITIES, None if like_srgb else gamma)


def cicp_profile(code_points: bytes) -> bytes | None:
    """The ICC profile of RGB in coding-independent code points (ITU-T H.273): primaries, transfer, matrix, full range.

    None for code points that do not describe full-range RGB or that are not known here. High dynamic range (PQ, HLG)
    is toned down to what sRGB can show.
    """
    if len(code_points) != 4:
        return None
    primaries, transfer, matrix, full_range = code_points
    if primaries not in _PRIMARIES or matrix != 0 or full_range != 1:
        return None
    if transfer not in {*_POWERS, _SRGB_CURVE, *HDR_TRANSFERS}:
        return None
    return _cicp_profile(primaries, transfer)


@lru_cache(maxsize=16)
def _cicp_profile(primaries: int, transfer: int) -> bytes:
    if transfer in HDR_TRANSFERS:
        stored = np.linspace(0.0, 1.0, _CURVE_POINTS)
        return _profile(_PRIMARIES[primaries], (from_pq if transfer == _PQ else from_hlg)(stored))
    return _profile(_PRIMARIES[primaries], _POWERS.get(transfer))


def _profile(chromaticities: Chromaticities, curve: float | NDArray[np.float64] | None) -> bytes:
    """`curve`: from stored values to light, as a power or as a table; None for sRGB's."""
    white, *primaries = chromaticities
    if curve is None:
        stored = np.linspace(0.0, 1.0, _CURVE_POINTS)
        curve = srgb_curve(stored)
    given = {"gamma": curve} if isinstance(curve, float) else {"transferfunction": curve.astype(np.float32)}
    with_luminance = [value for x, y in primaries for value in (x, y, 1.0)]
    try:
        profile: bytes = imagecodecs.cms_profile("rgb", whitepoint=(*white, 1.0), primaries=with_luminance, **given)
    except imagecodecs.CmsError as error:
        raise ValueError(f"no color space has these chromaticities: {error}") from error
    return profile


def srgb_curve(stored: NDArray[np.float64]) -> NDArray[np.float64]:
    """From sRGB's values in [0, 1] to light in [0, 1] (IEC 61966-2-1)."""
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)


def cicp_in_profile(profile: bytes) -> bytes | None:
    """The code points in an ICC profile's tag `cicp` (ICC.1:2022, 9.2.17 and 10.3), which Little CMS does not read."""
    count = int.from_bytes(profile[128:132], "big")
    for at in range(132, min(132 + 12 * count, len(profile) - 11), 12):
        name, offset, size = struct.unpack_from(">4sII", profile, at)
        if name == b"cicp" and size >= 12:
            return profile[offset + 8 : offset + 12]
    return None
