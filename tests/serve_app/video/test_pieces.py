"""A film in pieces: nobody sees where they begin, and what is finished is not done again, whatever happens."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from deployments.stages import StageName
from serve_app.video.packing import pack, unpack
from serve_app.video.restoring import FilmRestorer
from tests.helpers.fakes import FakeStages, face_at
from tests.helpers.films import Pixels, moving_face, read_film, restored, write_film
from tests.helpers.images import six_faces
from tests.helpers.waiting import wait_until

KILLED = """
import sys, time
from pathlib import Path
from tests.helpers.fakes import FakeStages, face_at
from tests.helpers.films import restored
source, target, folder = map(Path, sys.argv[1:])
class Slow(FakeStages):
    async def _enter(self, stage, given):
        time.sleep(0.03)
restored(source, target, Slow(faces=[face_at(96, 80, 60)]), folder=folder, piece_frames=2)
"""


def two_shots() -> list[Pixels]:
    """10 frames of a face that moves, 4 of another picture."""
    other = np.asarray(cv2.resize(six_faces(), (192, 160)), np.uint8)
    return [*moving_face(10), *(np.roll(other, 2 * number, 1) for number in range(4))]


def digests(path: Path) -> list[str]:
    """Of every decoded frame."""
    return [hashlib.sha256(frame.tobytes()).hexdigest() for frame in read_film(path)[0]]


def one_face() -> FakeStages:
    return FakeStages(faces=[face_at(96, 80, 60)])


def times(path: Path) -> Sequence[object]:
    return read_film(path)[1]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_film(path, two_shots())
    return path


@dataclass
class Together(FakeStages):
    """An upscaler whose first frames are finished only when so many are there at a time."""

    together: int = 1
    now: int = 0
    most: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)

    async def _enter(self, stage: str, given: Any) -> None:
        if stage == StageName.UPSCALER:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now == self.together:
                self.full.set()
            async with asyncio.timeout(60):
                await self.full.wait()
            self.now -= 1


@contextmanager
def without_collector() -> Iterator[None]:
    """What is in a cycle stays, as it does for long in a process with many objects."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.slow
def test_pieces_and_frames_that_are_prepared_ahead_give_the_frames_of_one_piece(film: Path, tmp_path: Path) -> None:
    one, many = (Together(faces=[face_at(96, 80, 60)], together=count) for count in (1, 3))
    whole = restored(film, tmp_path / "whole.mkv", one, "ffv1", piece_frames=1000, frames_ahead=1)
    with without_collector():
        pieces = restored(film, tmp_path / "pieces.mkv", many, "ffv1", piece_frames=3, frames_ahead=3)
        left = [each for each in gc.get_objects() if isinstance(each, FilmRestorer)]
    assert not left, "a piece leaves nothing in memory"
    assert whole.pieces == 1 and pieces.pieces >= 3
    assert (one.most, many.most) == (1, 3), "a shot alone has work for several replicas"
    assert digests(tmp_path / "whole.mkv") == digests(tmp_path / "pieces.mkv")
    assert vars(whole.figures) == vars(pieces.figures) and whole.figures.shots == 2


@pytest.mark.slow
@pytest.mark.parametrize(("name", "codec"), [("film.mkv", "h264"), ("film.mp4", "h265"), ("film.avi", "av1")])
def test_times_and_frames_go_on_over_the_seams(name: str, codec: str, tmp_path: Path) -> None:
    source, target = tmp_path / name, tmp_path / "pieces.mp4"
    write_film(source, two_shots(), codec="mpeg4" if name.endswith("avi") else "libx264")
    report = restored(source, target, FakeStages(faces=[]), codec, piece_frames=3, upscale_factor=1)
    assert report.pieces >= 3 and times(target) == times(source)
    with av.open(str(tmp_path / "pieces.mp4")) as result:
        decoding = [packet.dts for packet in result.demux(result.streams.video[0]) if packet.dts is not None]
    assert decoding == sorted(set(decoding)), "packets are in the order of decoding"


@pytest.mark.slow
def test_kill_9_costs_one_piece(film: Path, tmp_path: Path) -> None:
    kept = tmp_path / "work"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(film), str(tmp_path / "killed.mp4"), str(kept)])
    wait_until((kept / "piece-00001").exists, alive=lambda: process.poll() is None, pause_s=0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = len(list(kept.glob("piece-*")))
    stages = one_face()
    report = restored(film, tmp_path / "resumed.mp4", stages, folder=kept, piece_frames=2)
    assert 2 <= report.resumed == finished < report.pieces
    assert len(stages.asked("upscaler")) <= 14 - 2 * finished
    whole = restored(film, tmp_path / "whole.mp4", one_face(), piece_frames=2)
    assert digests(tmp_path / "resumed.mp4") == digests(tmp_path / "whole.mp4")
    assert vars(whole.figures) == vars(report.figures)


def test_packing_keeps_nothing() -> None:
    array = np.zeros(1000)
    seen = weakref.ref(array)
    with without_collector():
        unpack(pack({"a": [array]}))
        del array
        assert seen() is None


def test_packing_is_exact_and_needs_no_pickle() -> None:
    tree = {
        "a": [1, 0.1 + 0.2, None, "text", True, [np.full((1, 1), 1 / 3, np.float32)]],
        "b": b"\0\xff",
        "c": {"d": np.zeros(0)},
    }
    found = unpack(pack(tree))
    assert found["a"][:5] == [1, 0.1 + 0.2, None, "text", True] and found["b"] == b"\0\xff"
    assert found["a"][5][0].dtype == np.float32 and found["a"][5][0] == np.float32(1 / 3)
    with pytest.raises((ValueError, OSError)):
        unpack(b"\x80\x04.")
