"""Encodes the restored frames of a piece of a film."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from serve_app.video.colors import EXACT, RGB_SPACE, UNSPECIFIED, assumed_space
from serve_app.video.film import Film, UnusableVideo

os.environ.setdefault("SVT_LOG", "1")  # errors alone: SVT-AV1 otherwise says a page for each piece


@dataclass(frozen=True)
class VideoCodec:
    """A codec that films may be written in."""

    name: str
    title: str
    encoder: str
    """FFmpeg's."""
    pixels: str
    """FFmpeg's format of its pixels."""
    options: dict[str, str]
    containers: tuple[str, ...]
    """Extensions of the files that hold it."""
    even: bool = True
    """Whether width and height must be even."""


CODECS: dict[str, VideoCodec] = {
    each.name: each
    for each in (
        VideoCodec("h264", "H.264", "libx264", "yuv420p", {"crf": "16", "preset": "medium"}, ("mp4", "mkv")),
        VideoCodec(
            "h265", "H.265", "libx265", "yuv420p", {"crf": "18", "x265-params": "log-level=error"}, ("mp4", "mkv")
        ),
        VideoCodec("av1", "AV1", "libsvtav1", "yuv420p10le", {"crf": "22", "preset": "8"}, ("mp4", "mkv")),
        VideoCodec("ffv1", "FFV1, lossless", "ffv1", "bgr0", {"level": "3", "slicecrc": "1"}, ("mkv",), even=False),
    )
}
FORMATS = {"mp4": "mp4", "mkv": "matroska"}
"""FFmpeg's names of the containers. MP4 keeps times as they are, Matroska rounds them to milliseconds."""
MEDIA_TYPES = {"mp4": "video/mp4", "mkv": "video/x-matroska"}
SIGNED = ("video/mp4",)
"""Files that C2PA has a place in."""
_FULL_RANGE = 2
_MAX_RATE = Fraction(240)
"""Frames a second that SVT-AV1 can be told; frames have their own times all the same."""


class PieceEncoder:
    """Encodes frames with the times, the color and the pixels' shape of the film they came from, into memory.

    The piece is an MP4, which holds all the codecs here and any time base.
    """

    def __init__(self, film: Film, start: int, width: int, height: int, codec: VideoCodec) -> None:
        """`width` and `height` are the encoded frames'; times in the piece count from `start`. Raises UnusableVideo."""
        self._film, self._codec, self._size, self._start = film, codec, (width, height), start
        self._file = io.BytesIO()
        self._output = av.open(self._file, "w", format="mp4")
        self._stream: Any = self._output.add_stream(
            codec.encoder, rate=min(film.rate, _MAX_RATE), options=dict(codec.options)
        )
        context: Any = self._stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, codec.pixels
        context.time_base = film.time_base
        context.sample_aspect_ratio = film.aspect
        self._color = film.color | _as_encoded(film, height, codec)
        for name, value in self._color.items():
            setattr(context, name, value)
        try:
            context.open()
        except FFmpegError as error:
            raise UnusableVideo(f"{codec.title} has no films of {width}x{height} pixels: {error.strerror}.") from error

    def add(self, pixels: NDArray[np.uint8], time: int) -> None:
        """Encode one frame of RGB; times grow."""
        width, height = self._size
        source = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:height, :width]), format="rgb24")
        frame = source.reformat(
            format=self._codec.pixels,
            dst_colorspace=self._color["colorspace"],
            dst_color_range=self._color["color_range"] or 1,
            interpolation=EXACT,
        )
        for name, value in self._color.items():
            setattr(frame, name, value)
        frame.pts, frame.time_base = time - self._start, self._film.time_base
        for packet in self._stream.encode(frame):
            self._output.mux(packet)

    def finish(self) -> bytes:
        """The piece."""
        for packet in self._stream.encode(None):
            self._output.mux(packet)
        self._output.close()
        return self._file.getvalue()


def _as_encoded(film: Film, height: int, codec: VideoCodec) -> dict[str, int]:
    """The matrix and range that the pixels are encoded in: the film's, or what players assume where it does not say."""
    if codec.pixels == "bgr0":
        return {"colorspace": RGB_SPACE, "color_range": _FULL_RANGE}
    space = film.color.get("colorspace", UNSPECIFIED)
    if space in (UNSPECIFIED, RGB_SPACE):
        # Said outright: enlarged, a film in BT.601 would otherwise pass for one in BT.709.
        space = assumed_space(film.width, film.height)
    return {"colorspace": space, "color_range": film.color.get("color_range", 0)}
