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
from serve_app.video.restoring import FilmRestorer, Prepared, VideoOptions

QUEUED_FRAMES = 2
"""Between two steps: enough that none waits for another's next frame, and all that a film takes in memory."""
FRAMES_AHEAD = 2
"""That are prepared at a time: the stages have work while a frame is finished."""
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
    frames_ahead: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the result; most codecs halve the resolution of color and need even ones."""
        width, height = self._whole
        return (width - width % 2, height - height % 2) if self.codec.even else (width, height)

    @property
    def left_out(self) -> list[str]:
        """What the film has and the frames of the result have not."""
        edge = [] if self.size == self._whole else ["the last row or column of pixels (the codec has even sides)"]
        return self.film.left_out + edge

    @property
    def _whole(self) -> tuple[int, int]:
        return self.film.width * self.options.upscale_factor, self.film.height * self.options.upscale_factor


async def do_piece(work: Work, piece: Piece, restorer: FilmRestorer, on_frame: Callable[[], None]) -> bytes:
    """The encoded piece. Raises UnusableVideo where the decoder gives other frames than were planned."""
    wanted = piece.wanted(work.seek and not work.options.deinterlace, work.options.deinterlace)
    encoder = PieceEncoder(work.film, piece.start, *work.size, work.codec)
    reader = await FilmReader.open(work.source, work.bounds, wanted)
    try:
        done = await _flow(reader, restorer, encoder, piece, work.frames_ahead, on_frame)
    except BaseException:
        await asyncio.to_thread(encoder.finish)
        raise
    finally:
        await reader.close()
    if done != piece.frames:
        raise UnusableVideo(f"The film gave {done} frames where it had given {piece.frames} before.")
    return await asyncio.to_thread(encoder.finish)


async def _flow(
    reader: FilmReader,
    restorer: FilmRestorer,
    encoder: PieceEncoder,
    piece: Piece,
    ahead: int,
    on_frame: Callable[[], None],
) -> int:
    """Every frame through every step. A step that fails ends the others; its error is raised as it is."""
    read: asyncio.Queue[Frame | None] = asyncio.Queue(QUEUED_FRAMES)
    prepared: asyncio.Queue[tuple[Frame, asyncio.Task[Prepared] | None] | None] = asyncio.Queue()
    restored: asyncio.Queue[tuple[NDArray[np.uint8], int] | None] = asyncio.Queue(QUEUED_FRAMES)
    free = asyncio.Semaphore(ahead)
    done = 0

    async def decode() -> None:
        async for frame in reader.frames():
            await read.put(frame)
        await read.put(_END)

    async def prepare() -> None:
        async for frame in _each(read):
            await free.acquire()
            again = await restorer.is_again(frame.pixels, frame.time in piece.cuts)
            await prepared.put((frame, None if again else group.create_task(restorer.prepare(frame.pixels))))
        await prepared.put(_END)

    async def finish() -> None:
        shots = iter(piece.gray)
        gray = next(shots) if piece.continues else False
        async for frame, task in _each(prepared):
            seconds, cut = float(frame.time * reader.film.time_base), frame.time in piece.cuts
            gray = next(shots) if cut else gray
            pixels = await restorer.finish(task and await task, seconds, cut, gray)
            free.release()
            await restored.put((pixels, frame.time))
        await restored.put(_END)

    async def encode() -> None:
        nonlocal done
        async for pixels, time in _each(restored):
            await asyncio.to_thread(encoder.add, pixels, time)
            done += 1
            on_frame()

    try:
        async with asyncio.TaskGroup() as group:
            for step in (decode, prepare, finish, encode):
                group.create_task(step())
    except* Exception as errors:
        raise errors.exceptions[0] from None
    return done


async def _each(queue: asyncio.Queue[Any]) -> AsyncIterator[Any]:
    while (item := await queue.get()) is not _END:
        yield item
