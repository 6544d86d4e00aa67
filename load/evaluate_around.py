"""The cases of load/evaluate.py about where a restored face ends, and what is around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from load.evaluate_bench import Bench, Row, portrait, result_of
from load.evaluate_truths import blurred, edges, enlarged, luma, truths


async def rims(bench: Bench) -> list[Row]:
    """E10: no line where the pasted face ends, through long hair and on a tilted head."""
    steps = []
    for truth in (await truths(bench, 400))[:3]:
        middle = tuple(float(value) for value in truth.landmarks.mean(axis=0))
        turn = cv2.getRotationMatrix2D(middle, 20.0, 1.0)
        tilted = cv2.warpAffine(truth.picture, turn, (400, 400), borderMode=cv2.BORDER_REFLECT_101)
        photo = blurred(np.asarray(tilted, np.uint8), 1.5)
        results = [result_of(await bench.run(photo, strength=strength)) for strength in (1, 0)]
        steps.append(outermost_step(np.abs(np.subtract(*[each.astype(int) for each in results])).max(axis=2), middle))
    return [Row("E10 rim", "of the restored face: step within 2 px in 16 directions, of 255", max(steps), 4)]


def outermost_step(change: NDArray[np.int64], middle: tuple[float, ...]) -> float:
    """The largest value within 2 pixels of where `change` begins, coming from outside in 16 directions."""
    found = 0.0
    for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
        reach = np.arange(0, 2 * max(change.shape))
        x, y = (np.rint(middle[i] + reach * way).astype(int) for i, way in enumerate((np.cos(angle), np.sin(angle))))
        inside = (x >= 0) & (y >= 0) & (x < change.shape[1]) & (y < change.shape[0])
        ray = change[y[inside], x[inside]]
        last = int(np.flatnonzero(ray)[-1]) if ray.any() else 0
        if 0 < last < len(ray) - 3:  # what reaches the picture's edge has no rim there
            found = max(found, float(ray[max(0, last - 2) : last + 1].max()))
    return found


async def surroundings(bench: Bench) -> list[Row]:
    """E12: letters stay readable beside a face, and what is out of focus stays so."""
    truth = np.full((512, 640, 3), 120, np.uint8)
    y, x = np.mgrid[:512, :640]
    for middle, radius, color in (((560, 90), 50, (230, 190, 120)), ((500, 180), 35, (120, 170, 230))):
        disc = np.hypot(x - middle[0], y - middle[1]) < radius
        truth[disc] = color
    truth = blurred(truth, 6.0)
    truth[:400, :400] = portrait(400)
    cv2.putText(truth, "Visage 1926 kept", (60, 470), cv2.FONT_HERSHEY_SIMPLEX, 0.75, (20, 20, 20), 2, cv2.LINE_AA)
    small = np.asarray(cv2.resize(truth, (320, 256), interpolation=cv2.INTER_AREA), np.uint8)
    found, bicubic = result_of(await bench.run(small, upscale_factor=2)), enlarged(small, 2)
    text, bokeh = np.s_[440:490, 50:320], np.s_[20:240, 430:620]
    alike = [float(np.corrcoef(luma(each)[text].ravel(), luma(truth)[text].ravel())[0, 1]) for each in (found, bicubic)]
    energy = [float((edges(each)[bokeh] ** 2).mean()) for each in (found, bicubic)]
    return [
        Row("E12 around", "letters of 12 px: correlation with the truth, over bicubic's", alike[0] - alike[1], 0, True),
        Row("E12 around", "out of focus: gradient energy over bicubic's", energy[0] / energy[1], 1.3),
    ]
