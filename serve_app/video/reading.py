"""Frames from the decoder's process, as they are asked for."""

from __future__ import annotations

import asyncio
import json
import math
import signal
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from serve_app.video.decoder import HEADER, INTERLACED, KEY, REFUSED, UNCERTAIN
from serve_app.video.film import THUMBNAIL, Film, UnusableVideo, VideoBounds, Wanted

ALL = Wanted()
_ROOT = Path(__file__).resolve().parents[2]
_PIECE = 1 << 20
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Frame:
    """One picture of a film."""

    pixels: NDArray[np.uint8]
    """RGB, (H, W, 3), upright."""
    time: int
    """In units of the film's time base."""
    duration: int
    """In the same units; 0 where the film does not say."""
    interlaced: bool
    key: bool
    """Decoding may begin here."""
    uncertain: bool
    """Its time is a guess."""


class Child:
    """A process of ours that opens a file from outside, and that is killed where it takes too long."""

    def __init__(self, process: asyncio.subprocess.Process, max_wait_s: float) -> None:
        self._process = process
        self._max_wait_s = max_wait_s

    @classmethod
    async def start(cls, module: str, *arguments: str, max_wait_s: float) -> Self:
        """Run `python -m module arguments`."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, stdin=pipe, stdout=pipe, stderr=pipe, cwd=_ROOT
        )
        return cls(process, max_wait_s)

    async def line(self) -> bytes:
        """The next line; empty at the end."""
        assert self._process.stdout is not None
        return await self._in_time(self._process.stdout.readline())

    async def exactly(self, size: int) -> bytes | None:
        """That many bytes; None where there are fewer."""
        assert self._process.stdout is not None
        try:
            return await self._in_time(self._process.stdout.readexactly(size))
        except asyncio.IncompleteReadError:
            return None

    async def _in_time(self, step: Awaitable[_Result]) -> _Result:
        try:
            async with asyncio.timeout(self._max_wait_s):
                return await step
        except TimeoutError:
            await self.close()
            raise UnusableVideo(f"The film took more than {self._max_wait_s:g} s for one step.") from None

    async def give(self, data: bytes) -> None:
        """Write to its standard input; where it no longer reads, `expect_success` will say why."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, ConnectionResetError):
            self._process.stdin.write(data)
            await self._in_time(self._process.stdin.drain())

    def give_no_more(self) -> None:
        """Close its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    async def expect_success(self) -> None:
        """Wait for its end; raises UnusableVideo with what it says of the film."""
        assert self._process.stderr is not None
        said = (await self._in_time(self._process.stderr.read())).decode(errors="replace").strip()
        code = await self._process.wait()
        if code == REFUSED:
            raise UnusableVideo(said.splitlines()[-1])
        if code == -signal.SIGXCPU:
            raise UnusableVideo("Decoding the film takes longer than is accepted.")
        if code != 0:
            raise UnusableVideo(f"The film crashed the decoder (exit code {code}).")

    async def close(self) -> None:
        """End it, wherever it is."""
        if self._process.returncode is None:
            self._process.kill()
        for pipe in (self._process.stdout, self._process.stderr):
            while pipe is not None and await pipe.read(_PIECE):
                pass  # asyncio reports the end only once the pipes are empty
        await self._process.wait()


class FilmReader:
    """A film that is decoded elsewhere. Nothing is read ahead but what fits into a pipe: the decoder waits for us."""

    def __init__(self, film: Film, decoder: Child, wanted: Wanted) -> None:
        self.film = film
        self._decoder = decoder
        self._shape = (*THUMBNAIL[::-1], 3) if wanted.thumbnails else (film.height, film.width, 3)

    @classmethod
    async def open(cls, path: Path, bounds: VideoBounds, wanted: Wanted = ALL) -> Self:
        """Start the decoder and read what the film is; raises UnusableVideo."""
        arguments = str(path.absolute()), *(json.dumps(asdict(each)) for each in (bounds, wanted))
        decoder = await Child.start("serve_app.video.decoder", *arguments, max_wait_s=bounds.max_frame_s)
        try:
            line = await decoder.line()
            if not line:
                await decoder.expect_success()
                raise UnusableVideo("The film has no frame that can be decoded.")
        except BaseException:
            await decoder.close()
            raise
        return cls(Film.from_json(line), decoder, wanted)

    async def frames(self) -> AsyncIterator[Frame]:
        """Every frame, in the order of time; raises UnusableVideo where the film ends in damage, or stops."""
        size = math.prod(self._shape)
        while (header := await self._decoder.exactly(HEADER.size)) is not None:
            time, duration, flags = HEADER.unpack(header)
            body = await self._decoder.exactly(size)
            if body is None:
                break
            marks = [bool(flags & flag) for flag in (INTERLACED, KEY, UNCERTAIN)]
            yield Frame(np.frombuffer(body, np.uint8).reshape(self._shape), time, duration, *marks)
        await self._decoder.expect_success()

    async def close(self) -> None:
        """End the decoder."""
        await self._decoder.close()
