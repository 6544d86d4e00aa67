"""Several clients at once: whether they get as much done as one, and whether a thumbnail waits behind a giant."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass

import cv2

from load.bench.pictures import sharp_face, twelve
from load.evaluate_bench import png
from serve_app.client import AsyncVisage

COUNTS = (1, 2, 4, 8)
PHOTOS = 8
"""At each number of clients, in all."""
_ROUNDS = 3
_TINY = (200, 240)


async def throughput(url: str) -> dict[int, list[float]]:
    """By the number of clients, the seconds that PHOTOS took in each round: the sharp portrait at factor 2.

    A client sends its next one when the last was answered.
    """
    photo = png(sharp_face())
    found = defaultdict[int, list[float]](list)
    for _ in range(_ROUNDS):
        for clients in COUNTS:
            began = time.perf_counter()
            await asyncio.gather(*(_several(url, photo, PHOTOS // clients) for _ in range(clients)))
            found[clients].append(time.perf_counter() - began)
    return found


async def _several(url: str, photo: bytes, count: int) -> None:
    client = AsyncVisage(url)
    for _ in range(count):
        await client.enhance(photo, upscale_factor=2)
    await client.close()


@dataclass(frozen=True)
class Fairness:
    """A thumbnail's seconds: alone, and while a picture of 12 megapixels is being restored."""

    alone_s: float
    beside_s: float


async def fairness(url: str) -> Fairness:
    """Medians of five thumbnails each."""
    tiny = png(cv2.resize(sharp_face()[10:250, 124:324], _TINY))
    giant = AsyncVisage(url)
    alone = await _thumbnails(url, tiny)
    working = asyncio.create_task(giant.enhance(twelve(1).file, upscale_factor=1, faces="none"))
    await asyncio.sleep(3.0)  # by then it has been decoded, and the upscaler has it
    beside = await _thumbnails(url, tiny)
    if working.done():
        raise SystemExit("the large picture was done before the thumbnails were: nothing was measured")
    await working
    await giant.close()
    return Fairness(alone, beside)


async def _thumbnails(url: str, photo: bytes) -> float:
    client = AsyncVisage(url)
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        await client.enhance(photo, upscale_factor=2)
        taken.append(time.perf_counter() - began)
    await client.close()
    return statistics.median(taken)
