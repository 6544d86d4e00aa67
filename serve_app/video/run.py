"""One film from file to file: planned, done piece by piece, joined. Finished pieces are kept and not done again."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
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
from serve_app.video.joiner import HEADER
from serve_app.video.keeping import PieceStore
from serve_app.video.packing import pack, unpack
from serve_app.video.piece import Work, do_piece
from serve_app.video.plan import Piece, Plan, plan_film
from serve_app.video.reading import Child
from serve_app.video.report import FilmReport
from serve_app.video.restoring import FilmFigures, FilmRestorer, VideoOptions

ORIGINAL_TYPE = "application/octet-stream"
"""Of films, whose container FFmpeg finds without being told."""
_MAX_JOIN_S = 600.0
_PIECE_LAYOUT = 2
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
    """One attempt at a film; another may go on with what this one has kept in `store`."""

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
    ) -> None:
        """`digest` is the source's SHA-256; `on_progress` gets frames done and frames in all.

        `piece_frames` is about how many a piece has; None: by the size of the result.
        """
        self._source, self._digest, self._stages, self._options = source, digest, stages, options
        self._codec, self._bounds, self._store, self._on_progress = codec, bounds, store, on_progress
        self._threads = PixelThreads()
        self._piece_frames = piece_frames
        self._figures, self._done, self._resumed = FilmFigures(), 0, 0

    async def run(self, target: Path, container: str) -> FilmReport:
        """Write `target`, which exists only in parts if this fails: callers give it a hidden name.

        Raises UnusableVideo, or a StageError.
        """
        plan = await self._plan()
        work = Work(self._source, plan.film, plan.seek, self._bounds, self._options, self._codec)
        width, height = work.size
        if width * height > self._bounds.max_pixels:
            raise UnusableVideo(f"The result would have {width}x{height} pixels; choose a smaller upscale factor.")
        for piece in plan.pieces:
            await self._piece(work, plan, piece)
        deinterlaced = self._options.deinterlace and plan.interlaced > 0
        report = FilmReport(plan, width, height, self._figures, self._resumed, deinterlaced)
        xmp = xmp_of_result(None, True, self.made().mark()) or b""
        report.left_out = await self._joined(plan, target, container, xmp)
        return report

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
        await self._store.put("plan", pack(plan.as_tree()))
        return plan

    async def _piece(self, work: Work, plan: Plan, piece: Piece) -> None:
        """Do the piece unless it is kept."""
        kept = await self._store.get(_name(piece))
        if kept is not None:
            self._resumed += 1
            self._advance(plan, piece.frames)
            tree = unpack(kept)
        else:
            restorer = FilmRestorer(self._stages, self._options, self._threads)
            if piece.continues:
                restorer.resume(await self._state_before(piece))
            video = await do_piece(work, piece, restorer, lambda: self._advance(plan, 1))
            tree = {"video": video, "figures": vars(restorer.figures)}
            await self._keep_state(plan, piece, restorer)
            await self._store.put(_name(piece), await self._threads.run(pack, tree))
        self._figures.add(FilmFigures(**tree["figures"]))

    async def _keep_state(self, plan: Plan, piece: Piece, restorer: FilmRestorer) -> None:
        """For the piece that goes on; before the piece itself, and beside the state before it, which may be needed."""
        following = plan.pieces[piece.number + 1 : piece.number + 2]
        if following and following[0].continues:
            state = {"after": piece.number, "state": restorer.state()}
            await self._store.put(_state_name(piece.number), await self._threads.run(pack, state))

    async def _state_before(self, piece: Piece) -> Any:
        kept = await self._store.get(_state_name(piece.number - 1))
        tree = {} if kept is None else await self._threads.run(unpack, kept)
        if tree.get("after") != piece.number - 1:
            raise UnusableVideo("What is known of a shot has been removed before it was finished.")
        return tree["state"]

    def _advance(self, plan: Plan, frames: int) -> None:
        self._done += frames
        self._on_progress(self._done, plan.film.frames)

    async def _joined(self, plan: Plan, target: Path, container: str, xmp: bytes) -> list[str]:
        paths = [str(path.absolute()) for path in (self._source, target)]
        packed = base64.b64encode(xmp).decode()
        child = await Child.start("serve_app.video.joiner", *paths, container, packed, max_wait_s=_MAX_JOIN_S)
        try:
            for piece in plan.pieces:
                kept = await self._store.get(_name(piece))
                if kept is None:
                    raise UnusableVideo("A piece of the film has been removed before it was joined.")
                video = unpack(kept)["video"]
                await child.give(HEADER.pack(piece.start, len(video)))
                await child.give(video)
            child.give_no_more()
            lines = []
            while line := await child.line():
                lines.append(line.decode(errors="replace").strip())
            await child.expect_success()
        finally:
            await child.close()
        return lines


def _state_name(number: int) -> str:
    """Two are enough, and all that is kept: a state has some megabytes a face."""
    return f"state-{number % 2}"


def _name(piece: Piece) -> str:
    return f"piece-{piece.number:05}"


def codec_for(name: str | None, container: str) -> VideoCodec:
    """The codec of that name, or the first that `container` (an extension) holds; raises KeyError where none is."""
    if name is not None and container not in CODECS[name].containers:
        raise KeyError(f"{CODECS[name].title} is written to .{' or .'.join(CODECS[name].containers)}")
    found = [each for each in CODECS.values() if container in each.containers and name in (None, each.name)]
    if not found:
        raise KeyError(f".{container} is no container for films; there are .mp4 and .mkv")
    return found[0]
