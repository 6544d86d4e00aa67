"""High dynamic range toned down: from stored PQ or HLG values to light as a share of the white that sRGB can show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

_WHITE_NITS = 203.0  # of a page or a diffuse white object (ITU-R BT.2408, table 1)
_PEAK_NITS = 1000.0  # of what is shown by them: HLG's nominal peak, and PQ's where the file names none


def from_pq(stored: Curve) -> Curve:
    """Values in [0, 1] by the perceptual quantizer (ITU-R BT.2100, table 4) to light in [0, 1]."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = stored ** (1 / m2)
    return _tone(10_000.0 * (np.maximum(power - c1, 0.0) / (c2 - c3 * power)) ** (1 / m1))


def from_hlg(stored: Curve) -> Curve:
    """Values in [0, 1] by hybrid log-gamma (ITU-R BT.2100, table 5, with a display of 1000 nits) to light in [0, 1]."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(stored <= 0.5, stored**2 / 3.0, (np.exp((stored - c) / a) + b) / 12.0)
    return _tone(_PEAK_NITS * scene**1.2)


def _tone(nits: Curve) -> Curve:
    """Compress up to _PEAK_NITS into [0, 1] (Reinhard et al. 2002, equation 4); what is brighter becomes white."""
    light, peak = nits / _WHITE_NITS, _PEAK_NITS / _WHITE_NITS
    return np.clip(light * (1.0 + light / peak**2) / (1.0 + light), 0.0, 1.0)
