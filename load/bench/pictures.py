"""What the benchmark runs on: pictures that packages bring, none of them enlarged but the first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import insightface.data
import numpy as np
import skimage.data

from load.evaluate_bench import Picture, png
from serve_app.client.types import EnhanceOptions
from serve_app.settings import LimitSettings


@dataclass(frozen=True)
class Case:
    """One input and how often it runs."""

    name: str
    picture: Picture
    factor: int
    rounds: int
    has_faces: bool = True

    @property
    def options(self) -> EnhanceOptions:
        """Of the request."""
        options: EnhanceOptions = {"upscale_factor": self.factor}
        return options if self.has_faces else {**options, "faces": "none"}

    @cached_property
    def file(self) -> bytes:
        """A PNG, or where that is too large for an upload a JPEG of quality 95."""
        data = png(self.picture)
        if len(data) <= LimitSettings().max_upload_bytes:
            return data
        bgr = np.ascontiguousarray(self.picture[..., ::-1])
        return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()

    @property
    def megapixels(self) -> float:
        """Of the input, in millions of pixels."""
        return self.picture.shape[0] * self.picture.shape[1] / 1e6


def one_megapixel() -> Picture:
    """(1000, 1000, 3): the astronaut enlarged, as no free portrait of a megapixel comes with a package. So it holds no
    detail finer than two pixels, which flatters the products in bfloat16: sharp pictures stand beside it."""
    return np.asarray(cv2.resize(skimage.data.astronaut(), (1000, 1000), interpolation=cv2.INTER_CUBIC), np.uint8)


def sharp_face() -> Picture:
    """(512, 512, 3): the astronaut as she is."""
    return skimage.data.astronaut()


def sharp_cat() -> Picture:
    """(300, 451, 3): fur, and no human face."""
    return skimage.data.chelsea()


def crowd() -> Picture:
    """(886, 1280, 3): six faces."""
    return np.ascontiguousarray(insightface.data.get_image("t1")[..., ::-1])


def twelve_megapixels() -> Picture:
    """(3000, 4000, 3): the six faces over and over, at their own size."""
    return np.ascontiguousarray(np.tile(crowd(), (4, 4, 1))[:3000, :4000])


def cases(rounds: int) -> list[Case]:
    """All of them; the first is the one that the goals are set by."""
    return [
        Case("1 MP, one face", one_megapixel(), 2, rounds),
        Case("1 MP, one face, factor 1", one_megapixel(), 1, 1),
        Case("1 MP, one face, factor 4", one_megapixel(), 4, 1),
        Case("sharp portrait", sharp_face(), 2, rounds),
        Case("sharp, no face", sharp_cat(), 2, rounds, has_faces=False),
        Case("six faces", crowd(), 2, 2),
        twelve(1),
    ]


def twelve(rounds: int) -> Case:
    """The largest."""
    return Case("12 MP, many faces", twelve_megapixels(), 1, rounds)
