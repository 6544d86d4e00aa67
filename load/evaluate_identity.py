"""The cases of load/evaluate.py about whether a restored face is nearer to the person, beside a sharp truth."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.imaging.geometry import align_identity
from load.evaluate_bench import Bench, Picture, Row, reduced, result_of, to_float
from load.evaluate_truths import SIDE, Truth, as_jpeg, blurred, enlarged, luma, noisy, truths

SPOILED: dict[str, tuple[int, Callable[[Picture], Picture]]] = {
    "as it is": (1, lambda truth: truth),
    "blur": (1, lambda truth: blurred(truth, 1.5)),
    "noise": (1, lambda truth: noisy(truth, 8)),
    "JPEG": (1, lambda truth: as_jpeg(truth, 40)),
    "half": (2, lambda truth: reduced(truth, SIDE // 2)),
    "half, noise": (2, lambda truth: noisy(reduced(truth, SIDE // 2), 8)),
    "half, JPEG": (2, lambda truth: as_jpeg(reduced(truth, SIDE // 2), 70)),
    "quarter": (4, lambda truth: reduced(truth, SIDE // 4)),
}
"""By name the factor, and what makes a photograph of a truth that comes back to its size by it."""


async def no_worse(bench: Bench) -> list[Row]:
    """E: a restored face is nearer to the truth than what strength 0 leaves, which is the picture without any."""
    rows = []
    for name, (factor, spoil) in SPOILED.items():
        apart, likeness = [], []
        for truth in await truths(bench):
            photo = spoil(truth.picture)
            if not await bench.faces(photo):
                continue
            answers = [await bench.run(photo, truth.picture, upscale_factor=factor, faces=which)
                       for which in ("all", "none")]  # fmt: skip
            apart.append(answers[0].quality.lpips - answers[1].quality.lpips)
            likeness.append([await same_person(bench, truth, result_of(answer)) for answer in answers])
        gained = np.subtract(*np.array(likeness).T)
        rows += [
            Row(
                "E all",
                f"{name}: LPIPS to the truth, over that of strength 0, of {len(apart)}",
                float(np.mean(apart)),
                0,
            ),
            Row("E all", f"{name}: the same, worst face", max(apart), 0.02),
            Row("E all", f"{name}: identity to the truth, over that of strength 0", float(gained.mean()), 0, True),
        ]
    return rows


async def tiny(bench: Bench) -> list[Row]:
    """D14: a small face is not turned into a stranger's, nor made softer than the photograph."""
    rows = []
    for pixels in (32, 48, 64):
        side = round(pixels * SIDE / 120)
        likeness, softness = [], []
        for truth in await truths(bench):
            small = reduced(truth.picture, side)
            if not await bench.faces(small):
                continue
            results = [result_of(await bench.run(small, upscale_factor=4)), enlarged(small, 4)]
            results = [
                np.asarray(cv2.resize(each, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8) for each in results
            ]
            likeness.append([await same_person(bench, truth, result) for result in results])
            inside = truth.disc(truth.landmarks[2], 1.0)
            softness.append(_finest(result_of(await bench.run(small)), inside) / _finest(small, inside))
        gained = np.subtract(*np.array(likeness).T)
        rows += [
            Row(
                "D14 tiny",
                f"{pixels} px: identity to the truth, over bicubic's, mean of {len(gained)} found",
                float(gained.mean()),
                0,
                at_least=True,
            ),
            Row("D14 tiny", f"{pixels} px, factor 1: fine details over the input's, lowest", min(softness), 0.8, True),
        ]
    return rows


def _finest(picture: Picture, where: NDArray[np.bool_]) -> float:
    """The standard deviation of the luma's details of about a pixel; `where` is at the truth's size."""
    shades = luma(picture)
    inside = cv2.resize(where.astype(np.uint8), picture.shape[1::-1], interpolation=cv2.INTER_NEAREST).astype(bool)
    return float((shades - cv2.GaussianBlur(shades, (0, 0), 1.0))[inside].std())


async def same_person(bench: Bench, truth: Truth, picture: Picture) -> float:
    """ArcFace's similarity to the truth."""
    crops = [align_identity(to_float(each), truth.landmarks) for each in (picture, truth.picture)]
    return (await bench.stages.verify(crops[:1], crops[1:])).value[0].similarity


async def strangers(bench: Bench) -> list[Row]:
    """E14: no two people pass for one where the similarity is called reliable."""
    people, config = await truths(bench), bench.settings.pipeline
    own = people[0].eye_distance
    kinds: dict[str, tuple[float, Callable[[Truth], Picture]]] = {
        "sharp": (own, lambda truth: truth.picture),
        "blurred": (own, lambda truth: blurred(truth.picture, 3.0)),
        "12 px between the eyes": (own / 4, lambda truth: enlarged(reduced(truth.picture, SIDE // 4), 4)),
        "sunglasses": (own, lambda truth: _over(truth, 0.8, -0.22, 0.22)),
        "mask": (own, lambda truth: _over(truth, 0.95, 0.45, 1.4)),
    }
    rows = []
    for name, (eye_distance, spoil) in kinds.items():
        crops = [align_identity(to_float(spoil(truth)), truth.landmarks) for truth in people]
        pairs = list(itertools.permutations(crops, 2))
        found = (await bench.stages.verify([one for one, _ in pairs], [other for _, other in pairs])).value
        alike = [one.similarity for one in found if one.feature_norm >= config.min_feature_norm]
        alike = alike if eye_distance >= config.min_eye_distance else []
        what = f"{name}: highest of {len(alike)} reliable similarities of {len(pairs)}"
        rows.append(Row("E14 strangers", what, max(alike, default=0.0), 0.4))
    return rows


def _over(truth: Truth, half_width: float, top: float, bottom: float) -> Picture:
    """The face with a dark cover, from `top` to `bottom` below the eyes; in eye distances."""
    picture = truth.picture.copy()
    x, y = truth.landmarks[:2].mean(axis=0)
    upper, lower, half = np.array([top, bottom, half_width]) * truth.eye_distance
    picture[max(0, round(y + upper)) : round(y + lower), max(0, round(x - half)) : round(x + half)] = (25, 25, 30)
    return picture
