"""The process that opens a film: `python -m serve_app.video.decoder PATH BOUNDS`.

A film that crashes or stops FFmpeg costs this process alone. On standard output: the Film as a line of JSON, then for
each frame a HEADER and its RGB bytes. A film that cannot be used ends with exit code REFUSED and the reason on standard
error.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

import av
import numpy as np
from av.error import FFmpegError

from serve_app.video.film import Film, UnusableVideo, VideoBounds

HEADER = struct.Struct("<qB")
"""Time in units of the time base; 1 where the frame is interlaced."""
REFUSED = 3
_MAX_MEMORY = 4 << 30
_MAX_DAMAGED = 100
"""Packets in a row that cannot be decoded."""
_COLOR = ("color_range", "color_primaries", "color_trc", "colorspace")
_BT601, _BT709 = 5, 1
_UNSPECIFIED = 2
_HD_HEIGHT = 720
"""From this height on, films that do not say are taken as BT.709, as players do."""


def probe(container: Any, bounds: VideoBounds) -> Film:
    """The film's description; raises UnusableVideo where it has no video or is beyond the bounds."""
    if len(container.streams) > bounds.max_streams:
        raise UnusableVideo(
            f"The file has {len(container.streams)} streams; at most {bounds.max_streams} are accepted."
        )
    if not container.streams.video:
        raise UnusableVideo("The file has no video.")
    stream = container.streams.video[0]
    context = stream.codec_context
    if not context.width or not context.height:
        raise UnusableVideo("The video does not say how large it is.")
    if context.width * context.height > bounds.max_pixels:
        raise UnusableVideo(
            f"A frame has {context.width}x{context.height} pixels; at most {bounds.max_pixels / 1e6:g} megapixels are "
            "accepted."
        )
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    seconds = _seconds(container, stream)
    frames = stream.frames or int(seconds * rate)
    if seconds > bounds.max_seconds:
        raise UnusableVideo(f"The film takes {seconds:.0f} s; at most {bounds.max_seconds:g} are accepted.")
    if frames > bounds.max_frames:
        raise UnusableVideo(f"The film has {frames} frames; at most {bounds.max_frames} are accepted.")
    return Film(
        context.width,
        context.height,
        stream.time_base or 1 / rate,
        rate,
        frames,
        context.name,
        aspect=stream.sample_aspect_ratio or Fraction(1),
        color={name: int(getattr(context, name)) for name in _COLOR},
    )


def _seconds(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else 0.0


def frames_of(container: Any) -> Iterator[Any]:
    """Decoded frames. A damaged packet is left out, as players do; many in a row are an error."""
    damaged = 0
    for packet in container.demux(container.streams.video[0]):
        try:
            yield from packet.decode()
            damaged = 0
        except FFmpegError as error:
            damaged += 1
            if damaged > _MAX_DAMAGED:
                raise UnusableVideo(f"The film is damaged: {error.strerror}.") from None


def _write(path: str, bounds: VideoBounds, output: BinaryIO) -> None:
    with av.open(path, metadata_errors="replace") as container:
        film = probe(container, bounds)
        container.streams.video[0].thread_type = "AUTO"
        last: int | None = None
        for count, frame in enumerate(frames_of(container), 1):
            if count == 1:
                film = _as_shown(film, frame)
                output.write(film.to_json().encode() + b"\n")
            if count > bounds.max_frames:
                raise UnusableVideo(f"The film has more than {bounds.max_frames} frames.")
            step = round(1 / (film.rate * film.time_base)) or 1
            time = frame.pts if frame.pts is not None else (0 if last is None else last + step)
            if last is not None and time <= last:
                time = last + 1  # encoders need times that grow
            last = time
            pixels = _upright(_rgb(frame), film.rotation)
            if pixels.shape[:2] != (film.height, film.width):
                raise UnusableVideo("The size of the frames changes in the middle of the film.")
            output.write(HEADER.pack(time, frame.interlaced_frame))
            output.write(pixels.tobytes())
        if last is None:
            raise UnusableVideo("The film has no frame that can be decoded.")


def _as_shown(film: Film, frame: Any) -> Film:
    turned = int(frame.rotation) % 360
    size = (film.height, film.width) if turned in (90, 270) else (film.width, film.height)
    aspect = 1 / film.aspect if turned in (90, 270) else film.aspect
    return Film(*size, film.time_base, film.rate, film.frames, film.codec, turned, aspect, film.color)


def _rgb(frame: Any) -> np.ndarray[Any, Any]:
    source = int(frame.colorspace)
    if source == _UNSPECIFIED:
        source = _BT709 if frame.height >= _HD_HEIGHT else _BT601
    return np.asarray(frame.reformat(format="rgb24", src_colorspace=source).to_ndarray())


def _upright(pixels: np.ndarray[Any, Any], rotation: int) -> np.ndarray[Any, Any]:
    """`rotation` is FFmpeg's: counterclockwise, in quarters."""
    return np.ascontiguousarray(np.rot90(pixels, rotation // 90))


def main() -> int:
    """See the module."""
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path, bounds = sys.argv[1], VideoBounds(**json.loads(sys.argv[2]))
    try:
        _write(path, bounds, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except UnusableVideo as error:
        print(error, file=sys.stderr)
        return REFUSED
    except FFmpegError as error:
        print(f"The file is damaged, or no film: {error.strerror}.", file=sys.stderr)
        return REFUSED
    except MemoryError:
        print("Decoding the film takes too much memory.", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        sys.stderr.close()  # nobody listens
    return 0


if __name__ == "__main__":
    sys.exit(main())
