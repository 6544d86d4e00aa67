"""Makes broken and malicious variants of good files, always the same ones for a seed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from PIL import Image as PILImage

from tests.helpers.images import noise, png, saved, to_bytes, waves
from tests.helpers.photo_formats import adobe_rgb, of_every_kind

Rng = np.random.Generator


@lru_cache(maxsize=1)
def seeds() -> list[bytes]:
    """Good files of every kind that the codec reads."""
    rgb = PILImage.fromarray(to_bytes(waves(60, 80)))
    profile = adobe_rgb()
    exif = PILImage.Exif()
    exif[0x0112] = 6
    return [
        saved(rgb, "JPEG", quality=90, exif=exif, icc_profile=profile),
        saved(rgb, "JPEG", progressive=True, optimize=True),
        saved(rgb.convert("CMYK"), "JPEG"),
        saved(rgb.convert("L"), "JPEG"),
        saved(rgb, "PNG", icc_profile=profile),
        saved(rgb.quantize(16), "PNG", transparency=3),
        saved(rgb.convert("LA"), "PNG"),
        png((noise(60, 80, 4) * 65535).astype(np.uint16)),
        *of_every_kind(to_bytes(waves(60, 80))).values(),
    ]


def mutations(count: int, seed: int = 0) -> Iterator[bytes]:
    """`count` files, each a good one with one to eight mutations."""
    good = seeds()
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        data = bytearray(good[number % len(good)])
        for _ in range(int(rng.integers(1, 9))):
            _mutate(data, rng, good)
        yield bytes(data)


def _mutate(data: bytearray, rng: Rng, others: list[bytes]) -> None:
    """One change in place: bytes, a length field, a cut, a repetition, or a piece of another file."""
    at = int(rng.integers(2, max(3, len(data))))
    size = int(rng.integers(1, 64))
    match int(rng.integers(6)):
        case 0:
            data[at : at + size] = rng.bytes(size)
        case 1:
            data[at : at + 4] = int(rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000])).to_bytes(4, "big")
        case 2:
            del data[at : at + size]
        case 3:
            data[at:at] = data[at : at + size] * int(rng.integers(1, 200))
        case 4:
            other = others[int(rng.integers(len(others)))]
            start = int(rng.integers(len(other)))
            data[at:at] = other[start : start + 8 * size]
        case _:
            data[at % len(data)] ^= 1 << int(rng.integers(8))
