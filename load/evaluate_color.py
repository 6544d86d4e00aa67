"""The cases of load/evaluate.py about the colors of a result: one tone stays one, and nothing gets a cast."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000

from deployments.errors import NoFaceDetected
from load.evaluate_bench import Bench, Picture, Row, box_of, lab, portrait, result_of, to_float, woman
from load.evaluate_truths import truths

PATCH = 32


def in_tone(picture: Picture, light: tuple[int, int, int], dark: tuple[int, int, int] = (0, 0, 0)) -> Picture:
    """Black-and-white in which white is `light` and black is `dark`."""
    gray = to_float(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None])
    return np.rint(gray * np.array(light) + (1 - gray) * np.array(dark)).astype(np.uint8)


def stamped(picture: Picture) -> Picture:
    """Black-and-white with a stamp in color."""
    result = in_tone(picture, (255, 255, 255))
    result[-60:, -80:] = (210, 90, 40)
    return result


async def tone(bench: Bench) -> list[Row]:
    """C16 to C18: the color of a face in one tone does not move, and gets no second hue."""
    rows = []
    for name, picture in {
        "sepia": in_tone(portrait(160), (255, 222, 173)),
        "cyanotype": in_tone(portrait(160), (240, 248, 255), (5, 30, 90)),
        "scanner's tint": in_tone(portrait(160), (247, 255, 245), (25, 5, 20)),
        "black-and-white beside a stamp": stamped(portrait(160)),
    }.items():
        (face, *_) = await bench.faces(picture)
        before, after = (lab(each, box_of(face)) for each in (picture, result_of(await bench.run(picture))))
        moved = float(np.abs(after[:, 1:].mean(0) - before[:, 1:].mean(0)).max())
        spread = float((after[:, 1:].std(0) - before[:, 1:].std(0)).max())
        rows += [
            Row("C16 tone", f"{name}: mean a*, b* moved by", moved, 3),
            Row("C16 tone", f"{name}: their deviation grew by", spread, 1),
        ]
    return rows


def walls_and_cloth() -> dict[str, Picture]:
    """By name, what casts show on: a plain wall, the finest pattern that there is, and her in a striped shirt."""
    striped = woman()[:512, 74:458].copy()
    striped[300:, :] = np.where((np.arange(384) // 2 % 2)[None, :, None] == 0, (200, 40, 50), (240, 230, 210))
    return {
        "a gray wall": np.full((192, 192, 3), 119, np.uint8),
        "a checkerboard of single pixels": np.repeat(
            np.where(np.indices((192, 192)).sum(0) % 2 == 0, 160, 90).astype(np.uint8)[..., None], 3, axis=2
        ),
        "a shirt with stripes of 2 px": striped,
    }


def cast(before: Picture, after: Picture) -> tuple[float, float]:
    """The mean CIEDE2000 of a picture to another of its size, and the largest of the mean colors of its patches.

    A patch has PATCH pixels a side; what is left over at the right and below counts to none.
    """
    colors = [cv2.cvtColor(to_float(each), cv2.COLOR_RGB2LAB) for each in (before, after)]
    patches = [_means(each) for each in colors]
    return float(deltaE_ciede2000(*colors).mean()), float(deltaE_ciede2000(*patches).max())


def _means(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H // PATCH, W // PATCH, 3) the mean of each patch."""
    height, width = (side // PATCH for side in colors.shape[:2])
    parts = colors[: height * PATCH, : width * PATCH].reshape(height, PATCH, width, PATCH, 3)
    return np.asarray(parts.mean(axis=(1, 3)), np.float32)


async def casts(bench: Bench) -> list[Row]:
    """C15: a result that is averaged down to the size of its photograph has the photograph's colors."""
    rows, portraits = [], [truth.picture for truth in await truths(bench)]
    kinds = {f"{len(portraits)} portraits": portraits} | {name: [one] for name, one in walls_and_cloth().items()}
    for what, pictures in kinds.items():
        found = []
        for picture in pictures:
            try:
                result = result_of(await bench.run(picture, upscale_factor=2))
            except NoFaceDetected:
                result = result_of(await bench.run(picture, upscale_factor=2, faces="none"))
            size = picture.shape[1::-1]
            found.append(cast(picture, np.asarray(cv2.resize(result, size, interpolation=cv2.INTER_AREA), np.uint8)))
        mean, patch = np.max(found, axis=0)
        rows += [
            Row("C15 cast", f"{what}: mean CIEDE2000 to the photograph", float(mean), 1),
            Row("C15 cast", f"{what}: the same of the mean color of {PATCH}x{PATCH} pixels, largest", float(patch), 3),
        ]
    return rows
