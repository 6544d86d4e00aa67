"""Contact sheets: one row a case, one column a method."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.degrade import Picture

CELL_PX = 256
TITLE_PX = 22


@dataclass(frozen=True)
class Case:
    """One degraded face and what each method made of it."""

    title: str
    pictures: dict[str, Picture]


def draw_sheet(cases: list[Case]) -> Picture:
    """RGB uint8; every cell is labeled, since a sheet is passed on without its page."""
    if not cases:
        raise ValueError("no cases to draw")
    return np.vstack([_row(case) for case in cases])


def _row(case: Case) -> Picture:
    cells = []
    for number, (name, picture) in enumerate(case.pictures.items()):
        title = np.full((TITLE_PX, CELL_PX, 3), 24, np.uint8)
        text = f"{case.title}: {name}" if number == 0 else name
        cv2.putText(title, text, (4, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (235, 235, 235), 1, cv2.LINE_AA)
        cells.append(np.vstack([title, cv2.resize(picture, (CELL_PX, CELL_PX), interpolation=cv2.INTER_AREA)]))
    return np.hstack(cells)
