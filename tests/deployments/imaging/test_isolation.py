"""Decoders in a process of their own: what they may not do to the service."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

import imagecodecs
import numpy as np
import psutil
import pytest
from PIL import Image as PILImage

from deployments.contract import DecodeLimits
from deployments.errors import TooComplex
from deployments.imaging.codec import decode
from deployments.imaging.isolation import BASE_CPU_S, CPU_S_PER_MEGAPIXEL, decode_isolated
from tests.helpers.images import noise, saved, to_bytes, waves
from tests.helpers.waiting import wait_until

LIMITS = DecodeLimits(max_input_pixels=2_000_000, max_output_pixels=8_000_000, min_side=16)
RGB = to_bytes(waves(60, 80))
GOOD = saved(PILImage.fromarray(RGB), "WEBP", lossless=True)


def servers() -> list[psutil.Process]:
    """The processes that wait to be copied for a file."""
    children = psutil.Process().children()
    return [child for child in children if "deployments.imaging.isolation" in " ".join(child.cmdline())]


def test_one_process_waits_and_none_is_left_of_a_file() -> None:
    for _ in range(3):
        decode(GOOD, LIMITS)
    (server,) = servers()
    wait_until(lambda: not server.children())


def test_a_process_that_ends_is_started_again() -> None:
    decode(GOOD, LIMITS)
    (server,) = servers()
    server.kill()
    np.testing.assert_array_equal(to_bytes(decode(GOOD, LIMITS).image), RGB)
    assert servers() != [server]


def test_a_decoder_that_wants_more_memory_than_its_pixels_justify_is_stopped() -> None:
    liar = bytearray(saved(PILImage.fromarray(RGB), "GIF"))
    struct.pack_into("<HH", liar, 6, 40_000, 40_000)
    with pytest.raises(TooComplex):
        decode_isolated("gif", bytes(liar), (80, 60), {})
    np.testing.assert_array_equal(to_bytes(decode(GOOD, LIMITS).image), RGB)


@pytest.mark.slow
def test_a_decoder_runs_under_the_bound_of_cpu_that_its_pixels_justify() -> None:
    """The kernel holds a process to it; a file that takes seconds would take as long to make."""
    file = imagecodecs.jpegxl_encode(to_bytes(noise(1000, 1000)), lossless=True, effort=3)
    decoding = threading.Thread(target=decode, args=(file, LIMITS))
    decoding.start()
    found = set()
    while decoding.is_alive():
        with suppress(psutil.NoSuchProcess):
            found |= {child.rlimit(psutil.RLIMIT_CPU) for server in servers() for child in server.children()}
    decoding.join()
    cpu_s = int(BASE_CPU_S + CPU_S_PER_MEGAPIXEL)
    assert (cpu_s, cpu_s) in found, "the docs say 5 s and 0.5 s a megapixel"
    assert (BASE_CPU_S, CPU_S_PER_MEGAPIXEL) == (5.0, 0.5)


def test_files_are_decoded_beside_each_other() -> None:
    found: list[Any] = [None] * 6
    pictures = [to_bytes(noise(64, 64, seed=seed)) for seed in range(6)]

    def work(number: int) -> None:
        found[number] = to_bytes(decode(saved(PILImage.fromarray(pictures[number]), "BMP"), LIMITS).image)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(found, pictures)


def test_the_process_ends_with_the_one_that_started_it() -> None:
    script = (
        "import sys\n"
        "from deployments.contract import DecodeLimits\n"
        "from deployments.imaging.codec import decode\n"
        "import psutil\n"
        "decode(sys.stdin.buffer.read(), DecodeLimits(10**6, 10**6, 16))\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "import os; os._exit(1)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], input=GOOD, capture_output=True)
    pid = int(ran.stdout)
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")
