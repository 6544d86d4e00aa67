"""The evaluation: the table says what the scores say, and the worst cases come first."""

from __future__ import annotations

import numpy as np

from training.evaluate import Score, goals, spread, table, worst
from training.sheets import CELL_PX, TITLE_PX, Case, draw_sheet


def score(face: str, method: str, lpips: float) -> Score:
    return Score("real", "strong", face, method, lpips, 25.0, 0.7, 0.8)


def picture() -> np.ndarray:
    return np.zeros((512, 512, 3), np.uint8)


def test_the_table_holds_means() -> None:
    lines = table([score("a", "ours", 0.2), score("b", "ours", 0.4), score("a", "input", 0.6)]).splitlines()
    assert "| real (2) | strong | ours | 0.3000 | 25.00 | 0.700 | 0.800 |" in lines
    assert len(lines) == 4


def test_the_worst_case_is_where_others_do_better() -> None:
    scores = [score("a", "input", 0.5), score("a", "ours", 0.2), score("b", "input", 0.3), score("b", "ours", 0.4)]
    cases = [Case("a", {"ours": picture()}), Case("b", {"ours": picture()})]
    assert [case.title for case in worst(scores, cases)] == ["b", "a"]


def test_a_sheet_has_a_row_for_each_case_and_a_column_for_each_method() -> None:
    cases = [Case("one", {"input": picture(), "ours": picture()})] * 3
    assert draw_sheet(cases).shape == (3 * (CELL_PX + TITLE_PX), 2 * CELL_PX, 3)


def test_the_goals_compare_with_the_best_of_the_others() -> None:
    scores = [score("a", "input", 0.5), score("a", "x4plus", 0.4), score("a", "ours", 0.1)]
    assert goals(scores) == [
        "real, strong: LPIPS +75% below the best of the others, PSNR +0.00 dB, identity +0.000",
    ]
    assert goals(scores[:2]) == []


def test_a_sheet_takes_cases_from_the_first_to_the_last() -> None:
    cases = [Case(str(i), {}) for i in range(9)]
    assert [case.title for case in spread(cases, 3)] == ["0", "4", "8"]
    assert spread(cases, 20) == cases
