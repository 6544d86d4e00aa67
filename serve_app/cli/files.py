"""Which photos a batch has, and what their results are called."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

STANDARD = "-"
"""Standard input or output."""


@dataclass(frozen=True)
class Source:
    """One photo of a batch."""

    path: Path | None
    """None: standard input."""
    relative: Path
    """Where its result belongs below the output folder, under its own name."""

    def __str__(self) -> str:
        return STANDARD if self.path is None else str(self.path)


class NothingFound(Exception):
    """An input names nothing; the message says which."""


def find_sources(inputs: Iterable[str], extensions: Iterable[str], left_out: Path | None = None) -> list[Source]:
    """The photos that the inputs name, each once: files as they are, in folders what has one of `extensions`.

    `left_out` is the output folder, whose results are not inputs. Raises NothingFound.
    """
    found: dict[Path | None, Source] = {}
    wanted = {f".{extension}" for extension in extensions}
    for each in inputs:
        if each == STANDARD:
            found[None] = Source(None, Path("stdin"))
            continue
        # The shell has expanded what it could; what is left over is a pattern of ours or names nothing.
        paths = (
            [Path(each)] if os.path.exists(each) else [Path(name) for name in sorted(glob.glob(each, recursive=True))]
        )
        if not paths:
            raise NothingFound(f"There is no {each}.")
        for path in paths:
            for source in _below(path, wanted, left_out) if path.is_dir() else [Source(path, Path(path.name))]:
                found.setdefault(source.path and source.path.resolve(), source)
    return list(found.values())


def _below(folder: Path, wanted: set[str], left_out: Path | None) -> Iterator[Source]:
    """Hidden files and folders are no photos; nor are results."""
    results = left_out.resolve() if left_out is not None else None
    if results is not None and not results.is_relative_to(folder.resolve()):
        results = None  # OUT may be a folder above IN: its photos are no results
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        inside = results is not None and path.resolve().is_relative_to(results)
        if path.is_file() and path.suffix.lower() in wanted and not hidden and not inside:
            yield Source(path, relative)


def result_paths(sources: Iterable[Source], folder: Path, extension: str) -> dict[Source, Path]:
    """A result for each source: `a.jpg` becomes `a.png`; where two would be alike, `a.jpg.png` and `a.webp.png`."""
    short = {source: folder / source.relative.with_suffix(f".{extension}") for source in sources}
    seen = Counter(short.values())
    return {
        source: path if seen[path] == 1 else folder / f"{source.relative}.{extension}" for source, path in short.items()
    }
