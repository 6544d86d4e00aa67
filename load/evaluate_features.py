"""The cases of load/evaluate.py about eyes, glasses and skin, beside a sharp truth that was spoiled."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from load.evaluate_bench import Bench, Picture, Row, reduced, result_of, to_float
from load.evaluate_truths import SIDE, Truth, as_jpeg, blurred, edges, enlarged, luma, truths

IRISES = {"their own": None, "blue": (60, -2, -28), "green": (55, -18, 18), "brown": (35, 14, 24), "black": (12, 2, 3)}
"""CIELAB colors."""


def with_irises(truth: Truth, color: tuple[int, int, int] | None) -> Picture:
    """The face with eyes of another color: irises are 0.19 of the eye distance wide."""
    if color is None:
        return truth.picture
    lab = cv2.cvtColor(to_float(truth.picture), cv2.COLOR_RGB2LAB)
    for eye in truth.landmarks[:2]:
        for radius, inside in ((0.09, color), (0.035, (5, 0, 0))):
            mask = cv2.GaussianBlur(truth.disc(eye, radius).astype(np.float32), (0, 0), 0.7)[..., None]
            lab += (np.array(inside, np.float32) - lab) * mask
    return np.rint(np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1) * 255).astype(np.uint8)


async def eyes(bench: Bench) -> list[Row]:
    """E1: eyes keep their color."""
    rows = []
    for name, color in IRISES.items():
        worse = []
        for truth in (await truths(bench))[::3]:
            sharp = with_irises(truth, color)
            small = reduced(sharp, SIDE // 2)
            colors = [
                [_mean_lab(picture, truth.disc(eye, 0.06)) for eye in truth.landmarks[:2]]
                for picture in (sharp, result_of(await bench.run(small, upscale_factor=2)), enlarged(small, 2))
            ]
            ours, bicubic = (np.linalg.norm(np.subtract(each, colors[0]), axis=1) for each in colors[1:])
            worse += list(ours - bicubic)
        rows.append(Row("E1 eyes", f"{name}: color difference to the truth, over bicubic's", max(worse), 3))
    return rows


def _mean_lab(picture: Picture, where: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(to_float(picture), cv2.COLOR_RGB2LAB)[where].mean(axis=0), np.float32)


def rim(truth: Truth, radius: float) -> list[NDArray[np.float32]]:
    """Around each eye 24 points of a circle, in eye distances; (24, 2) pixels."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    circle = np.stack([np.cos(angles), 0.85 * np.sin(angles)], axis=1) * radius * truth.eye_distance
    return [(eye + circle).astype(np.float32) for eye in truth.landmarks[:2]]


def with_glasses(truth: Truth) -> Picture:
    """The face with thin dark rims and a bridge."""
    picture = truth.picture.copy()
    left, right = rim(truth, 0.36)
    for points in (left, right, np.stack([left[0], right[12]])):
        pixels = np.rint(points * 16).astype(np.int32)
        cv2.polylines(picture, [pixels], len(points) > 2, (40, 30, 28), 1, cv2.LINE_AA, 4)
    return picture


def _rims_seen(truth: Truth, picture: Picture) -> NDArray[np.float32]:
    """(48,) how much darker the rims are than what is inside and outside of them."""
    points = [np.concatenate(rim(truth, radius)) for radius in (0.28, 0.36, 0.44)]
    rings = [cv2.remap(luma(picture), each[:, :1], each[:, 1:], cv2.INTER_LINEAR)[:, 0] for each in points]
    return np.asarray((rings[0] + rings[2]) / 2 - rings[1], np.float32)


def _below_the_eyes(truth: Truth, picture: Picture) -> float:
    """The energy of edges there, in pixels of the portrait that the truth was made from."""
    side = round(len(picture) / truth.enlarged)
    inside = cv2.resize(truth.below_the_eyes.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST) > 0
    return float((edges(reduced(picture, side))[inside] ** 2).mean())


async def glasses(bench: Bench) -> list[Row]:
    """E3: no glasses appear, and those that are there stay whole."""
    appeared, lost = [], []
    for truth in await truths(bench):
        photo = blurred(truth.picture, 1.2)
        energy = [_below_the_eyes(truth, picture) for picture in (truth.picture, result_of(await bench.run(photo)))]
        appeared.append(energy[1] / energy[0] - 1)
        photo = blurred(with_glasses(truth), 1.2)
        before, after = (_rims_seen(truth, picture) for picture in (photo, result_of(await bench.run(photo))))
        clear = before > 10
        lost.append(float((after[clear] < 0.5 * before[clear]).mean()))
    return [
        Row("E3 glasses", f"{len(appeared)} faces without: edges below the eyes over the truth's, less 1",
            max(appeared), 0.2),
        Row("E3 glasses", f"{len(lost)} faces with: share of the rims that fades by half, worst", max(lost), 0.05),
    ]  # fmt: skip


def band(picture: Picture, where: NDArray[np.bool_]) -> float:
    """The standard deviation of the luma's details of 2 to 6 pixels, in a part."""
    shades = luma(picture)
    details = cv2.GaussianBlur(shades, (0, 0), 1.0) - cv2.GaussianBlur(shades, (0, 0), 3.0)
    return float(details[where].std())


def freckled(truth: Truth) -> tuple[Picture, NDArray[np.bool_]]:
    """The face with freckles of 2 to 5 pixels on both cheeks and a mole of 4 pixels, and where the mole is."""
    rng = np.random.default_rng(0)
    shade = np.zeros(truth.picture.shape[:2], np.float32)
    y, x = np.nonzero(truth.cheeks)
    for index in rng.choice(len(y), 60, replace=False):
        cv2.circle(shade, (int(x[index]), int(y[index])), int(rng.integers(1, 3)), float(rng.uniform(0.08, 0.2)), -1)
    spot = np.zeros_like(shade)
    middle = len(y) // 4
    cv2.circle(spot, (int(x[middle]), int(y[middle])), 2, 1.0, -1)
    shade = cv2.GaussianBlur(np.maximum(shade, 0.45 * spot), (0, 0), 0.6)
    drawn = to_float(truth.picture) * (1 - shade[..., None] * np.array([0.7, 1.0, 1.1]))
    return np.rint(np.clip(drawn, 0, 1) * 255).astype(np.uint8), spot > 0


async def skin(bench: Bench) -> list[Row]:
    """E5 and E6: freckles and a mole stay on a large face, and a smooth cheek gets no wrinkles."""
    kept, moles, wrinkled = [], [], []
    for truth in (await truths(bench, 640))[:2]:
        sharp, mole = freckled(truth)
        found = result_of(await bench.run(blurred(sharp, 1.0), background=False))
        kept.append(band(found, truth.cheeks) / band(sharp, truth.cheeks))
        around = cv2.dilate(mole.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool) & ~mole
        contrasts = [luma(each)[around].mean() - luma(each)[mole].mean() for each in (found, sharp)]
        moles.append(contrasts[0] / contrasts[1])
    for truth in await truths(bench):
        smooth = np.where(truth.cheeks[..., None], blurred(truth.picture, 3.0), truth.picture)
        small = as_jpeg(reduced(smooth, SIDE // 2), 80)
        found = result_of(await bench.run(small, upscale_factor=2))
        wrinkled.append(band(found, truth.cheeks) - band(truth.picture, truth.cheeks))
    return [
        Row("E5 skin", "faces of 400 px, blurred by 1: freckles' energy over the truth's", min(kept), 0.8, True),
        Row("E5 skin", "a mole of 4 px: its contrast over the truth's", min(moles), 0.5, True),
        Row("E6 smooth", f"{len(wrinkled)} smoothed cheeks: details less the natural ones, of 255", max(wrinkled), 0),
    ]  # fmt: skip
