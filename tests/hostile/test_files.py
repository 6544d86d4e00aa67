"""Mutated files through the codec: an image, or a documented refusal, in bounded time. `make fuzz` runs all of them."""

from __future__ import annotations

import os
import time

import numpy as np

from deployments.contract import DecodeLimits, check_image
from deployments.errors import DecodeError, Step
from deployments.imaging.codec import decode
from tests.hostile.mutate import mutations

COUNT = int(os.environ.get("VISAGE_FUZZ", "600"))
LIMITS = DecodeLimits(max_input_pixels=1_000_000, max_output_pixels=4_000_000, min_side=16)
MAX_CPU_S = 2.0
"""For a megapixel, which is all that LIMITS allow."""


def test_a_mutated_file_is_decoded_or_refused_and_never_takes_long() -> None:
    outcomes = {"decoded": 0, "refused": 0}
    slowest = 0.0
    for data in mutations(COUNT):
        began = time.process_time()
        try:
            check_image(decode(data, LIMITS).image, Step.DECODE)
            outcomes["decoded"] += 1
        except DecodeError:
            outcomes["refused"] += 1
        slowest = max(slowest, time.process_time() - began)
    assert slowest < MAX_CPU_S
    assert min(outcomes.values()) > COUNT // 50, f"{outcomes}: the mutations are too tame or too wild to prove anything"


def test_the_same_seed_gives_the_same_files() -> None:
    first, again = (list(mutations(20)) for _ in range(2))
    assert first == again
    assert len({len(data) for data in first}) > 5 and not np.array_equal(first, list(mutations(20, seed=1)))
