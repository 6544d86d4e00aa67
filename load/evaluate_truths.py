"""Sharp faces that load/evaluate.py spoils in known ways and measures the restored ones against."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Face, Landmarks
from load.evaluate_bench import Bench, Picture, six, woman

SIDE = 192
"""Pixels of a truth, a quarter of which is between its eyes: reduced to a half it shows a face of 60 pixels."""


@dataclass(frozen=True)
class Truth:
    """A sharp portrait."""

    picture: Picture
    """(SIDE, SIDE, 3)."""
    landmarks: Landmarks
    enlarged: float
    """How many times the portrait was enlarged, at least 1: it has no finer edges than that many pixels."""

    def disc(self, middle: NDArray[np.float32], radius: float) -> NDArray[np.bool_]:
        """(SIDE, SIDE): where the picture is within `radius` of `middle`, in eye distances."""
        y, x = np.mgrid[: self.picture.shape[0], : self.picture.shape[1]]
        return np.asarray(np.hypot(x - middle[0], y - middle[1]) <= max(1.5, radius * self.eye_distance))

    @property
    def eye_distance(self) -> float:
        """In pixels."""
        return float(np.linalg.norm(self.landmarks[1] - self.landmarks[0]))

    @property
    def cheeks(self) -> NDArray[np.bool_]:
        """(SIDE, SIDE): skin below the eyes and beside the nose."""
        left, right, nose, *mouth = self.landmarks
        middles = [(2 * eye + nose + corner) / 4 for eye, corner in zip((left, right), mouth, strict=True)]
        return self.disc(middles[0], 0.14) | self.disc(middles[1], 0.14)

    @property
    def below_the_eyes(self) -> NDArray[np.bool_]:
        """(SIDE, SIDE): the band in which the lower rims of glasses are."""
        y, x = np.mgrid[: self.picture.shape[0], : self.picture.shape[1]]
        (left, right), eye_distance = self.landmarks[:2], self.eye_distance
        inside = (x > left[0] - 0.35 * eye_distance) & (x < right[0] + 0.35 * eye_distance)
        line = (left[1] + right[1]) / 2
        return np.asarray(inside & (y > line + 0.2 * eye_distance) & (y < line + 0.5 * eye_distance))


def portrait_of(picture: Picture, face: Face, side: int = SIDE) -> Truth:
    """A face and its surroundings, with `side` / 4 pixels between the eyes."""
    scale = side / 4 / face.eye_distance
    move = np.array([[scale, 0, 0], [0, scale, 0]], np.float64)
    move[:, 2] = side / 2 - scale * face.landmarks.mean(axis=0)
    smaller = cv2.GaussianBlur(picture, (0, 0), 0.5 * (scale**-2 - 1) ** 0.5) if scale < 1 else picture
    drawn = cv2.warpAffine(smaller, move, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return Truth(np.asarray(drawn, np.uint8), (face.landmarks * scale + move[:, 2]).astype(np.float32), max(1.0, scale))


async def truths(bench: Bench, side: int = SIDE) -> list[Truth]:
    """The six people, Eileen Collins, and whoever is largest in each of the bench's sharp portraits."""
    if not bench.known:
        bench.known += [(six(), face) for face in await bench.faces(six())]
        bench.known += [(picture, (await bench.faces(picture))[0]) for picture in (woman(), *bench.sharp)]
    return [portrait_of(picture, face, side) for picture, face in bench.known]


def luma(picture: Picture) -> NDArray[np.float32]:
    """(H, W) of 255."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32)


def blurred(picture: Picture, sigma: float) -> Picture:
    """Under a Gaussian."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def noisy(picture: Picture, sigma: float) -> Picture:
    """With as much Gaussian noise, of 255."""
    return np.clip(picture + np.random.default_rng(0).normal(0, sigma, picture.shape), 0, 255).astype(np.uint8)


def as_jpeg(picture: Picture, quality: int) -> Picture:
    """What is left of it."""
    data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1].copy()


def enlarged(picture: Picture, factor: int) -> Picture:
    """By bicubic interpolation."""
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)


def edges(picture: Picture) -> NDArray[np.float32]:
    """(H, W) the gradient of the luma."""
    shades = luma(picture)
    return np.hypot(cv2.Sobel(shades, cv2.CV_32F, 1, 0), cv2.Sobel(shades, cv2.CV_32F, 0, 1))
