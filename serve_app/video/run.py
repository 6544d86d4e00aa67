"""One film from file to file: planned, done piece by piece, joined. Finished pieces are kept and not done again.

Several may work on one film: each takes a chain of pieces for as long as it works on one of them.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deployments.imaging.xmp import xmp_of_result
from deployments.stages import StageName
from serve_app import __version__
from serve_app.pipeline.provenance import Provenance
from serve_app.pipeline.stages import StageClient
from serve_app.pipeline.threads import PixelThreads
from serve_app.video.encoder import CODECS, VideoCodec
from serve_app.video.film import UnusableVideo, VideoBounds
from serve_app.video.joiner import HEADER, WITH, WITHOUT
from serve_app.video.keeping import PieceStore, ShareLost
from serve_app.video.packing import pack, unpack
from serve_app.video.piece import FRAMES_AHEAD, Work, do_piece
from serve_app.video.plan import Piece, Plan, plan_film
from serve_app.video.reading import Child
from serve_app.video.report import FilmReport
from serve_app.video.restoring import FilmFigures, FilmRestorer, VideoOptions

ORIGINAL_TYPE = "application/octet-stream"
"""Of films, whose container FFmpeg finds without being told."""
_MAX_JOIN_S = 600.0
_POLL_S = 0.25
_PIECE_LAYOUT = 6
"""Of what is kept of a piece; pieces of another are not taken up."""


def key_of(source_digest: str, options: VideoOptions, codec: VideoCodec, models: Any) -> str:
    """Names a film with all that decides on its pixels: pieces kept under it belong to no other."""
    parts = [source_digest, asdict(options), asdict(codec), models, __version__, _PIECE_LAYOUT]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def sha256_of(source: Path) -> str:
    """Of a file, in hexadecimal."""
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class FilmRun:
    """One attempt at a film; another may go on with what this one has kept in `store`, and others may help with it."""

    def __init__(
        self,
        source: Path,
        digest: str,
        stages: StageClient,
        options: VideoOptions,
        codec: VideoCodec,
        bounds: VideoBounds,
        store: PieceStore,
        on_progress: Callable[[int, int], None],
        piece_frames: int | None = None,
        on_plan: Callable[[Plan], Awaitable[None]] | None = None,
        frames_ahead: int = FRAMES_AHEAD,
    ) -> None:
        """`digest` is the source's SHA-256; `on_progress` gets frames done and frames in all.

        `piece_frames` is about how many a piece has; None: by the size of the result. `on_plan` may call for help. The
        stages get `frames_ahead` at a time.
        """
        self._source, self._digest, self._stages, self._options = source, digest, stages, options
        self._codec, self._bounds, self._store, self._on_progress = codec, bounds, store, on_progress
        self._threads = PixelThreads()
        self._piece_frames, self._on_plan, self._frames_ahead = piece_frames, on_plan, frames_ahead
        self._figures, self._kept, self._done, self._told = FilmFigures(), 0, 0, 0

    async def run(self, target: Path, container: str) -> FilmReport:
        """Write `target`, which exists only in parts if this fails: callers give it a hidden name.

        Raises UnusableVideo, or a StageError.
        """
        plan = await self._plan()
        resumed = len(plan.pieces) - len(await self._missing(plan))
        if self._on_plan is not None:
            await self._on_plan(plan)
        while await self._missing(plan):
            if not await self._do_one(plan):
                await asyncio.sleep(_POLL_S)  # others work on all that is left
        for piece in plan.pieces:
            self._figures.add(FilmFigures(**unpack(await self._kept_of(_figures_name(piece)))))
        work = self._work(plan)
        deinterlaced = self._options.deinterlace and plan.interlaced > 0
        report = FilmReport(plan, *work.size, self._figures, resumed, deinterlaced)
        xmp = xmp_of_result(None, True, self.made().mark()) or b""
        report.left_out = work.left_out + await self._joined(plan, target, container, xmp)
        return report

    async def help(self) -> bool:
        """Do one piece of a film that another works on; False where there is none to be done."""
        kept = await self._store.get("plan")
        return kept is not None and await self._do_one(Plan.from_tree(unpack(kept)))

    def made(self) -> Provenance:
        """How the result was made; once `run` has returned."""
        models = self._figures.models
        restorers, upscalers = (tuple(models.get(stage, ())) for stage in (StageName.RESTORER, StageName.UPSCALER))
        restored = self._figures.restored > 0 and self._options.strength > 0
        resized = self._options.upscale_factor > 1
        return Provenance(self._digest, ORIGINAL_TYPE, restorers, upscalers, restored=restored, resized=resized)

    async def _plan(self) -> Plan:
        kept = await self._store.get("plan")
        if kept is not None:
            return Plan.from_tree(unpack(kept))
        plan = await plan_film(self._source, self._bounds, self._options.upscale_factor, self._piece_frames)
        if await self._store.take("plan"):
            await self._store.put("plan", pack(plan.as_tree()))
            await self._store.release()
        return plan

    def _work(self, plan: Plan) -> Work:
        work = Work(self._source, plan.film, plan.seek, self._bounds, self._options, self._codec, self._frames_ahead)
        width, height = work.size
        if width * height > self._bounds.max_pixels:
            raise UnusableVideo(f"The result would have {width}x{height} pixels; choose a smaller upscale factor.")
        return work

    async def _missing(self, plan: Plan) -> list[Piece]:
        """What nobody has finished; tells how far the film is."""
        names = await self._store.names()
        missing = [piece for piece in plan.pieces if _name(piece) not in names]
        self._kept, self._done = plan.film.frames - sum(piece.frames for piece in missing), 0
        self._tell(plan)
        return missing

    async def _do_one(self, plan: Plan) -> bool:
        """Do a piece that nobody has done and nobody works on; False where there is none."""
        missing = {piece.number for piece in await self._missing(plan)}
        for chain in plan.chains:
            if missing.isdisjoint(piece.number for piece in chain):
                continue
            if not await self._store.take(f"chain-{chain[0].number}"):
                continue
            try:
                left = await self._missing(plan)  # another may have finished one since
                piece = next((piece for piece in chain if piece in left), None)
                if piece is not None:
                    with suppress(ShareLost):  # whoever has it goes on; where the film has ended, its holder notices
                        await self._piece(plan, piece)
                    return True
            finally:
                await self._store.release()
        return False

    async def _piece(self, plan: Plan, piece: Piece) -> None:
        restorer = FilmRestorer(self._stages, self._options, self._threads)
        if piece.continues:
            restorer.resume(await self._threads.run(unpack, await self._kept_of(_state_name(piece.number - 1))))
        video = await do_piece(self._work(plan), piece, restorer, lambda: self._advance(plan))
        following = plan.pieces[piece.number + 1 : piece.number + 2]
        if following and following[0].continues:  # before the piece itself: without it nobody could go on
            await self._store.put(_state_name(piece.number), await self._threads.run(pack, restorer.state()))
        await self._store.put(_figures_name(piece), pack(vars(restorer.figures)))
        await self._store.put(_name(piece), video)
        await self._store.drop(_state_name(piece.number - 1))

    def _advance(self, plan: Plan) -> None:
        self._done += 1
        self._tell(plan)

    def _tell(self, plan: Plan) -> None:
        done = self._kept + self._done
        if done != self._told:
            self._told = done
            self._on_progress(done, plan.film.frames)

    async def _kept_of(self, name: str) -> bytes:
        kept = await self._store.get(name)
        if kept is None:
            raise UnusableVideo("A piece of the film has been removed before it was joined.")
        return kept

    async def _joined(self, plan: Plan, target: Path, container: str, xmp: bytes) -> list[str]:
        """What is left out. Sound that is damaged beyond being copied costs itself, not all that has been done."""
        try:
            return await self._join(plan, target, container, WITH, xmp)
        except UnusableVideo as error:
            with suppress(UnusableVideo):
                return await self._join(plan, target, container, WITHOUT, xmp)
            raise error

    async def _join(self, plan: Plan, target: Path, container: str, others: str, xmp: bytes) -> list[str]:
        paths = [str(path.absolute()) for path in (self._source, target)]
        last = str(plan.last_duration * plan.film.time_base), base64.b64encode(xmp).decode()
        child = await Child.start("serve_app.video.joiner", *paths, container, others, *last, max_wait_s=_MAX_JOIN_S)
        try:
            for piece in plan.pieces:
                video = await self._kept_of(_name(piece))
                begin = (piece.start * plan.film.time_base).as_integer_ratio()
                await child.give(HEADER.pack(*begin, len(video)))
                await child.give(video)
            child.give_no_more()
            lines = []
            while line := await child.line():
                lines.append(line.decode(errors="replace").strip())
            await child.expect_success()
        finally:
            await child.close()
        return lines


def _name(piece: Piece) -> str:
    return f"piece-{piece.number:05}"


def _figures_name(piece: Piece) -> str:
    return f"figures-{piece.number:05}"


def _state_name(number: int) -> str:
    """Of what is known of a shot after a piece. It has megabytes a face, and goes once the next piece is there."""
    return f"state-{number:05}"


def codec_for(name: str | None, container: str) -> VideoCodec:
    """The codec of that name, or the first that `container` (an extension) holds; raises KeyError where none is."""
    if name is not None and container not in CODECS[name].containers:
        raise KeyError(f"{CODECS[name].title} is written to .{' or .'.join(CODECS[name].containers)}")
    found = [each for each in CODECS.values() if container in each.containers and name in (None, each.name)]
    if not found:
        raise KeyError(f".{container} is no container for films; there are .mp4 and .mkv")
    return found[0]
