"""Tiling: it covers the picture once, keeps to its memory, and cannot be seen in the result."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from deployments.config import UpscalerConfig
from deployments.contract import Image
from deployments.errors import Cancelled, ContractViolation, InferenceFailed, OutOfMemory
from deployments.models.network import Network, load_network
from deployments.models.registry import architecture_of
from deployments.upscaler import COMPACT, FACTORS, Upscaler, choose_model
from tests.helpers.images import noise, six_people, waves

SMALLEST = (64 + 2 * 34) ** 2


# ---- With the real compact network -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(COMPACT)


def _with_tiles_of(network: Network, pixels: int) -> Upscaler:
    config = UpscalerConfig(device="cpu", precision="float32", model=COMPACT)
    return Upscaler(dict.fromkeys(FACTORS, network), config, pixels)


@pytest.fixture(scope="module")
def upscaler(network: Network) -> Upscaler:
    return _with_tiles_of(network, 10**6)


def _tiled(network: Network, image: Image, factor: int, pixels: int) -> tuple[Image, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    upscaler = _with_tiles_of(network, pixels)
    return upscaler.upscale(image, factor, lambda done, total: told.append((done, total))), told


@pytest.mark.weights
@pytest.mark.parametrize("factor", [2, 3])
def test_a_tiled_result_equals_the_untiled_one_within_one_gray_level(network: Network, factor: int) -> None:
    image = np.ascontiguousarray(six_people()[290:430, 430:590])
    whole, told = _tiled(network, image, factor, 10**6)
    assert told == [(0, 1), (1, 1)]
    tiled, told = _tiled(network, image, factor, SMALLEST)
    assert told == [(done, told[0][1]) for done in range(told[0][1] + 1)] and told[0][1] >= 4
    assert whole.shape == tiled.shape == (140 * factor, 160 * factor, 3)
    assert np.abs(whole - tiled).max() < 1 / 255


@pytest.mark.weights
@pytest.mark.parametrize("factor", [1, 4])
def test_the_result_shows_the_same_picture_in_the_same_place(upscaler: Upscaler, factor: int) -> None:
    found = upscaler.upscale(waves(64, 72), factor)
    assert found.dtype == np.float32 and found.flags.c_contiguous and found.min() >= 0 and found.max() <= 1
    inner = slice(8 * factor, -8 * factor)
    assert np.abs(found - waves(64 * factor, 72 * factor, factor))[inner, inner].mean() < 0.02


@pytest.mark.weights
@pytest.mark.parametrize("factor", [0, 5, 1.5])
def test_another_factor_than_1_to_4_is_refused(upscaler: Upscaler, factor: int) -> None:
    with pytest.raises(ContractViolation, match="1, 2, 3 or 4"):
        upscaler.upscale(noise(64, 64), factor)


@pytest.mark.weights
def test_a_picture_that_breaks_the_contract_is_refused(upscaler: Upscaler) -> None:
    with pytest.raises(ContractViolation):
        upscaler.upscale(np.zeros((64, 64, 3), np.uint8), 2)


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
    network = Network(COMPACT, module, architecture_of(COMPACT))
    return Upscaler(dict.fromkeys(FACTORS, network), UpscalerConfig(device="cpu", precision="float32"), tile_pixels)


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

    with pytest.raises(InferenceFailed, match="no image"):
        _over(Broken()).upscale(noise(100, 100), 2)


def test_values_beyond_black_and_white_are_clipped() -> None:
    class Loud(_Repeat):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) * 3.0 - 1.0

    found = _over(Loud()).upscale(noise(80, 80), 3)
    assert found.min() == 0.0 and found.max() == 1.0


def test_when_the_caller_has_left_no_further_tile_is_begun() -> None:
    network = _Repeat()
    with pytest.raises(Cancelled):
        _over(network, 40_000).upscale(noise(400, 400), 2, is_cancelled=lambda: len(network.sizes) == 3)
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
    monkeypatch.setattr("deployments.models.weights.locate", lambda name: name if name in here else None)
    config = UpscalerConfig()
    assert [choose_model(config, torch.device("cuda"), factor) for factor in (1, 2, 3, 4)] == choices
    assert [choose_model(config, torch.device("cpu"), factor) for factor in (1, 2, 3, 4)] == [COMPACT] * 4


def test_it_tells_which_network_runs_for_a_factor() -> None:
    networks = {factor: Network(f"x{factor}", _Repeat(), architecture_of(COMPACT)) for factor in FACTORS}
    upscaler = Upscaler(networks, UpscalerConfig(device="cpu", precision="float32"))
    assert [upscaler.models_used(noise(8, 8), factor) for factor in FACTORS] == [("x1",), ("x2",), ("x3",), ("x4",)]
    assert upscaler.report.models == ("x1", "x2", "x3", "x4")
