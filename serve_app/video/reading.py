"""Frames from the decoder's process, as they are asked for."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from serve_app.video.decoder import HEADER, REFUSED
from serve_app.video.film import Film, UnusableVideo, VideoBounds

_ROOT = Path(__file__).resolve().parents[2]
_PIECE = 1 << 20


@dataclass(frozen=True)
class Frame:
    """One picture of a film."""

    pixels: NDArray[np.uint8]
    """RGB, (H, W, 3), upright."""
    time: int
    """In units of the film's time base."""
    interlaced: bool


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
            sys.executable, "-m", module, *arguments, stdout=pipe, stderr=pipe, cwd=_ROOT
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

    async def _in_time(self, reading: Awaitable[bytes]) -> bytes:
        try:
            async with asyncio.timeout(self._max_wait_s):
                return await reading
        except TimeoutError:
            await self.close()
            raise UnusableVideo(f"The film took more than {self._max_wait_s:g} s for one step.") from None

    async def expect_success(self) -> None:
        """Wait for its end; raises UnusableVideo with what it says of the film."""
        assert self._process.stderr is not None
        said = (await self._in_time(self._process.stderr.read())).decode(errors="replace").strip()
        code = await self._process.wait()
        if code == REFUSED:
            raise UnusableVideo(said.splitlines()[-1])
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

    def __init__(self, film: Film, decoder: Child) -> None:
        self.film = film
        self._decoder = decoder

    @classmethod
    async def open(cls, path: Path, bounds: VideoBounds) -> Self:
        """Start the decoder and read what the film is; raises UnusableVideo."""
        arguments = str(path.absolute()), json.dumps(asdict(bounds))
        decoder = await Child.start("serve_app.video.decoder", *arguments, max_wait_s=bounds.max_frame_s)
        try:
            line = await decoder.line()
            if not line:
                await decoder.expect_success()
                raise UnusableVideo("The film has no frame that can be decoded.")
        except BaseException:
            await decoder.close()
            raise
        return cls(Film.from_json(line), decoder)

    async def frames(self) -> AsyncIterator[Frame]:
        """Every frame, in the order of time; raises UnusableVideo where the film ends in damage, or stops."""
        shape = self.film.height, self.film.width, 3
        while (header := await self._decoder.exactly(HEADER.size)) is not None:
            time, interlaced = HEADER.unpack(header)
            body = await self._decoder.exactly(shape[0] * shape[1] * shape[2])
            if body is None:
                break
            yield Frame(np.frombuffer(body, np.uint8).reshape(shape), time, bool(interlaced))
        await self._decoder.expect_success()

    async def close(self) -> None:
        """End the decoder."""
        await self._decoder.close()
