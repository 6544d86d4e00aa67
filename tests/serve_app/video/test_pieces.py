"""A film in pieces: nobody sees where they begin, and what is finished is not done again, whatever happens."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from serve_app.video.packing import pack, unpack
from tests.helpers.fakes import FakeStages, face_at
from tests.helpers.films import Pixels, moving_face, read_film, restored, write_film
from tests.helpers.images import six_faces

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


@pytest.mark.slow
def test_pieces_give_the_frames_of_one_piece(film: Path, tmp_path: Path) -> None:
    whole = restored(film, tmp_path / "whole.mkv", one_face(), "ffv1", piece_frames=1000)
    pieces = restored(film, tmp_path / "pieces.mkv", one_face(), "ffv1", piece_frames=3)
    assert whole.pieces == 1 and pieces.pieces >= 3
    assert digests(tmp_path / "whole.mkv") == digests(tmp_path / "pieces.mkv")
    assert vars(whole.figures) == vars(pieces.figures) and whole.figures.shots == 2


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["h264", "h265", "av1"])
def test_times_and_frames_go_on_over_the_seams(film: Path, tmp_path: Path, codec: str) -> None:
    report = restored(film, tmp_path / "pieces.mp4", FakeStages(faces=[]), codec, piece_frames=3, upscale_factor=1)
    assert report.pieces >= 3 and times(tmp_path / "pieces.mp4") == times(film)
    with av.open(str(tmp_path / "pieces.mp4")) as result:
        decoding = [packet.dts for packet in result.demux(result.streams.video[0]) if packet.dts is not None]
    assert decoding == sorted(set(decoding)), "packets are in the order of decoding"


@pytest.mark.slow
def test_kill_9_costs_one_piece(film: Path, tmp_path: Path) -> None:
    kept = tmp_path / "work"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(film), str(tmp_path / "killed.mp4"), str(kept)])
    until = time.monotonic() + 120
    while not (kept / "piece-00001").exists():
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.01)
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
