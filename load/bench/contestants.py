"""The three that are measured: the official pipeline, ours in this process, and ours as a service.

Each is a function that restores a picture once and returns milliseconds by stage, with the whole under WHOLE.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from deployments.errors import Step
from deployments.models import weights
from deployments.models.network import load_network
from deployments.stages import STAGES, StageName
from load.bench.pictures import Case
from load.official import OursOnFace, gfpganer, real_esrgan, seeded_gfpgan
from serve_app.cli.local import LocalEnhancer
from serve_app.client import RequestFailed, Result, Visage
from serve_app.pipeline.timings import WAITING

WHOLE = "whole"
OFFICIAL, OURS, HTTP = "official", "ours", "over HTTP"
ROWS = [Step.DECODE, *STAGES, Step.COMPOSE, Step.ENCODE]
"""Of the table, in about the order in which they run."""
Run = Callable[[Case], dict[str, float]]


def official() -> Run:
    """GFPGANer with RealESRGANer, in a process of its own, as whoever installs them runs them.

    In ours they would have the memory that ours keeps (deployments/runtime/memory.py), and take 0.6 of the time. They
    encode and measure nothing.
    """
    apart = ProcessPoolExecutor(1, get_context("spawn"))
    return lambda case: apart.submit(_run_official, case).result()


def _run_official(case: Case) -> dict[str, float]:
    return _official()(case)


@cache
def _official() -> Run:
    """load/official.py says what replaces their downloads.

    Without GFPGAN's weights both sides run our own network on the face.
    """
    background = real_esrgan()
    checkpoint = weights.locate("gfpgan-v1.4")
    if checkpoint is not None:
        pipeline = gfpganer(checkpoint, 2, background)
    else:
        with tempfile.TemporaryDirectory() as folder:
            seeded = seeded_gfpgan(Path(folder) / "seeded.pth")
            pipeline = gfpganer(seeded, 2, background, OursOnFace(load_network("visage-face")))
    helper = pipeline.face_helper
    times: dict[str, float] = {}
    _timed(helper, "get_face_landmarks_5", StageName.DETECTOR, times)
    _timed(pipeline, "gfpgan", StageName.RESTORER, times)
    _timed(background, "enhance", StageName.UPSCALER, times)
    _timed(helper, "paste_faces_to_input_image", Step.COMPOSE, times)

    def run(case: Case) -> dict[str, float]:
        times.clear()
        pipeline.upscale = helper.upscale_factor = case.factor
        bgr = np.ascontiguousarray(case.picture[..., ::-1])
        began = time.perf_counter()
        pipeline.enhance(bgr, paste_back=True)
        return {**times, WHOLE: (time.perf_counter() - began) * 1e3}

    return run


def _timed(owner: Any, name: str, stage: str, times: dict[str, float]) -> None:
    """Count the time of calls to `owner.name`."""
    original = getattr(owner, name)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*arguments, **options)
        finally:
            times[stage] = times.get(stage, 0.0) + (time.perf_counter() - began) * 1e3

    owner.__dict__[name] = wrapper
    if hasattr(owner, "_modules"):
        owner._modules.pop(name, None)


def in_process(enhancer: LocalEnhancer) -> Run:
    """What `visage enhance` does with a file, from its bytes to those of the result."""
    runner = asyncio.Runner()
    return _whole(lambda data, options: runner.run(enhancer.enhance(data, **options)))


def over_http(url: str) -> Run:
    """A request to a running service, as a client in another process sees it."""
    client = Visage(url, retries=0)
    return _whole(lambda data, options: client.enhance(data, **options))


def _whole(enhance: Callable[[bytes, Any], Result]) -> Run:
    def run(case: Case) -> dict[str, float]:
        data = case.file
        began = time.perf_counter()
        try:
            timings = dict(enhance(data, case.options).data["timings_ms"])
        except RequestFailed as error:
            raise SystemExit(f"{case.name}: {error}") from None
        whole = (time.perf_counter() - began) * 1e3
        timings.pop(WAITING)
        return {**timings, WHOLE: whole}

    return run
