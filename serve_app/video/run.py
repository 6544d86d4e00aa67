"""One film from file to file: decode, restore and encode at the same time, joined by queues that hold a few frames."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serve_app.pipeline.stages import StageClient
from serve_app.pipeline.threads import PixelThreads
from serve_app.video.encoder import CODECS, FilmEncoder, VideoCodec
from serve_app.video.film import Film, UnusableVideo, VideoBounds
from serve_app.video.reading import Child, FilmReader, Frame
from serve_app.video.restoring import FilmFigures, FilmRestorer, VideoOptions

QUEUED_FRAMES = 2
"""Between two steps: enough that none waits for another's next frame, and all that a film takes in memory."""
_MAX_JOIN_S = 600.0
_END = None


@dataclass
class FilmReport:
    """What became of a film."""

    film: Film
    width: int
    height: int
    figures: FilmFigures
    interlaced: int = 0
    """Frames that say so; they were restored as they are."""
    left_out: list[str] = field(default_factory=list)
    """Streams that the container of the result cannot hold."""

    def as_dict(self) -> dict[str, Any]:
        """For a report: plain values, the similarities as their mean and least."""
        figures = dict(vars(self.figures))
        similarities = figures.pop("similarities")
        figures["identity_mean"] = round(float(np.mean(similarities)), 4) if similarities else None
        figures["identity_least"] = round(min(similarities), 4) if similarities else None
        film = {"codec": self.film.codec, "rate": str(self.film.rate), "rotation": self.film.rotation}
        notes = {"interlaced_frames": self.interlaced, "left_out": self.left_out}
        return {"width": self.width, "height": self.height, "film": film, **figures, **notes}


async def restore_film(
    original: Path,
    target: Path,
    stages: StageClient,
    options: VideoOptions,
    codec: VideoCodec,
    container: str,
    bounds: VideoBounds,
    on_progress: Callable[[int, int], None],
) -> FilmReport:
    """Restore `original` and write `target`, which exists only in parts if this fails: callers give it a hidden name.

    `on_progress` gets frames done and frames in all, which is an estimate. Raises UnusableVideo, or a StageError.
    """
    reader = await FilmReader.open(original, bounds)
    try:
        width, height = (
            _encodable(side * options.upscale_factor, codec) for side in (reader.film.width, reader.film.height)
        )
        if width * height > bounds.max_pixels:
            raise UnusableVideo(f"The result would have {width}x{height} pixels; choose a smaller upscale factor.")
        threads = PixelThreads()
        restorer = FilmRestorer(stages, options, threads)
        report = FilmReport(reader.film, width, height, restorer.figures)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
            part = Path(folder) / f"video.{codec.containers[0]}"
            encoder = FilmEncoder(part, reader.film, width, height, codec)
            try:
                await _flow(reader, restorer, encoder, report, on_progress)
            finally:
                await asyncio.to_thread(encoder.close)
            report.left_out = await _joined(original, part, target, container)
        return report
    finally:
        await reader.close()


async def _flow(
    reader: FilmReader,
    restorer: FilmRestorer,
    encoder: FilmEncoder,
    report: FilmReport,
    on_progress: Callable[[int, int], None],
) -> None:
    """Every frame through every step. A step that fails ends the others; its error is raised as it is."""
    read: asyncio.Queue[Frame | None] = asyncio.Queue(QUEUED_FRAMES)
    restored: asyncio.Queue[tuple[NDArray[np.uint8], int] | None] = asyncio.Queue(QUEUED_FRAMES)

    async def decode() -> None:
        async for frame in reader.frames():
            report.interlaced += frame.interlaced
            await read.put(frame)
        await read.put(_END)

    async def restore() -> None:
        async for frame in _each(read):
            pixels = await restorer.restore(frame.pixels, float(frame.time * reader.film.time_base))
            await restored.put((pixels, frame.time))
        await restored.put(_END)

    async def encode() -> None:
        done = 0
        async for pixels, time in _each(restored):
            await asyncio.to_thread(encoder.add, pixels, time)
            done += 1
            on_progress(done, max(done, reader.film.frames))

    try:
        async with asyncio.TaskGroup() as group:
            for step in (decode, restore, encode):
                group.create_task(step())
    except* Exception as errors:
        raise errors.exceptions[0] from None


async def _each(queue: asyncio.Queue[Any]) -> AsyncIterator[Any]:
    while (item := await queue.get()) is not _END:
        yield item


async def _joined(original: Path, part: Path, target: Path, container: str) -> list[str]:
    paths = [str(path.absolute()) for path in (original, part, target)]
    child = await Child.start("serve_app.video.encoder", *paths, container, max_wait_s=_MAX_JOIN_S)
    lines = []
    try:
        while line := await child.line():
            lines.append(line.decode(errors="replace").strip())
        await child.expect_success()
    finally:
        await child.close()
    return lines


def _encodable(side: int, codec: VideoCodec) -> int:
    """Most codecs halve the resolution of color, so an odd row or column at the edge is left out."""
    return side - side % 2 if codec.even else side


def codec_for(name: str | None, container: str) -> VideoCodec:
    """The codec of that name, or the first that `container` (an extension) holds; raises KeyError where none is."""
    if name is not None and container not in CODECS[name].containers:
        raise KeyError(f"{CODECS[name].title} is written to .{' or .'.join(CODECS[name].containers)}")
    found = [each for each in CODECS.values() if container in each.containers and name in (None, each.name)]
    if not found:
        raise KeyError(f".{container} is no container for films; there are .mp4 and .mkv")
    return found[0]
