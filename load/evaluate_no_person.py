"""The cases of load/evaluate.py about pictures without a face that can be restored: tiny ones, animals, drawings."""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data

from deployments.errors import DecodeError, NoFaceDetected
from load.evaluate_bench import Bench, Picture, Row, portrait, reduced, result_of, to_float, woman
from load.evaluate_truths import enlarged


async def small(bench: Bench) -> list[Row]:
    """B15: small pictures of the web are refused in words, or what becomes of their faces is called unreliable."""
    strip = cv2.resize(np.ascontiguousarray(woman()[:300, 200:248]), (32, 400), interpolation=cv2.INTER_AREA)
    answers = {"32x400": await _reliable(bench, np.asarray(strip, np.uint8))}
    for side in (32, 48, 64, 100):
        answers[f"{side}x{side}"] = await _reliable(bench, reduced(portrait(), side))
    tiny = [answers[f"{side}x{side}"] for side in (32, 48, 64)]
    return [
        Row("B15 small", f"{', '.join(answers)}: restored, or refused in words", len(answers) / 5, 1, at_least=True),
        Row("B15 small", "of 32, 48 and 64 px a side: faces called reliable", sum(tiny), 0),
    ]


async def _reliable(bench: Bench, picture: Picture) -> int:
    """How many of the picture's faces the answer calls reliable; a refusal has none. Other errors are raised."""
    try:
        return sum(face.reliable is True for face in (await bench.run(picture, upscale_factor=2)).faces)
    except (NoFaceDetected, DecodeError):
        return 0


def smiley(side: int, mouth: int) -> Picture:
    """A yellow disc with two eyes, and a mouth that is bent by so many pixels of 256."""
    drawn = np.full((256, 256, 3), 245, np.uint8)
    cv2.circle(drawn, (128, 128), 100, (250, 205, 40), -1, cv2.LINE_AA)
    cv2.circle(drawn, (128, 128), 100, (40, 30, 20), 4, cv2.LINE_AA)
    for x in (92, 164):
        cv2.ellipse(drawn, (x, 100), (11, 18), 0.0, 0, 360, (40, 30, 20), -1, cv2.LINE_AA)
    cv2.ellipse(drawn, (128, 150 - mouth // 2), (52, abs(mouth)), 0.0, 10, 170, (40, 30, 20), 6, cv2.LINE_AA)
    return np.asarray(cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def cartoon(hair: tuple[int, int, int], eyes: tuple[int, int, int]) -> Picture:
    """(384, 384, 3): a head as in Japanese cartoons: large eyes with lights, a pointed chin, hardly a nose."""
    drawn = np.full((384, 384, 3), (205, 225, 240), np.uint8)
    cv2.ellipse(drawn, (192, 170), (130, 140), 0.0, 0, 360, hair, -1, cv2.LINE_AA)
    chin = np.array([[90, 160], [98, 240], [150, 310], [192, 330], [234, 310], [286, 240], [294, 160]], np.int32)
    cv2.fillPoly(drawn, [chin], (252, 224, 205), cv2.LINE_AA)
    cv2.ellipse(drawn, (192, 160), (102, 90), 0.0, 0, 360, (252, 224, 205), -1, cv2.LINE_AA)
    for x in (142, 242):
        cv2.ellipse(drawn, (x, 212), (27, 38), 0.0, 0, 360, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.ellipse(drawn, (x, 216), (21, 32), 0.0, 0, 360, eyes, -1, cv2.LINE_AA)
        cv2.ellipse(drawn, (x, 220), (10, 18), 0.0, 0, 360, (20, 15, 25), -1, cv2.LINE_AA)
        cv2.circle(drawn, (x - 8, 202), 8, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.ellipse(drawn, (x, 192), (32, 20), 0.0, 190, 350, (30, 20, 20), 6, cv2.LINE_AA)
    cv2.line(drawn, (192, 262), (188, 268), (190, 140, 120), 3, cv2.LINE_AA)
    cv2.ellipse(drawn, (192, 290), (20, 9), 0.0, 10, 170, (170, 80, 80), 3, cv2.LINE_AA)
    fringe = np.array(
        [[62, 170], [100, 80], [192, 50], [284, 80], [322, 170], [250, 120], [214, 175], [180, 115], [120, 180]]
    )
    cv2.fillPoly(drawn, [fringe.astype(np.int32)], hair, cv2.LINE_AA)
    return drawn


async def nobody(bench: Bench) -> list[Row]:
    """D8: an animal or a drawing is not looked upon as a person, or at least nothing human is painted into it."""
    pictures = {
        "cat": np.ascontiguousarray(skimage.data.cat()),
        **{f"smiley {side}": smiley(side, mouth) for side, mouth in ((64, 40), (128, 60), (256, 30), (512, 50))},
        "cartoon 1": cartoon((60, 40, 30), (70, 110, 200)),
        "cartoon 2": cartoon((230, 200, 120), (60, 150, 90)),
    }
    found, changed = 0, [0.0]
    for picture in pictures.values():
        try:
            enhanced = await bench.run(picture, upscale_factor=2)
        except NoFaceDetected:
            continue
        result, plain = result_of(enhanced), enlarged(picture, 2)
        for outcome in enhanced.faces:
            left, top, right, bottom = (2 * outcome.face.box).clip(0).round().astype(int)
            box = np.s_[top:bottom, left:right]
            quality = (await bench.stages.measure(to_float(result[box]), to_float(plain[box]))).value
            found, changed = found + 1, [*changed, quality.lpips]
    return [Row("D8 no person", f"{len(pictures)} animals and drawings, {found} faces found: LPIPS to bicubic, highest",
                max(changed), 0.2)]  # fmt: skip
