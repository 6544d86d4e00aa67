"""The benchmark's arithmetic; it is run by hand, by `make bench`."""

from __future__ import annotations

import pytest

from load.bench.goals import Goal, noise_of
from load.bench.machine import flops_of_pixel
from load.bench.pictures import cases
from load.growth import Line, with_faces, with_pixels


def test_operations_of_a_pixel_are_those_of_the_layers() -> None:
    """realesr-general-x4v3: 3 to 64 channels, 32 times 64 to 64, 64 to 3 at four times the side, all 3x3."""
    assert flops_of_pixel("realesr-general-x4v3") == 2 * 9 * (3 * 64 + 32 * 64 * 64 + 64 * 48)


def test_the_noise_of_the_rounds_excuses_that_much_and_no_more() -> None:
    noise = noise_of([10.0, 11.0, 12.0], [2.0, 2.0, 5.0])
    assert noise == pytest.approx(0.1)
    assert Goal("times", 5.5, 6.0, at_least=True, noise=noise).kept
    assert not Goal("times", 5.3, 6.0, at_least=True, noise=noise).kept
    assert Goal("ms", 109.0, 100.0, noise=noise).kept
    assert not Goal("ms", 111.0, 100.0, noise=noise).kept
    assert "**no**" in Goal("ms", 101.0, 100.0).row()


def test_the_pictures_are_what_their_names_say() -> None:
    by_name = {case.name: case for case in cases(1)}
    assert by_name["12 MP, many faces"].megapixels == 12
    assert by_name["sharp, no face"].options == {"upscale_factor": 2, "faces": "none"}
    assert len(by_name["1 MP, one face"].file) < 10 * 2**20
    assert with_pixels(4.0).shape == (2000, 2000, 3)
    assert with_faces(3).shape == (2000, 2000, 3)


def test_a_line_is_fitted_with_how_straight_it_is() -> None:
    straight = Line.through([0, 1, 2], [1.0, 3.0, 5.0])
    assert (straight.constant, straight.slope, straight.r2) == pytest.approx((1.0, 2.0, 1.0))
    assert Line.through([0, 1, 2, 3], [0.0, 1.0, 0.0, 1.0]).r2 < 0.5
