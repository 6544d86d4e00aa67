"""Films with one face: frames a second of `visage video`, beside the official pipeline frame by frame.

Ours is the whole command: looking through the film, decoding, tracks, encoding and joining. The official side gets
frames in memory and returns frames: nothing of it is decoded or encoded.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from load.bench.contestants import OFFICIAL, OURS, WHOLE, Run
from load.bench.pictures import Case
from load.film_clip import frames_of, moving_portrait, worn, write_clip
from serve_app.local_stage_client import LocalStageClient
from serve_app.settings import Settings
from serve_app.video.encoder import CODECS
from serve_app.video.film import VideoBounds
from serve_app.video.keeping import FolderStore
from serve_app.video.restoring import VideoOptions
from serve_app.video.run import FilmRun, sha256_of

SIZES = (320, 240), (640, 480)
FRAMES, FACTOR = 25, 2
_OFFICIAL_FRAMES = 5
"""Are enough: each costs it the same."""


def films(official: Run, settings: Settings) -> str:
    """A table in Markdown."""
    stages = LocalStageClient.load(settings)
    lines = [
        f"### films: {FRAMES} frames, one face, factor {FACTOR}\n",
        f"| frames a second | {OFFICIAL}, frame by frame | {OURS}, frame by frame | {OURS} |",
        "|---|---:|---:|---:|",
    ]
    for width, height in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            clip = Path(folder) / "film.mp4"
            write_clip(clip, worn(moving_portrait(FRAMES, width * FACTOR, height * FACTOR), width, height))
            single, ours = (_ours(clip, stages, steady) for steady in (False, True))
            frames = frames_of(clip)[0][: _OFFICIAL_FRAMES + 1]
        took = [official(Case("film", frame, FACTOR, 1))[WHOLE] / 1e3 for frame in frames][1:]  # the first warms up
        lines.append(f"| {width}x{height} | {len(took) / sum(took):.2f} | {single:.2f} | {ours:.2f} |")
    return "\n".join(lines) + "\n"


def _ours(clip: Path, stages: LocalStageClient, steady: bool) -> float:
    with tempfile.TemporaryDirectory() as folder:
        options, store = VideoOptions(FACTOR, steady=steady), FolderStore(Path(folder))
        run = FilmRun(clip, sha256_of(clip), stages, options, CODECS["h264"], VideoBounds(), store, lambda *_: None)
        began = time.perf_counter()
        asyncio.run(run.run(Path(folder) / "result.mp4", "mp4"))
        return FRAMES / (time.perf_counter() - began)
