"""Makes the examples of the start page: NASA's portrait of Eileen Collins, damaged, and what Visage makes of it.

    PYTHONPATH=. .venv/bin/python ui/scripts/samples.py

Writes ui/public/samples/NAME.jpg, the photo that visitors may restore themselves, and NAME-restored.webp. The portrait
is in the public domain and comes with scikit-image.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as PILImage

from load.evaluate_bench import Bench, Picture, portrait, reduced, result_of
from serve_app.settings import Settings

FOLDER = Path(__file__).resolve().parents[1] / "public" / "samples"
SHOWN = 512
"""Pixels of a side of the results."""


def blurred() -> Picture:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(reduced(portrait(), 256), (0, 0), 2.6), np.uint8)


def old_print() -> Picture:
    """A faded, grainy and scratched print, toned in sepia."""
    random = np.random.default_rng(1932)
    gray = cv2.cvtColor(reduced(portrait(), 256), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    gray = 0.16 + 0.68 * cv2.GaussianBlur(gray, (0, 0), 1.7)
    gray += cv2.GaussianBlur(random.normal(0, 0.09, gray.shape).astype(np.float32), (0, 0), 0.8)
    scratches = np.zeros_like(gray)
    for x in (38, 171, 229):
        bend = [(x + int(random.integers(-5, 6)), y) for y in range(0, 257, 32)]
        cv2.polylines(scratches, [np.array(bend, np.int32)], False, 0.5, 1, cv2.LINE_AA)
    toned = np.clip(gray + scratches, 0, 1)[..., None] * np.array([1.0, 0.89, 0.72], np.float32)
    return np.rint(toned * 255).astype(np.uint8)


def tiny() -> Picture:
    """As sent by an early mobile phone."""
    return reduced(portrait(), 96)


SAMPLES = {"blur": (blurred, 2, 88), "print": (old_print, 2, 88), "small": (tiny, 4, 60)}
"""The damage, the factor, and the JPEG quality of the damaged photo."""


async def main() -> None:
    """Write all files."""
    bench = Bench.load(Settings())
    FOLDER.mkdir(exist_ok=True)
    for name, (damaged, factor, quality) in SAMPLES.items():
        path = FOLDER / f"{name}.jpg"
        PILImage.fromarray(damaged()).save(path, quality=quality, optimize=True)
        photo = np.asarray(PILImage.open(path).convert("RGB"))
        restored = result_of(await bench.run(photo, upscale_factor=factor))
        shown = cv2.resize(restored, (SHOWN, SHOWN), interpolation=cv2.INTER_AREA)
        PILImage.fromarray(shown).save(FOLDER / f"{name}-restored.webp", quality=82, method=6)


if __name__ == "__main__":
    asyncio.run(main())
