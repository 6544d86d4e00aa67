"""The process that opens a film: `python -m serve_app.video.decoder PATH BOUNDS WANTED`.

A film that crashes or stops FFmpeg costs this process alone. On standard output: the Film as a line of JSON, then for
each frame a HEADER and its RGB bytes. A film that cannot be used ends with exit code REFUSED and the reason on standard
error.
"""

from __future__ import annotations

import json
import math
import resource
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, BinaryIO

import numpy as np
from av.error import BlockingIOError, EOFError, FFmpegError
from av.filter import Graph
from av.video.reformatter import Interpolation

from serve_app.video.clock import Clock
from serve_app.video.colors import EXACT, UNSPECIFIED, assumed_space
from serve_app.video.film import THUMBNAIL, Film, UnusableVideo, VideoBounds, Wanted
from serve_app.video.probing import as_shown, open_film, pictures_of, probe

HEADER = struct.Struct("<qqB")
"""Time and duration in units of the time base, 0 where it has none; flags."""
INTERLACED, KEY, UNCERTAIN = 1, 2, 4
"""Flags of a frame: it has two fields; decoding may begin here; its time is a guess, because the film's own is none."""
REFUSED = 3
_MAX_MEMORY = 4 << 30
_MAX_DAMAGED = 100
"""Packets in a row that cannot be decoded."""


class CannotEnter(Exception):
    """The container leads to no key frame before the wanted time."""


def decoded(container: Any, clock: Clock) -> Iterator[Any]:
    """Frames. A damaged packet is left out, as players do; many in a row are an error."""
    damaged = 0
    for packet in clock.packets([pictures_of(container)]):
        try:
            yield from packet.decode()
            damaged = 0
        except FFmpegError as error:
            damaged += 1
            if damaged > _MAX_DAMAGED:
                raise UnusableVideo(f"The film is damaged: {error.strerror}.") from None


def deinterlaced(frames: Iterator[Any], stream: Any) -> Iterator[Any]:
    """One frame for each; those that are interlaced are made whole from both fields and their neighbors (bwdif)."""
    graph = Graph()
    source = graph.add_buffer(template=stream, time_base=stream.time_base)
    weave = graph.add("bwdif", "mode=send_frame:deint=interlaced")
    sink = graph.add("buffersink")
    source.link_to(weave)
    weave.link_to(sink)
    graph.configure()
    for frame in chain(frames, [None]):  # None: there are no more
        source.push(frame)
        while True:
            try:
                yield sink.pull()
            except (BlockingIOError, EOFError):
                break


def timed(frames: Iterator[Any], film: Film, clock: Clock) -> Iterator[tuple[Any, int, bool]]:
    """Frames with their times, which grow as encoders need it, and whether that is a guess."""
    step = round(1 / (film.rate * film.time_base)) or 1
    last: int | None = None
    for frame in frames:
        declared = None if frame.pts is None else round(frame.pts * frame.time_base / film.time_base)
        time = declared if declared is not None else (0 if last is None else last + step)
        if last is not None and time <= last:
            time = last + 1
        last = time
        yield frame, time, time != declared or clock.restarted


def _write(path: str, bounds: VideoBounds, wanted: Wanted, output: BinaryIO) -> None:
    with open_film(path) as container:
        film = probe(container, bounds)
        stream = pictures_of(container)
        stream.thread_type = "AUTO"
        clock = Clock(container)
        if wanted.seek and wanted.start is not None:
            container.seek(wanted.start + round(clock.origin / film.time_base), stream=stream)
        frames = decoded(container, clock)
        if wanted.deinterlace:
            frames = deinterlaced(frames, stream)
        count = begin = 0
        for count, (frame, time, guessed) in enumerate(timed(frames, film, clock), 1):
            if count == 1:
                if wanted.seek and wanted.start is not None and time > wanted.start:
                    raise CannotEnter
                film, begin = as_shown(film, frame), time
                output.write(film.to_json().encode() + b"\n")
            if count > bounds.max_frames:
                raise UnusableVideo(f"The film has more than {bounds.max_frames} frames.")
            lasts = max(0, round((frame.duration or 0) * frame.time_base / film.time_base))
            if (time + lasts - begin) * film.time_base > bounds.max_seconds:
                raise UnusableVideo(f"The film takes more than {bounds.max_seconds:g} s.")
            if wanted.end is not None and time >= wanted.end:
                return
            if wanted.start is None or time >= wanted.start:
                flags = INTERLACED * frame.interlaced_frame | KEY * frame.key_frame | UNCERTAIN * guessed
                output.write(HEADER.pack(time, lasts, flags))
                output.write(_pixels(frame, film, wanted))
        if count == 0 and wanted.seek:
            raise CannotEnter
        if count == 0:
            raise UnusableVideo("The film has no frame that can be decoded.")


def _pixels(frame: Any, film: Film, wanted: Wanted) -> bytes:
    turned = film.rotation in (90, 270)
    if (frame.height, frame.width) != ((film.width, film.height) if turned else (film.height, film.width)):
        raise UnusableVideo("The size of the frames changes in the middle of the film.")
    if wanted.thumbnails:
        small = frame.reformat(*THUMBNAIL, format="rgb24", interpolation=Interpolation.AREA)
        return np.asarray(small.to_ndarray()).tobytes()
    return np.ascontiguousarray(np.rot90(_rgb(frame), film.rotation // 90)).tobytes()  # FFmpeg turns counterclockwise


def _rgb(frame: Any) -> np.ndarray[Any, Any]:
    source = int(frame.colorspace)
    if source == UNSPECIFIED:
        source = assumed_space(frame.width, frame.height)
    return np.asarray(frame.reformat(format="rgb24", src_colorspace=source, interpolation=EXACT).to_ndarray())


def bound_resources(cpu_s: float | None = None) -> None:
    """What this process may take; nothing of it is written where it crashes. Beyond `cpu_s` the kernel kills it."""
    if cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(cpu_s), math.ceil(cpu_s) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """See the module."""
    path, bounds, wanted = sys.argv[1], VideoBounds(**json.loads(sys.argv[2])), Wanted(**json.loads(sys.argv[3]))
    bound_resources(bounds.max_decode_s)
    try:
        try:
            _write(path, bounds, wanted, sys.stdout.buffer)
        except CannotEnter:
            _write(path, bounds, replace(wanted, seek=False), sys.stdout.buffer)
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
