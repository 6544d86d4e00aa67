"""What is told of a film: figures of every shot, how it was made, and that it is interlaced, until it no longer is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import av
import cv2
import numpy as np
import pytest

from serve_app.video.report_page import report_page
from tests.helpers.fakes import FakeStages, face_at
from tests.helpers.films import Pixels, moving_face, read_film, restored, write_film
from tests.helpers.images import six_faces

pytestmark = pytest.mark.slow
BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def combing(frame: Pixels) -> float:
    """How much each row differs from the mean of its neighbors."""
    rows = frame.astype(np.float32)
    return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())


def write_interlaced(path: Path, count: int) -> None:
    """Each frame has two fields, which are a moment apart."""
    fields = moving_face(2 * count, step=5.0)
    with av.open(str(path), "w") as output:
        options = {"x264-params": "tff=1", "crf": "10", "flags": "+ildct+ilme"}
        video: Any = output.add_stream("libx264", rate=25, options=options)
        video.height, video.width, video.pix_fmt = *fields[0].shape[:2], "yuv420p"
        for first, second in zip(fields[::2], fields[1::2], strict=True):
            woven = first.copy()
            woven[1::2] = second[1::2]
            output.mux(video.encode(av.VideoFrame.from_ndarray(woven)))
        output.mux(video.encode(None))


def test_interlaced_films_are_named_and_deinterlaced_on_demand(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    write_interlaced(source, 6)
    kept, whole = (
        restored(source, tmp_path / name, FakeStages(faces=[]), upscale_factor=1, deinterlace=chosen, piece_frames=2)
        for name, chosen in (("kept.mp4", False), ("whole.mp4", True))
    )
    assert kept.interlaced == whole.interlaced == 6 and whole.deinterlaced and not kept.deinterlaced
    (before, times), (after, same) = read_film(tmp_path / "kept.mp4"), read_film(tmp_path / "whole.mp4")
    assert times == same == read_film(source)[1]
    clean = combing(moving_face(1)[0])
    assert combing(before[3]) > 2 * clean and combing(after[3]) < 1.3 * clean


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("film")
    other = np.asarray(cv2.resize(six_faces(), (192, 160)), np.uint8)
    write_film(folder / "film.mp4", [*moving_face(4), *(np.roll(other, 3 * number, 1) for number in range(3))])
    stages = FakeStages(faces=[face_at(96, 80, 60)])
    return folder / "result.mp4", restored(folder / "film.mp4", folder / "result.mp4", stages)


def test_every_shot_has_its_figures_and_identity_is_a_plot(result: tuple[Path, Any]) -> None:
    report = result[1]
    told = json.loads(json.dumps(report.as_dict()))
    assert [(shot["begins"], shot["frames"]) for shot in told["by_shot"]] == [(0, 4), (0.16, 3)]
    assert all(shot["psnr"] == 31.5 and shot["identity_mean"] == 0.9 for shot in told["by_shot"])
    page = report_page(report, "<film>")
    assert "&lt;film&gt;" in page and "<film>" not in page and "not evidence" in page
    (svg,) = re.findall("<svg.*</svg>", page)
    assert len(list(ElementTree.fromstring(svg).iter("circle"))) == len(report.figures.similarities) >= 2


def test_the_result_says_how_it_was_made_where_xmp_belongs(result: tuple[Path, Any]) -> None:
    data = result[0].read_bytes()
    (place,) = [found.start() for found in re.finditer(re.escape(b"uuid" + BOX), data)]
    size = int.from_bytes(data[place - 4 : place])
    packet = data[place + 20 : place - 4 + size]
    assert b"compositeWithTrainedAlgorithmicMedia" in packet and b"gfpgan-v1.4" in packet
    with av.open(str(result[0])) as film:
        assert film.metadata["XMP"].encode() == packet and film.streams.video[0].frames == 7


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed (apt install ffmpeg)")
def test_ffprobe_finds_no_fault_with_it(result: tuple[Path, Any]) -> None:
    command = ["ffprobe", "-v", "warning", "-show_entries", "format=format_name:stream=codec_name", str(result[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == "" and "h264" in done.stdout and "aac" in done.stdout
