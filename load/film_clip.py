"""A short film to measure on: a portrait that moves, blurred, noisy and coded with loss, with a tone; and its truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

SAMPLE_RATE = 44_100
_FACE = 224.0, 120.0
"""The middle of the face in the portrait, x and y."""
_FACE_WIDTH = 0.30
"""Of the frame's width."""
_PORTRAIT_FACE = 105.0
"""Width of the face in the portrait, in pixels."""


def each_portrait(count: int, width: int, height: int) -> Iterator[Pixels]:
    """NASA's portrait of Eileen Collins before a hand-held camera: it drifts, tilts, and comes nearer."""
    portrait = skimage.data.astronaut()
    for number in range(count):
        phase = 2 * np.pi * number / 50
        scale = width * _FACE_WIDTH / _PORTRAIT_FACE * (1 + 0.06 * np.sin(phase))
        turn = cv2.getRotationMatrix2D(_FACE, 5 * np.sin(1.3 * phase), scale)
        turn[:, 2] += np.array([width, height]) * (0.5, 0.45) - _FACE
        turn[:, 2] += width * np.array([0.10 * np.sin(0.9 * phase + 0.4), 0.04 * np.cos(1.7 * phase)])
        frame = cv2.warpAffine(
            portrait, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
        )
        yield np.asarray(frame, np.uint8)


def moving_portrait(count: int, width: int, height: int) -> list[Pixels]:
    """All of `each_portrait`."""
    return list(each_portrait(count, width, height))


def each_worn(
    frames: Iterable[Pixels], width: int, height: int, sigma: float = 1.2, noise: float = 5.0
) -> Iterator[Pixels]:
    """What an old camera made of them: (height, width), blurred by `sigma` pixels, with `noise`, of 255, of its own."""
    chance = np.random.default_rng(18)
    for frame in frames:
        small = cv2.GaussianBlur(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), (0, 0), sigma)
        yield np.clip(small + chance.normal(0, noise, small.shape), 0, 255).astype(np.uint8)


def worn(frames: list[Pixels], width: int, height: int) -> list[Pixels]:
    """All of `each_worn`."""
    return list(each_worn(frames, width, height))


def write_clip(path: Path, frames: Iterable[Pixels], rate: int = 25, crf: int = 24) -> None:
    """As H.264 with a tone of 440 Hz that begins and ends with the picture."""
    rest = iter(frames)
    first = next(rest)
    height, width = first.shape[:2]
    count = 0
    with av.open(str(path), "w") as output:
        video: Any = output.add_stream("libx264", rate=rate, options={"crf": str(crf)})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        audio: Any = output.add_stream("aac", rate=SAMPLE_RATE)
        for count, pixels in enumerate(chain([first], rest), 1):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = count - 1, Fraction(1, rate)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        wave = np.sin(np.arange(SAMPLE_RATE * count // rate) * 2 * np.pi * 440 / SAMPLE_RATE)
        tone = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None] * 0.3, format="fltp", layout="mono")
        tone.sample_rate, tone.pts = SAMPLE_RATE, 0
        output.mux(audio.encode(tone))
        output.mux(audio.encode(None))


def frames_of(path: Path) -> tuple[list[Pixels], list[Fraction]]:
    """Every frame in RGB, and its time in seconds."""
    frames, times = [], []
    with av.open(str(path)) as film:
        for frame in film.decode(film.streams.video[0]):
            assert frame.pts is not None and frame.time_base is not None
            frames.append(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
            times.append(frame.pts * frame.time_base)
    return frames, times
