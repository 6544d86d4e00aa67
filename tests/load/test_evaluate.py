"""The evaluation: its quick cases keep their bounds, and a bound that is broken is said."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from load import evaluate
from load.evaluate_bench import Bench, Row
from load.evaluate_cases import CASES


@pytest.mark.weights
def test_the_quick_cases_keep_their_bounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main(["--only", "covered", "grain", "--out", str(tmp_path)]) == 0
    table = capsys.readouterr().out
    assert table.count("| yes |") == 3 and "**no**" not in table
    drawn = cv2.imread(str(tmp_path / "evaluate.png"))
    assert drawn is not None and drawn.shape[1] == evaluate.SHEET_WIDTH and drawn.std() > 20


def test_a_broken_bound_is_said_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(bench: Bench) -> list[Row]:
        return [Row("X", "too much", 4.0, 3.0), Row("X", "enough", 4.0, 3.0, at_least=True)]

    monkeypatch.setattr(Bench, "load", classmethod(lambda cls, settings, truths: Bench(None, None, settings)))  # type: ignore[arg-type]
    monkeypatch.setitem(CASES, "broken", broken)
    assert evaluate.main(["--only", "broken", "--out", str(tmp_path)]) == 1
    assert "| X | too much | 4 | at most 3 | **no** |" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_the_sheet_holds_pictures_of_any_size() -> None:
    pairs = [
        (np.zeros((h, w, 3), np.uint8),) * 2 for h, w in ((10, 3000), (3000, 10), (320, 320), (64, 64), (500, 900))
    ]
    drawn = evaluate.sheet(pairs)
    assert drawn.shape[1] == evaluate.SHEET_WIDTH and drawn.shape[0] % evaluate.SHEET_HEIGHT == 0
