"""From a file's integer pixels to sRGB, by the ICC profile that describes them, through Little CMS."""

from __future__ import annotations

import logging
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import Image
from deployments.imaging.color_spaces import HDR_TRANSFERS, cicp_in_profile, cicp_profile
from deployments.imaging.strips import strips

logger = logging.getLogger("visage")

_SPACE = slice(16, 20)  # the data color space in the profile's header (ICC.1:2022, 7.2)
_SPACES = {"gray": b"GRAY", "rgb": b"RGB ", "cmyk": b"CMYK"}
_SRGB = imagecodecs.cms_profile("srgb")
# For 8 bits: exact where the profile is a matrix with curves (0.4/255 off at most), else a fine lookup table.
_QUICK = imagecodecs.CMS.FLAGS.HIGHRESPRECALC
# cmsFLAGS_NOOPTIMIZE (lcms2.h), for 16 bits: what is faster errs by up to 16/255 in dark, vivid colors.
_EXACT = 0x0100


def to_srgb(color: NDArray[Any], profile: bytes | None) -> Image:
    """(H, W, 3) sRGB from uint8 or uint16 gray, RGB or CMYK in the color space that `profile` describes.

    Without a profile gray and RGB are sRGB, and CMYK is (1 - C)(1 - K) and so on, as in browsers. So it is with a
    profile that is damaged or for another kind of color, except that a profile for RGB also describes gray.
    """
    if color.ndim == 2 and color.dtype == np.uint8:  # as exact as 16 bits, at the cost of 256 pixels
        levels: Image = to_srgb(np.arange(256, dtype=np.uint16)[None] * np.uint16(257), profile)[0]
        return levels[color]
    if color.ndim == 2 and (profile is None or profile[_SPACE] == _SPACES["rgb"]):
        color = np.repeat(color[..., None], 3, axis=2)
    space = "gray" if color.ndim == 2 else {3: "rgb", 4: "cmyk"}[color.shape[2]]
    if profile is not None and profile[_SPACE] == _SPACES[space]:
        try:
            return _transform(color, _toned_down(profile), space)
        except imagecodecs.CmsError as error:
            logger.info("ignoring a damaged ICC profile: %s", error)
    if space == "gray":
        color = np.repeat(color[..., None], 3, axis=2)
    if space == "cmyk":
        color = np.asarray(PILImage.fromarray(color, "CMYK").convert("RGB"))
    return np.divide(color, np.iinfo(color.dtype).max, dtype=np.float32)


def _transform(color: NDArray[Any], profile: bytes, space: str) -> Image:
    image = np.empty((*color.shape[:2], 3), np.float32)
    for rows in strips(*color.shape[:2]):
        converted = imagecodecs.cms_transform(
            np.ascontiguousarray(color[rows]),
            profile,
            _SRGB,
            colorspace=space,
            outcolorspace="rgb",
            outdtype="uint16",
            flags=_EXACT if color.dtype == np.uint16 else _QUICK,
        )
        np.divide(converted, 65535, out=image[rows], dtype=np.float32)
    return image


def _toned_down(profile: bytes) -> bytes:
    """The profile, or for high dynamic range one that brings it into what sRGB can show."""
    code_points = cicp_in_profile(profile)
    if code_points is not None and code_points[1:2] and code_points[1] in HDR_TRANSFERS:
        return cicp_profile(code_points) or profile
    return profile
