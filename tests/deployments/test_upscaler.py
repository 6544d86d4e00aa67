"""Tiling: it covers the picture once, keeps to its memory, and cannot be seen in the result."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from pictures import noise, six_people, waves
from torch import nn

from deployments.config import UpscalerConfig
from deployments.contract import Abandoned, ContractViolation, Image, InferenceFailed, OutOfMemory
from deployments.upscaler import _TRAITS, COMPACT, Upscaler, _choose, _Network, plan_tiles

SMALLEST = (64 + 2 * 34) ** 2


@pytest.mark.parametrize(
    ("height", "width", "around", "most"),
    [
        (64, 64, 38, 10**6),
        (500, 700, 38, 10**6),
        (500, 700, 38, 60_000),
        (700, 500, 38, 60_000),
        (3000, 90, 38, 30_000),
        (97, 1601, 38, 40_000),
        (333, 333, 100, 90_000),
        (40, 50, 38, 100),
        (1000, 1000, 38, 1),
    ],
)
def test_tiles_cover_the_picture_exactly_once(height: int, width: int, around: int, most: int) -> None:
    covered = np.zeros((height, width), int)
    for (top, bottom), (left, right) in plan_tiles(height, width, around, most):
        assert top < bottom and left < right
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize("most", [40_000, 60_000, 100_000, 10**6])
@pytest.mark.parametrize(("height", "width"), [(500, 700), (2000, 300), (777, 1111)])
def test_no_tile_with_its_surroundings_is_larger_than_allowed(height: int, width: int, most: int) -> None:
    around = 38
    for (top, bottom), (left, right) in plan_tiles(height, width, around, most):
        seen = (min(bottom + around, height) - max(top - around, 0)) * (
            min(right + around, width) - max(left - around, 0)
        )
        assert seen <= most


def test_a_picture_that_fits_is_one_tile() -> None:
    assert plan_tiles(300, 400, 38, 300 * 400) == [((0, 300), (0, 400))]


def test_a_long_picture_is_cut_into_strips_across() -> None:
    assert {columns for _, columns in plan_tiles(3000, 400, 38, 300_000)} == {(0, 400)}
    assert {rows for rows, _ in plan_tiles(400, 3000, 38, 300_000)} == {(0, 400)}


def test_tiles_are_never_planned_smaller_than_64_pixels() -> None:
    for (top, bottom), (left, right) in plan_tiles(300, 200, 38, 1):
        assert bottom - top >= 64 and right - left >= 64


# ---- With the real compact network -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def upscaler() -> Upscaler:
    config = UpscalerConfig(device="cpu", precision="float32", model=COMPACT)  # type: ignore[call-arg]
    return Upscaler(config)


def _tiled(upscaler: Upscaler, image: Image, factor: int, pixels: int) -> tuple[Image, list[tuple[int, int]]]:
    network = upscaler._networks[COMPACT]
    before, network.tile_pixels = network.tile_pixels, pixels
    told: list[tuple[int, int]] = []
    try:
        return upscaler.upscale(image, factor, lambda done, total: told.append((done, total))), told
    finally:
        network.tile_pixels = before


@pytest.mark.parametrize("factor", [2, 3])
def test_a_tiled_result_equals_the_untiled_one_within_one_grey_level(upscaler: Upscaler, factor: int) -> None:
    image = np.ascontiguousarray(six_people()[290:430, 430:590])
    whole, told = _tiled(upscaler, image, factor, 10**6)
    assert told == [(0, 1), (1, 1)]
    tiled, told = _tiled(upscaler, image, factor, SMALLEST)
    assert told == [(done, told[0][1]) for done in range(told[0][1] + 1)] and told[0][1] >= 4
    assert whole.shape == tiled.shape == (140 * factor, 160 * factor, 3)
    assert np.abs(whole - tiled).max() < 1 / 255


@pytest.mark.parametrize("factor", [1, 4])
def test_the_result_shows_the_same_picture_in_the_same_place(upscaler: Upscaler, factor: int) -> None:
    found = upscaler.upscale(waves(64, 72), factor)
    assert found.dtype == np.float32 and found.flags.c_contiguous and found.min() >= 0 and found.max() <= 1
    inner = slice(8 * factor, -8 * factor)
    assert np.abs(found - waves(64 * factor, 72 * factor, factor))[inner, inner].mean() < 0.02


@pytest.mark.parametrize("factor", [0, 5, 1.5])
def test_another_factor_than_1_to_4_is_refused(upscaler: Upscaler, factor: int) -> None:
    with pytest.raises(ContractViolation, match="1, 2, 3 or 4"):
        upscaler.upscale(noise(64, 64), factor)


def test_a_picture_that_breaks_the_contract_is_refused(upscaler: Upscaler) -> None:
    with pytest.raises(ContractViolation):
        upscaler.upscale(np.zeros((64, 64, 3), np.uint8), 2)  # type: ignore[arg-type]


# ---- With a stand-in network -----------------------------------------------------------------------------------------


class _Repeat(nn.Module):
    """Enlarges four times by repetition; fails as it is told to on tiles of more than `most` pixels."""

    def __init__(self, most: int = 10**9, failure: Callable[[], BaseException] | None = None) -> None:
        super().__init__()
        self.most, self.failure = most, failure
        self.sizes: list[int] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pixels = x.shape[2] * x.shape[3]
        self.sizes.append(pixels)
        if pixels > self.most:
            assert self.failure is not None
            raise self.failure()
        return x.repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)


def _over(module: nn.Module, tile_pixels: int = 10**6) -> Upscaler:
    """An Upscaler over a stand-in, without loading anything."""
    upscaler = Upscaler.__new__(Upscaler)
    upscaler.device, upscaler.dtype = torch.device("cpu"), torch.float32
    upscaler._models = dict.fromkeys((1, 2, 3, 4), COMPACT)
    upscaler._networks = {COMPACT: _Network(COMPACT, module, _TRAITS[COMPACT], tile_pixels)}
    return upscaler


OUT_OF_MEMORY = [
    lambda: torch.OutOfMemoryError("CUDA out of memory"),
    lambda: MemoryError(),
    lambda: RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"),
]


@pytest.mark.parametrize("failure", OUT_OF_MEMORY)
def test_tiles_that_do_not_fit_are_made_smaller_until_they_do(failure: Callable[[], BaseException]) -> None:
    image = noise(300, 400)
    network = _Repeat(30_000, failure)
    upscaler = _over(network)
    found = upscaler.upscale(image, 4)
    np.testing.assert_array_equal(found, image.repeat(4, axis=0).repeat(4, axis=1))
    assert network.sizes[0] == 300 * 400 and network.sizes[-1] <= 30_000

    network.sizes.clear()
    upscaler.upscale(image, 4)
    assert max(network.sizes) <= 30_000, "it forgot what had not fitted"


@pytest.mark.parametrize("failure", OUT_OF_MEMORY)
def test_where_even_the_smallest_tile_does_not_fit_the_stage_is_out_of_memory(failure: Callable) -> None:
    network = _Repeat(0, failure)
    with pytest.raises(OutOfMemory, match="upscaler"):
        _over(network).upscale(noise(300, 400), 2)
    assert network.sizes[-1] <= SMALLEST * 1.5


def test_another_failure_of_the_network_is_not_tried_again() -> None:
    network = _Repeat(0, lambda: RuntimeError("shapes differ"))
    with pytest.raises(InferenceFailed, match="shapes differ"):
        _over(network).upscale(noise(300, 400), 2)
    assert len(network.sizes) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_no_picture_are_a_failure_and_not_a_black_tile(value: float) -> None:
    class Broken(_Repeat):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            result = super().forward(x)
            result[0, 0, 5, 5] = value
            return result

    with pytest.raises(InferenceFailed, match="no picture"):
        _over(Broken()).upscale(noise(100, 100), 2)


def test_values_beyond_black_and_white_are_clipped() -> None:
    class Loud(_Repeat):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) * 3.0 - 1.0

    found = _over(Loud()).upscale(noise(80, 80), 3)
    assert found.min() == 0.0 and found.max() == 1.0


def test_when_the_caller_has_left_no_further_tile_is_begun() -> None:
    network = _Repeat()
    with pytest.raises(Abandoned):
        _over(network, 40_000).upscale(noise(400, 400), 2, stop=lambda: len(network.sizes) == 3)
    assert len(network.sizes) == 3


def test_progress_counts_every_tile() -> None:
    told: list[tuple[int, int]] = []
    network = _Repeat()
    _over(network, 40_000).upscale(noise(400, 400), 2, lambda done, total: told.append((done, total)))
    assert told == [(done, len(network.sizes)) for done in range(len(network.sizes) + 1)]
    assert len(network.sizes) > 3


@pytest.mark.parametrize(
    ("here", "choices"),
    [
        ([], [COMPACT] * 4),
        (["realesrgan-x2plus"], ["realesrgan-x2plus"] * 4),
        (["realesrgan-x4plus-ncnn"], ["realesrgan-x4plus-ncnn"] * 4),
        (
            ["realesrgan-x2plus", "realesrgan-x4plus", "realesrgan-x4plus-ncnn"],
            ["realesrgan-x2plus"] * 2 + ["realesrgan-x4plus"] * 2,
        ),
    ],
)
def test_on_a_gpu_the_best_network_that_is_here_is_chosen(
    here: list[str], choices: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deployments.weights.locate", lambda name: name if name in here else None)
    config = UpscalerConfig()  # type: ignore[call-arg]
    assert [_choose(config, torch.device("cuda"), factor) for factor in (1, 2, 3, 4)] == choices
    assert [_choose(config, torch.device("cpu"), factor) for factor in (1, 2, 3, 4)] == [COMPACT] * 4
