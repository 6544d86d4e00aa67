"""How the colors of films become RGB and go back."""

from __future__ import annotations

from av.video.reformatter import Interpolation

EXACT = Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP | Interpolation.ACCURATE_RND
"""Without these flags FFmpeg rounds down, so that there and back a film gets darker by a level of 255, and repeats
color for two pixels."""
RGB_SPACE, BT709, UNSPECIFIED, BT601 = 0, 1, 2, 5
"""FFmpeg's numbers of `colorspace`."""
_HD = 720
"""Lines from which on films that do not say are taken as BT.709, as players do."""


def assumed_space(width: int, height: int) -> int:
    """The matrix of a film that does not say."""
    return BT709 if min(width, height) >= _HD else BT601
