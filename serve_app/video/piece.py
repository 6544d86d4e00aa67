"""One piece of a film: decode, restore and encode at the same time, joined by queues that hold a few frames."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serve_app.video.encoder import PieceEncoder, VideoCodec
from serve_app.video.film import Film, UnusableVideo, VideoBounds
from serve_app.video.plan import Piece
from serve_app.video.reading import FilmReader, Frame
from serve_app.video.restoring import FilmRestorer, VideoOptions

QUEUED_FRAMES = 2
"""Between two steps: enough that none waits for another's next frame, and all that a film takes in memory."""
_END = None


@dataclass(frozen=True)
class Work:
    """What is the same for all pieces of a film."""

    source: Path
    film: Film
    seek: bool
    bounds: VideoBounds
    options: VideoOptions
    codec: VideoCodec

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the result; most codecs halve the resolution of color and need even ones."""
        width, height = (side * self.options.upscale_factor for side in (self.film.width, self.film.height))
        return (width - width % 2, height - height % 2) if self.codec.even else (width, height)


async def do_piece(work: Work, piece: Piece, restorer: FilmRestorer, on_frame: Callable[[], None]) -> bytes:
    """The encoded piece. Raises UnusableVideo where the decoder gives other frames than were planned."""
    wanted = piece.wanted(work.seek and not work.options.deinterlace, work.options.deinterlace)
    reader = await FilmReader.open(work.source, work.bounds, wanted)
    encoder = PieceEncoder(work.film, piece.start, *work.size, work.codec)
    try:
        done = await _flow(reader, restorer, encoder, piece, on_frame)
    except BaseException:
        await asyncio.to_thread(encoder.finish)
        raise
    finally:
        await reader.close()
    if done != piece.frames:
        raise UnusableVideo(f"The film gave {done} frames where it had given {piece.frames} before.")
    return await asyncio.to_thread(encoder.finish)


async def _flow(
    reader: FilmReader, restorer: FilmRestorer, encoder: PieceEncoder, piece: Piece, on_frame: Callable[[], None]
) -> int:
    """Every frame through every step. A step that fails ends the others; its error is raised as it is."""
    read: asyncio.Queue[Frame | None] = asyncio.Queue(QUEUED_FRAMES)
    restored: asyncio.Queue[tuple[NDArray[np.uint8], int] | None] = asyncio.Queue(QUEUED_FRAMES)
    done = 0

    async def decode() -> None:
        async for frame in reader.frames():
            await read.put(frame)
        await read.put(_END)

    async def restore() -> None:
        shots = iter(piece.gray)
        gray = next(shots) if piece.continues else False
        async for frame in _each(read):
            seconds, cut = float(frame.time * reader.film.time_base), frame.time in piece.cuts
            gray = next(shots) if cut else gray
            await restored.put((await restorer.restore(frame.pixels, seconds, cut, gray), frame.time))
        await restored.put(_END)

    async def encode() -> None:
        nonlocal done
        async for pixels, time in _each(restored):
            await asyncio.to_thread(encoder.add, pixels, time)
            done += 1
            on_frame()

    try:
        async with asyncio.TaskGroup() as group:
            for step in (decode, restore, encode):
                group.create_task(step())
    except* Exception as errors:
        raise errors.exceptions[0] from None
    return done


async def _each(queue: asyncio.Queue[Any]) -> AsyncIterator[Any]:
    while (item := await queue.get()) is not _END:
        yield item
