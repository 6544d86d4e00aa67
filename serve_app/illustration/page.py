"""Makes the page. It is one file: the pictures are inside, and its policy forbids every request."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

import cv2
import jinja2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import DecodeLimits, Image
from deployments.imaging.change_map import FULL_SCALE, VISIBLE, ChangeMap, heat
from deployments.imaging.codec import Decoded, decode
from deployments.imaging.transparency import over_white
from serve_app import __version__

SENTENCE = "This is an illustration, not evidence."
"""On every page: what a network painted is likely, not known."""
MAX_SIDE = 1600
"""Pixels of the pictures on the page."""
_MAP_PIXELS = 1_048_576
_JPEG_QUALITY = 88
_SCALE_PIXELS = 256
_NO_LIMITS = DecodeLimits(2**40, 2**40, 1)

_TEMPLATE = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
    files("serve_app.illustration").joinpath("page.html").read_text()
)


def page_of(photo: Decoded, result: bytes, data: Mapping[str, Any], when: datetime) -> str:
    """The HTML page of a restored photo, from it, the result's file, and what is said of that (EnhanceData).

    `when` is the time of the restoration.
    """
    before, after = _seen(photo), _seen(decode(result, _NO_LIMITS))
    change = ChangeMap.between(before, after, _MAP_PIXELS)
    scale = np.tile(np.linspace(0, 1, _SCALE_PIXELS, dtype=np.float32), (1, 1))
    return _TEMPLATE.render(
        sentence=SENTENCE,
        version=__version__,
        data=data,
        sha256=photo.sha256,
        when=when.strftime("%Y-%m-%d %H:%M:%S %Z"),
        size=before.shape[1::-1],
        before=_uri(_bytes(before)),
        after=_uri(_bytes(after)),
        change=_uri(change.colors()),
        scale=_uri(heat(scale)),
        full_scale=round(255 * FULL_SCALE),
        visible=round(255 * VISIBLE),
        mean=change.mean * 255,
        share=change.share,
    )


def _seen(decoded: Decoded) -> Image:
    return over_white(decoded.image, decoded.alpha)


def _bytes(image: Image) -> NDArray[np.uint8]:
    """uint8 RGB, within MAX_SIDE."""
    shrink = MAX_SIDE / max(image.shape[:2])
    if shrink < 1.0:
        image = np.asarray(cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.float32)
    return np.rint(np.clip(image, 0.0, 1.0) * 255).astype(np.uint8)


def _uri(pixels: NDArray[np.uint8]) -> str:
    file = io.BytesIO()
    PILImage.fromarray(pixels).save(file, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
