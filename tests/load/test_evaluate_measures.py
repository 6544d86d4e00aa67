"""What the evaluation measures on faces: a faithful restorer keeps every bound, and each harm that it is to find breaks
one. Without networks: a restorer is what a test says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from deployments.contract import Face
from load.evaluate_around import outermost_step, rims
from load.evaluate_bench import Bench, Picture, Row, png, woman
from load.evaluate_color import cast
from load.evaluate_features import eyes, glasses, skin, with_glasses, with_irises
from load.evaluate_truths import SIDE, enlarged, portrait_of
from tests.helpers.images import ASTRONAUT

FACE = Face(np.array([172, 65, 277, 200], np.float32), ASTRONAUT, 0.99)
TRUTH = portrait_of(woman(), FACE)


class StandIn(Bench):
    """Answers with what `restore` makes of the enlarged picture, where a face is to be restored."""

    def __init__(self, restore: Callable[[Picture], Picture]) -> None:
        super().__init__(None, None, None)  # type: ignore[arg-type]
        self.restore, self.known = restore, [(woman(), FACE)]

    async def run(self, picture: Picture, truth: Picture | None = None, **options: Any) -> Any:
        result = enlarged(picture, options.get("upscale_factor", 1))
        return SimpleNamespace(data=png(self.restore(result) if options.get("strength", 1) else result))


def faithful(picture: Picture) -> Picture:
    return picture


def blue_eyed(picture: Picture) -> Picture:
    return with_irises(TRUTH, (60, -2, -40))


def spectacled(picture: Picture) -> Picture:
    return with_glasses(TRUTH)


def smooth(picture: Picture) -> Picture:
    return np.asarray(cv2.medianBlur(picture, 9), np.uint8)


def with_an_edge(picture: Picture) -> Picture:
    picture = picture.copy()
    picture[100:300, 100:300] = np.clip(picture[100:300, 100:300].astype(int) + 12, 0, 255)
    return picture


async def broken(case: Callable[[Bench], Awaitable[list[Row]]], restore: Callable[[Picture], Picture]) -> set[str]:
    return {row.what for row in await case(StandIn(restore)) if not row.kept}


@pytest.mark.parametrize("case", [eyes, glasses, rims])
async def test_a_faithful_restorer_keeps_every_bound(case: Callable[[Bench], Awaitable[list[Row]]]) -> None:
    assert await broken(case, faithful) == set()


@pytest.mark.parametrize(
    ("case", "harm", "said"),
    [
        (eyes, blue_eyed, "brown: color difference"),
        (glasses, spectacled, "faces without: edges"),
        (glasses, smooth, "faces with: share of the rims"),
        (skin, smooth, "freckles' energy"),
        (rims, with_an_edge, "of the restored face: step"),
    ],
    ids=["blue eyes", "glasses appear", "rims fade", "freckles are gone", "an edge is left"],
)
async def test_harm_is_seen(
    case: Callable[[Bench], Awaitable[list[Row]]], harm: Callable[[Picture], Picture], said: str
) -> None:
    found = await broken(case, harm)
    assert any(said in what for what in found), found


def test_a_truth_has_a_quarter_of_its_side_between_the_eyes() -> None:
    assert TRUTH.eye_distance == pytest.approx(SIDE / 4, rel=1e-3) and TRUTH.picture.shape == (SIDE, SIDE, 3)
    assert 0 < (TRUTH.cheeks & TRUTH.below_the_eyes).sum() < TRUTH.cheeks.sum()


def test_a_cast_is_seen_where_it_is_and_noise_is_none() -> None:
    photo = woman()
    assert cast(photo, photo) == (0.0, 0.0)
    noise = np.random.default_rng(0).normal(0, 6, photo.shape)
    mean, patch = cast(photo, np.clip(photo + noise, 0, 255).astype(np.uint8))
    assert mean > 1 and patch < 1
    yellowed = photo.copy()
    yellowed[100:180, 300:380, 2] = yellowed[100:180, 300:380, 2] * 0.6
    mean, patch = cast(photo, yellowed)
    assert mean < 1 and patch > 3


def test_a_change_that_reaches_the_pictures_edge_ends_at_no_rim() -> None:
    change = np.zeros((100, 100), np.int64)
    change[30:, 30:70] = 20
    assert outermost_step(change, (50.0, 60.0)) == 20
    change[:] = 20
    assert outermost_step(change, (50.0, 60.0)) == 0
