"""Films that tests make: a face that moves, with sound, subtitles, and times of every kind."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from serve_app.pipeline.stages import StageClient
from serve_app.video.colors import EXACT
from serve_app.video.encoder import CODECS
from serve_app.video.film import VideoBounds
from serve_app.video.keeping import FolderStore
from serve_app.video.report import FilmReport
from serve_app.video.restoring import VideoOptions
from serve_app.video.run import FilmRun, sha256_of
from tests.helpers.images import one_face

Pixels = NDArray[np.uint8]
TIME_BASE = Fraction(1, 12_800)


def moving_face(count: int, width: int = 192, height: int = 160, step: float = 2.0, sigma: float = 0.0) -> list[Pixels]:
    """A window that moves over a portrait by `step` pixels a frame, blurred by `sigma`."""
    portrait = one_face()
    frames = []
    for number in range(count):
        shift = np.array([[1, 0, -120 - step * number], [0, 1, -30]], np.float32)
        frame = cv2.warpAffine(portrait, shift, (width, height), borderMode=cv2.BORDER_REFLECT_101)
        frames.append(cv2.GaussianBlur(frame, (0, 0), sigma) if sigma else frame)
    return [np.asarray(frame, np.uint8) for frame in frames]


def write_film(
    path: Path,
    frames: Sequence[Pixels],
    times: Sequence[int] | None = None,
    *,
    codec: str = "libx264",
    sound: bool = True,
    rotation: int = 0,
    **context: Any,
) -> None:
    """A film of these frames, at `times` in units of TIME_BASE (by default 25 a second), with a tone."""
    times = times if times is not None else [512 * number for number in range(len(frames))]
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as output:
        video: Any = output.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.codec_context.time_base = TIME_BASE
        for name, value in context.items():
            setattr(video.codec_context, name, value)
        if rotation:
            video.set_display_rotation(rotation)
        audio: Any = output.add_stream("aac", rate=44_100) if sound else None
        for pixels, time in zip(frames, times, strict=True):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = time, TIME_BASE
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        if audio is not None:
            seconds = float(times[-1] * TIME_BASE) + 0.04
            wave = np.sin(np.arange(int(44_100 * seconds)) * 2 * np.pi * 440 / 44_100).astype(np.float32)
            tone = av.AudioFrame.from_ndarray(wave[None] * 0.3, format="fltp", layout="mono")
            tone.sample_rate, tone.pts = 44_100, 0
            output.mux(audio.encode(tone))
            output.mux(audio.encode(None))


def read_film(path: Path) -> tuple[list[Pixels], list[Fraction]]:
    """Its frames in RGB, and their times in seconds."""
    frames, times = [], []
    with av.open(str(path)) as film:
        for frame in film.decode(film.streams.video[0]):
            frames.append(np.asarray(frame.to_ndarray(format="rgb24", interpolation=EXACT), np.uint8))
            assert frame.pts is not None and frame.time_base is not None
            times.append(frame.pts * frame.time_base)
    return frames, times


def packets_of(path: Path, kind: str) -> list[tuple[Fraction, bytes]]:
    """Time and bytes of every packet of the first stream of a kind, `audio` or `subtitles`."""
    with av.open(str(path)) as film:
        stream = getattr(film.streams, kind)[0]
        return [
            (packet.pts * packet.time_base, bytes(packet))
            for packet in film.demux(stream)
            if packet.pts is not None and packet.time_base is not None
        ]


def restored(
    source: Path,
    target: Path,
    stages: StageClient,
    codec: str = "h264",
    folder: Path | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    piece_frames: int | None = None,
    frames_ahead: int = 2,
    **options: Any,
) -> FilmReport:
    """Restore a film as the command does; `folder` keeps its pieces."""
    with tempfile.TemporaryDirectory() as temporary:
        store = FolderStore(folder or Path(temporary))
        chosen = VideoOptions(**options)
        run = FilmRun(
            source,
            sha256_of(source),
            stages,
            chosen,
            CODECS[codec],
            VideoBounds(),
            store,
            on_progress,
            piece_frames,
            frames_ahead=frames_ahead,
        )
        return asyncio.run(run.run(target, target.suffix[1:]))
