"""Encodes the restored frames, and joins them with what else the original has: sound, subtitles, chapters, names."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from serve_app.video.decoder import REFUSED
from serve_app.video.film import Film


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
_RGB_SPACE, _FULL_RANGE = 0, 2
_UNSPECIFIED, _BT601, _BT709, _HD_HEIGHT = 2, 5, 1, 720


class FilmEncoder:
    """Writes frames with the times, the color and the pixels' shape of the film they came from."""

    def __init__(self, path: Path, film: Film, width: int, height: int, codec: VideoCodec) -> None:
        """`width` and `height` are the encoded frames'."""
        self._film, self._codec, self._size = film, codec, (width, height)
        self._output = av.open(str(path), "w", format=FORMATS[path.suffix[1:]])
        self._stream: Any = self._output.add_stream(codec.encoder, rate=film.rate, options=dict(codec.options))
        context: Any = self._stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, codec.pixels
        context.time_base = film.time_base
        context.sample_aspect_ratio = film.aspect
        self._color = film.color | _as_encoded(film, height, codec)
        for name, value in self._color.items():
            setattr(context, name, value)

    def add(self, pixels: NDArray[np.uint8], time: int) -> None:
        """Encode one frame of RGB; times grow."""
        width, height = self._size
        source = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:height, :width]), format="rgb24")
        frame = source.reformat(
            format=self._codec.pixels,
            dst_colorspace=self._color["colorspace"],
            dst_color_range=self._color["color_range"] or 1,
        )
        for name, value in self._color.items():
            setattr(frame, name, value)
        frame.pts, frame.time_base = time, self._film.time_base
        for packet in self._stream.encode(frame):
            self._output.mux(packet)

    def close(self) -> None:
        """Write what is left."""
        for packet in self._stream.encode(None):
            self._output.mux(packet)
        self._output.close()


def _as_encoded(film: Film, height: int, codec: VideoCodec) -> dict[str, int]:
    """The matrix and range that the pixels are encoded in: the film's, or what players assume where it does not say."""
    if codec.pixels == "bgr0":
        return {"colorspace": _RGB_SPACE, "color_range": _FULL_RANGE}
    space = film.color.get("colorspace", _UNSPECIFIED)
    if space in (_UNSPECIFIED, _RGB_SPACE):
        # Said outright: enlarged, a film in BT.601 would otherwise pass for one in BT.709.
        space = _BT709 if min(film.width, film.height) >= _HD_HEIGHT else _BT601
    return {"colorspace": space, "color_range": film.color.get("color_range", 0)}


def join(original: Path, part: Path, target: Path, container: str) -> list[str]:
    """Write `target`: the video of `part` with the sound, subtitles, chapters and names of `original`.

    Returns what `target` cannot hold. Nothing is decoded: packets keep their bytes and their times.
    """
    left_out = []
    with av.open(str(original), metadata_errors="replace") as film, av.open(str(part)) as video:
        options = {"movflags": "faststart"} if container == "mp4" else {}
        with av.open(str(target), "w", format=FORMATS[container], options=options) as output:
            output.metadata.update(film.metadata)
            pairs: dict[Any, Any] = {
                video.streams.video[0]: output.add_stream_from_template(video.streams.video[0], opaque=True)
            }
            names = film.streams.video[0].metadata if film.streams.video else {}
            pairs[video.streams.video[0]].metadata.update(names)
            for stream in [*film.streams.video[1:], *film.streams.audio, *film.streams.subtitles]:
                try:
                    pairs[stream] = output.add_stream_from_template(stream, opaque=True)
                    pairs[stream].metadata.update(stream.metadata)
                except (ValueError, FFmpegError) as error:
                    left_out.append(f"{stream.type} stream {stream.index} ({error})")
            output.set_chapters(film.chapters())
            sources = [
                _packets(each, [stream for stream in pairs if stream.container is each]) for each in (video, film)
            ]
            for _, _, packet in heapq.merge(*sources, key=lambda item: item[:2]):
                packet.stream = pairs[packet.stream]
                output.mux(packet)
    return left_out


def _packets(container: Any, streams: list[Any]) -> Iterator[tuple[Fraction, int, Any]]:
    """Packets by their time of decoding."""
    if not streams:
        return
    for number, packet in enumerate(container.demux(streams)):
        if packet.dts is not None:
            yield packet.dts * packet.time_base, number, packet


def main() -> int:
    """`python -m serve_app.video.encoder ORIGINAL PART TARGET CONTAINER`: the process that joins, one line a loss."""
    original, part, target, container = sys.argv[1:]
    try:
        for line in join(Path(original), Path(part), Path(target), container):
            print(line)
    except FFmpegError as error:
        print(f"The sound and the rest of the original cannot be joined: {error.strerror}.", file=sys.stderr)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
