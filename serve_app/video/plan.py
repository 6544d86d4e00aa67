"""Cuts a film into pieces: at scene cuts, and where a shot is long at a key frame, so that a lost piece costs little.

Where the shots begin is decided here once, whoever does the pieces. A piece that continues a shot needs what is known
of it at the end of the one before (FilmRestorer.state); the others may be done at any time and anywhere.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from serve_app.video.film import Film, VideoBounds, Wanted
from serve_app.video.reading import FilmReader
from serve_app.video.shots import is_cut, is_gray

_MAX_FRAMES, _MIN_FRAMES = 250, 24
_PIXELS = 250e6
"""Of all frames of a piece when they are done: about what their file may take in memory."""


@dataclass(frozen=True)
class Piece:
    """Some frames of a film; times are in units of its time base."""

    number: int
    start: int
    end: int | None
    """Where the next one begins."""
    frames: int
    cuts: tuple[int, ...]
    """Where shots begin in it."""
    continues: bool
    """Whether it begins within a shot."""
    gray: tuple[bool, ...] = ()
    """Which of the shots that it has a part of are black-and-white."""

    def wanted(self, seek: bool, deinterlace: bool) -> Wanted:
        """What its decoder has to give."""
        return Wanted(self.start, self.end, seek, deinterlace)


@dataclass(frozen=True)
class Plan:
    """A film and its pieces."""

    film: Film
    pieces: tuple[Piece, ...]
    seek: bool
    """Whether its times are its own, so that it can be entered in the middle."""
    interlaced: int
    """Frames that say so."""
    shot_frames: tuple[int, ...]
    """How many each shot has."""
    last_duration: int
    """For how long its last frame is shown; 0 where it does not say."""

    @property
    def chains(self) -> list[tuple[Piece, ...]]:
        """Pieces that may be done at any time and anywhere, each with those that go on in its last shot."""
        chains: list[tuple[Piece, ...]] = []
        for piece in self.pieces:
            if piece.continues:
                chains[-1] += (piece,)
            else:
                chains.append((piece,))
        return chains

    def as_tree(self) -> dict[str, Any]:
        """For `pack`."""
        return vars(self) | {"film": self.film.to_json(), "pieces": [asdict(piece) for piece in self.pieces]}

    @classmethod
    def from_tree(cls, tree: dict[str, Any]) -> Plan:
        """The opposite of `as_tree`."""
        pieces = tuple(
            Piece(**each | {name: tuple(each[name]) for name in ("cuts", "gray")}) for each in tree["pieces"]
        )
        rest = {name: tree[name] for name in ("seek", "interlaced", "last_duration")}
        return cls(Film.from_json(tree["film"]), pieces, shot_frames=tuple(tree["shot_frames"]), **rest)


async def plan_film(path: Path, bounds: VideoBounds, factor: int, most: int | None = None) -> Plan:
    """Look through the film once, at the size of thumbnails; raises UnusableVideo.

    `factor` is the result's; `most` is about how many frames a piece has, None: by the size of the result.
    """
    reader = await FilmReader.open(path, bounds, Wanted(thumbnails=True))
    film = reader.film
    most = most or int(min(_MAX_FRAMES, max(_MIN_FRAMES, _PIXELS / (film.width * film.height * factor**2))))
    pieces: list[Piece] = []
    shots: list[int] = []
    gray: list[bool] = []
    last, interlaced, certain, duration = None, 0, True, 0
    try:
        async for frame in reader.frames():
            interlaced, certain = interlaced + frame.interlaced, certain and not frame.uncertain
            cut = last is None or is_cut(last, frame.pixels)
            if cut:
                shots, gray = [*shots, 0], [*gray, True]
            shots[-1] += 1
            gray[-1] = gray[-1] and is_gray(frame.pixels)
            long = pieces[-1].frames if pieces else most
            if long >= 2 * most or (long >= most and frame.key) or (2 * long >= most and cut):
                if pieces:
                    pieces[-1] = replace(pieces[-1], end=frame.time)
                pieces.append(Piece(len(pieces), frame.time, None, 0, (), continues=not cut))
            now = pieces[-1]
            cuts = (*now.cuts, frame.time) if cut else now.cuts
            pieces[-1] = replace(now, frames=now.frames + 1, cuts=cuts)
            last, duration = frame.pixels, frame.duration
    finally:
        await reader.close()
    frames = sum(piece.frames for piece in pieces)
    return Plan(replace(film, frames=frames), _with_gray(pieces, gray), certain, interlaced, tuple(shots), duration)


def _with_gray(pieces: list[Piece], gray: list[bool]) -> tuple[Piece, ...]:
    """A shot is known to have no color once its last frame has been seen."""
    ends = list(accumulate(len(piece.cuts) for piece in pieces))
    begins = [end - len(piece.cuts) - piece.continues for end, piece in zip(ends, pieces, strict=True)]
    return tuple(
        replace(piece, gray=tuple(gray[begin:end])) for piece, begin, end in zip(pieces, begins, ends, strict=True)
    )
