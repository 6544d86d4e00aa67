"""The option `size`: an output size in pixels in place of a factor."""

from __future__ import annotations

import re

from deployments.contract import DecodeLimits
from deployments.errors import BadRequest, TooManyPixels

MAX_SCALE = 8
"""Twice the networks' own: what is beyond it is interpolated."""
NETWORK_FACTORS = (1, 2, 3, 4)

_LONGEST = re.compile(r"longest:([0-9]{1,6})")
_FIT = re.compile(r"([0-9]{1,6})x([0-9]{1,6})(?: fit)?")
_ALLOWED = "allowed are longest:N and WxH fit, in pixels, such as longest:3000 or 2000x1500 fit"


def parse_size(text: str) -> str:
    """`text` itself; raises ValueError where it is no size."""
    found = _LONGEST.fullmatch(text) or _FIT.fullmatch(text)
    if found is None or not all(int(number) for number in found.groups()):
        raise ValueError(_ALLOWED)
    return text


def sized(size: str, width: int, height: int) -> tuple[int, int]:
    """Width and height of the output that `size` asks for, in the proportions of a `width` x `height` image."""
    if longest := _LONGEST.fullmatch(size):
        scale = int(longest[1]) / max(width, height)
    else:
        box = _FIT.fullmatch(size)
        if box is None:
            raise ValueError(_ALLOWED)
        scale = min(int(box[1]) / width, int(box[2]) / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def network_factor(size: str, width: int, height: int, limits: DecodeLimits) -> int:
    """By how much the networks enlarge an image whose output is then resampled to `size`.

    The smallest factor that is no less than the output's, so that the network adds all the detail that it can hold, or
    the largest whose image is within the limits. Raises BadRequest where the output would be too large for its input
    or too small for any face, TooManyPixels where it is beyond the limits.
    """
    out_width, out_height = sized(size, width, height)
    scale = max(out_width, out_height) / max(width, height)
    if scale > MAX_SCALE:
        raise BadRequest(
            f"size: {size} is {scale:.1f} times the image's {width}x{height} pixels; "
            f"at most {MAX_SCALE} times is possible, longest:{MAX_SCALE * max(width, height)}."
        )
    if min(out_width, out_height) < limits.min_side:
        raise BadRequest(
            f"size: {size} would make {out_width}x{out_height} pixels; each side needs at least {limits.min_side}."
        )
    if out_width * out_height > limits.max_output_pixels:
        longest = int(max(width, height) * (limits.max_output_pixels / (width * height)) ** 0.5)
        raise TooManyPixels(
            f"size: {size} would make {out_width * out_height / 1e6:.1f} megapixels; "
            f"at most {limits.max_output_pixels / 1e6:g} are produced, longest:{longest}."
        )
    within = [each for each in NETWORK_FACTORS if width * height * each**2 <= limits.max_output_pixels] or [1]
    return next((factor for factor in within if factor >= scale), within[-1])
