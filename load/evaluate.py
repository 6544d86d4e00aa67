"""Shows what becomes of the photographs that people complain about elsewhere, case by case, beside a bound.

    python -m load.evaluate [--only TEXT ...] [--folder FOLDER] [--truths FOLDER] [--out artifacts]

Builds its cases (load/evaluate_cases.py) from NASA's portrait of Eileen Collins and insightface's picture of six
people, runs the whole pipeline on them in this process, and prints a Markdown table: the case, what was measured, the
value, the bound, and whether it is kept. With a folder of photographs each of them is restored too. Writes a sheet to
look at, OUT/evaluate.png: each input beside its result. Exits with 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.errors import VisageError
from load.evaluate_bench import Bench, Row, restore_folder
from load.evaluate_cases import CASES
from serve_app.settings import Settings

SHEET_HEIGHT, SHEET_WIDTH = 320, 1920
HEADER = "| case | measured | value | bound | kept |\n|---|---|---:|---:|---|"


async def evaluate(bench: Bench, only: list[str], folder: Path | None) -> list[Row]:
    """The rows of the cases whose name contains one of `only`, by default of all; prints each as it is there."""
    rows: list[Row] = []
    for name, case in CASES.items():
        if only and not any(text in name for text in only):
            continue
        try:
            found = await case(bench)
        except VisageError as error:
            found = [Row(name, f"answered, but: {error}", 0, 1, at_least=True)]
        print(*map(line, found), sep="\n", flush=True)
        rows += found
    if folder is not None:
        await restore_folder(bench, folder)
    return rows


def line(row: Row) -> str:
    """One row of the table."""
    sign = "at least" if row.at_least else "at most"
    return f"| {row.case} | {row.what} | {row.value:.3g} | {sign} {row.bound:g} | {'yes' if row.kept else '**no**'} |"


def sheet(pairs: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> NDArray[np.uint8]:
    """Inputs and results, both RGB, beside each other in lines of SHEET_WIDTH pixels."""
    lines: list[list[NDArray[np.uint8]]] = [[]]
    for pair in pairs:
        shown = np.hstack([_shown(image) for image in pair] + [np.full((SHEET_HEIGHT, 8, 3), 255, np.uint8)])
        if sum(image.shape[1] for image in lines[-1]) + shown.shape[1] > SHEET_WIDTH and lines[-1]:
            lines.append([])
        lines[-1].append(shown[:, :SHEET_WIDTH])
    return np.vstack([_filled(np.hstack(images)) for images in lines if images])


def _shown(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    width = max(1, round(image.shape[1] * SHEET_HEIGHT / image.shape[0]))
    return np.asarray(cv2.resize(image, (width, SHEET_HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _filled(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.pad(line, ((0, 0), (0, SHEET_WIDTH - line.shape[1]), (0, 0)), constant_values=255)


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 1 where a bound is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[], help="parts of the names of the cases to run")
    parser.add_argument("--folder", type=Path, help="photographs to restore as well, for the sheet")
    parser.add_argument("--out", type=Path, default=Path("artifacts"), help="where the sheet is written")
    parser.add_argument("--truths", type=Path, help="sharp portraits to measure against as well")
    given = parser.parse_args(arguments)
    bench = Bench.load(Settings(), given.truths)
    print(HEADER)
    rows = asyncio.run(evaluate(bench, given.only, given.folder))
    if bench.pairs:
        given.out.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(given.out / "evaluate.png"), sheet(bench.pairs)[..., ::-1])
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
