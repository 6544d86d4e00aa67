"""Tiling: it covers the picture once, keeps to its memory, and cannot be seen in the result."""

from __future__ import annotations

import dataclasses
import gc
import weakref
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from deployments.config import KernelChoice, UpscalerConfig
from deployments.contract import Image
from deployments.errors import Cancelled, ContractViolation, InferenceFailed, OutOfMemory
from deployments.models.architecture import Architecture, call_in_own_precision
from deployments.models.compact_weights import of_module
from deployments.models.network import Network, load_network
from deployments.models.registry import ARCHITECTURES, architecture_of
from deployments.runtime.enlarger import Enlarger
from deployments.runtime.kernel_enlarger import KernelEnlarger
from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features
from deployments.runtime.torch_enlarger import TorchEnlarger
from deployments.upscaler import COMPACT, FACTORS, Upscaler, choose_model
from tests.helpers.compact import RandomCompact
from tests.helpers.images import noise, six_people, waves

LARGEST_OF_THE_SMALLEST = (127 + 2 * 38) ** 2
"""Pixels of a tile that is not cut further, with its surroundings."""


# ---- With the real compact network -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(COMPACT)


def _with_tiles_of(network: Network, pixels: int) -> Upscaler:
    config = UpscalerConfig(device="cpu", precision="float32", model=COMPACT, kernel="torch")
    return _of(TorchEnlarger(network, config, pixels))


def _of(enlarger: Enlarger) -> Upscaler:
    return Upscaler(dict.fromkeys(FACTORS, enlarger), UpscalerConfig(device="cpu"))


@pytest.fixture(scope="module")
def upscaler(network: Network) -> Upscaler:
    return _with_tiles_of(network, 10**6)


def _tiled(network: Network, image: Image, factor: int, pixels: int) -> tuple[Image, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    upscaler = _with_tiles_of(network, pixels)
    return upscaler.upscale(image, factor, lambda done, total: told.append((done, total))), told


@pytest.mark.weights
def test_a_tiled_result_equals_the_untiled_one_within_one_gray_level(network: Network) -> None:
    image, factor = np.ascontiguousarray(six_people()[290:427, 430:587]), 3  # both sides are prime
    whole, told = _tiled(network, image, factor, 10**6)
    assert told == [(0, 1), (1, 1)]
    tiled, told = _tiled(network, image, factor, 1)
    assert told == [(done, told[0][1]) for done in range(told[0][1] + 1)] and told[0][1] >= 4
    assert whole.shape == tiled.shape == (137 * factor, 157 * factor, 3)
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


# ---- With the kernel ------------------------------------------------------------------------------------------------


def _by_kernel(module: nn.Module | None = None, *, short: bool = False) -> Upscaler:
    try:
        return _of(KernelEnlarger(COMPACT, of_module(module or RandomCompact(3)), short=short, threads=2))
    except KernelUnavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def compiled() -> Upscaler:
    """With the kernel for random weights; writing its machine code takes half a second."""
    return _by_kernel()


@pytest.mark.slow
@pytest.mark.parametrize("factor", FACTORS)
def test_with_the_kernel_and_without_the_result_is_the_same(compiled: Upscaler, factor: int) -> None:
    image = noise(90, 70)
    network = Network(COMPACT, RandomCompact(3), architecture_of(COMPACT))
    found, expected = (each.upscale(image, factor) for each in (compiled, _with_tiles_of(network, 10**6)))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.shape == (90 * factor, 70 * factor, 3) and found.min() >= 0 and found.max() <= 1


@pytest.mark.weights
def test_the_real_network_is_the_same_with_the_kernel_and_without(network: Network, upscaler: Upscaler) -> None:
    image = np.ascontiguousarray(six_people()[290:380, 430:590])
    found = _by_kernel(network.module).upscale(image, 2)
    np.testing.assert_allclose(found, upscaler.upscale(image, 2), atol=2e-5)


def test_with_the_kernel_too_progress_counts_every_piece_and_a_caller_who_left_stops_it(compiled: Upscaler) -> None:
    told: list[tuple[int, int]] = []
    compiled.upscale(noise(400, 90), 2, lambda done, total: told.append((done, total)))
    assert told == [(done, told[0][1]) for done in range(told[0][1] + 1)] and told[0][1] > 3
    begun = told.copy()
    told.clear()
    with pytest.raises(Cancelled):
        compiled.upscale(noise(400, 90), 2, lambda *piece: told.append(piece), lambda: len(told) == 2)
    assert told == begun[:2]


def test_numbers_of_the_kernel_that_are_no_picture_are_a_failure(
    compiled: Upscaler, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = np.full((90, 80, 3), 0.5, np.float32)
    bad[40, 40, 1] = np.nan
    monkeypatch.setattr("deployments.upscaler.check_image", lambda image, stage: image)
    with pytest.raises(InferenceFailed, match="no image"):
        compiled.upscale(bad, 2)


def test_without_memory_for_the_kernel_the_stage_is_out_of_memory(
    compiled: Upscaler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*shape: int) -> Image:
        raise MemoryError

    monkeypatch.setattr("deployments.runtime.kernels.strips.aligned", full)
    with pytest.raises(OutOfMemory, match="upscaler"):
        compiled.upscale(noise(90, 80), 2)


@pytest.mark.weights
def test_the_report_says_what_computes_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def kernel(**settings: Any) -> Any:
        return Upscaler.load(UpscalerConfig.model_validate({"precision": "float32", **settings})).report.details[
            "kernel"
        ]

    assert kernel().endswith("f32")
    assert kernel(kernel="torch") == "torch"
    monkeypatch.setattr("deployments.upscaler.load_compact", lambda name: of_module(_Repeat()))
    assert kernel().startswith("torch: the kernel is for")


@pytest.mark.slow
@pytest.mark.parametrize(("numbers", "precision"), [("f32", "float32"), ("bf16", "bfloat16"), ("int16", "int16")])
def test_products_are_of_16_bits_where_the_cpu_has_them(
    numbers: str, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpu = cpu_with(host_features())
    if numbers not in cpu.numbers:
        pytest.skip(f"this CPU has no products of {numbers}")
    cpu = dataclasses.replace(cpu, bf16=numbers != "f32" and cpu.bf16, vnni=numbers == "int16", amx=False)
    monkeypatch.setattr("deployments.runtime.kernels.choice.cpu_with", lambda features: cpu)
    report = _by_kernel(short=True).report
    assert (report.precision, report.details["kernel"].split()[-1]) == (precision, numbers)


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
    architecture = dataclasses.replace(architecture_of(COMPACT), call=call_in_own_precision)
    network = Network(COMPACT, module, architecture)
    return _with_tiles_of(network, tile_pixels)


SEEN = 340 * 440
"""Pixels of a 300x400 image as a network sees it, mirrored beyond its edges."""
OUT_OF_MEMORY = [
    lambda: torch.OutOfMemoryError("CUDA out of memory"),
    lambda: MemoryError(),
    lambda: RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"),
]


@pytest.mark.parametrize("factor", [1, 2, 4])
@pytest.mark.parametrize("kernel", ["auto", "torch"])
@pytest.mark.weights
def test_the_edge_of_an_image_is_enlarged_as_if_the_image_went_on(factor: int, kernel: KernelChoice) -> None:
    """The outermost rows and columns, beside those of the same image continued by what a mirror would show."""
    upscaler = Upscaler.load(UpscalerConfig(precision="float32", kernel=kernel))
    image, wide = np.ascontiguousarray(six_people()[300:360, 600:670]), 40  # the network sees 34 pixels far
    mirrored = cv2.copyMakeBorder(image, wide, wide, wide, wide, cv2.BORDER_REFLECT_101)
    found = upscaler.upscale(image, factor)
    inner = slice(wide * factor, -wide * factor)
    expected = upscaler.upscale(np.ascontiguousarray(mirrored), factor)[inner, inner]
    assert np.abs(found - expected).max() < 3 / 255


@pytest.mark.slow
@pytest.mark.parametrize("failure", OUT_OF_MEMORY)
def test_tiles_that_do_not_fit_are_made_smaller_until_they_do(failure: Callable[[], BaseException]) -> None:
    image = noise(300, 400)
    network = _Repeat(30_000, failure)
    upscaler = _over(network)
    found = upscaler.upscale(image, 4)
    np.testing.assert_array_equal(found, image.repeat(4, axis=0).repeat(4, axis=1))
    assert network.sizes[0] == SEEN and network.sizes[-1] <= 30_000

    assert upscaler.report.details["tile_pixels"][COMPACT] < SEEN
    retries = upscaler.memory_retries
    assert retries > 0

    network.sizes.clear()
    network.most = 10**9
    upscaler.upscale(image, 4)
    assert network.sizes == [SEEN], "the memory is there again, and it did not try"
    assert upscaler.memory_retries == retries


@pytest.mark.parametrize("failure", OUT_OF_MEMORY)
def test_where_even_the_smallest_tile_does_not_fit_the_stage_is_out_of_memory(failure: Callable) -> None:
    network = _Repeat(0, failure)
    with pytest.raises(OutOfMemory, match="upscaler"):
        _over(network).upscale(noise(300, 400), 2)
    assert network.sizes[-1] <= LARGEST_OF_THE_SMALLEST


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


def test_tiles_that_are_done_are_kept_when_a_later_one_does_not_fit() -> None:
    class FullForAMoment(_Repeat):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.most = 0 if len(self.sizes) == 2 else 10**9
            return super().forward(x)

    image = noise(600, 100)
    network = FullForAMoment(failure=OUT_OF_MEMORY[0])
    told: list[tuple[int, int]] = []
    found = _over(network, 48_000).upscale(image, 4, lambda done, total: told.append((done, total)))
    np.testing.assert_array_equal(found, image.repeat(4, axis=0).repeat(4, axis=1))
    assert told[:5] == [(0, 3), (1, 3), (2, 3), (2, 3), (2, 4)] and told[-1] == (len(network.sizes) - 1,) * 2
    assert all(first <= second for first, second in pairwise(told))


def test_what_did_not_fit_is_released_before_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[weakref.ref[torch.Tensor]] = []
    alive: list[bool] = []

    class Holds(_Repeat):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            alive.extend(reference() is not None for reference in held)
            activations = x + 1
            held.append(weakref.ref(activations))
            return super().forward(x)

    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: alive.append(held[-1]() is not None))
    gc.disable()
    try:
        _over(Holds(60_000, OUT_OF_MEMORY[0])).upscale(noise(300, 400), 2)
    finally:
        gc.enable()
    assert len(held) > 3 and alive and not any(alive)


def test_a_result_does_not_outlive_its_call_when_a_tile_had_not_fitted() -> None:
    network = _Repeat(60_000, OUT_OF_MEMORY[0])
    gc.disable()
    try:
        found = weakref.ref(_over(network).upscale(noise(300, 400), 2))
        assert found() is None
    finally:
        gc.enable()


class _OverflowsInHalf(_Repeat):
    """Overflows in half precision where a tile has a white pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.dtypes: list[torch.dtype] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert x.dtype == self.weight.dtype
        self.dtypes.append(x.dtype)
        exact = x if x.dtype == torch.float32 else x.half()
        return super().forward((exact * 5e4 + exact.floor() * 5e4) / 5e4)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_tile_that_overflows_in_half_precision_is_computed_again_in_float32(
    dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deployments.runtime.torch_enlarger.resolve_precision", lambda *choice, **defaults: dtype)
    image = noise(300, 90) * np.float32(0.5)
    image[20, 20] = 1.0
    network = _OverflowsInHalf()
    upscaler = _over(network, 22_000)
    with torch.inference_mode():
        found = upscaler.upscale(image, 4)
    white = found[80:84, 80:84]
    np.testing.assert_allclose(white, 1.0)
    np.testing.assert_allclose(found[::4, ::4], image, atol=0.01)
    tiles = network.dtypes
    assert len(tiles) > 2 and set(tiles) == {dtype}, "the network itself stays in half precision"
    assert upscaler.report.precision == str(dtype).removeprefix("torch.")
    assert upscaler.report.details["tiles_in_float32"] == 1


def test_the_memory_of_the_gpu_is_asked_for_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    to: Any = torch.Tensor.to

    def to_cpu(tensor: torch.Tensor, *arguments: Any) -> torch.Tensor:
        return to(tensor, *("cpu" if a == torch.device("cuda") else a for a in arguments))

    class Anywhere(_Repeat):
        def to(self, *arguments: Any, **options: Any) -> Anywhere:
            return self

    per_pixel = architecture_of(COMPACT).bytes_per_pixel
    free = {"bytes": 3 * 200_000 * per_pixel}
    monkeypatch.setattr(torch.Tensor, "to", to_cpu)
    monkeypatch.setattr("deployments.runtime.torch_enlarger.resolve_device", lambda choice: torch.device("cuda"))
    monkeypatch.setattr("deployments.runtime.torch_enlarger.free_gpu_memory", lambda: free["bytes"])
    network = Anywhere()
    config = UpscalerConfig(precision="float32")
    upscaler = _of(TorchEnlarger(Network(COMPACT, network, architecture_of(COMPACT)), config))
    upscaler.upscale(noise(300, 400), 2)
    assert network.sizes == [SEEN]
    network.sizes.clear()
    free["bytes"] = 3 * 30_000 * per_pixel
    upscaler.upscale(noise(300, 400), 2)
    assert max(network.sizes) <= 30_000 and upscaler.report.details["tile_pixels"] == {COMPACT: 30_000}


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("factor", [1, 2])
def test_half_precision_leaves_a_soft_gradient_of_16_bits_its_levels(
    dtype: torch.dtype, factor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wall of 2,000 levels between 0.70 and 0.73: bfloat16 has eight values there, float16 sixty."""
    from realesrgan.archs.srvgg_arch import SRVGGNetCompact

    monkeypatch.setattr("deployments.runtime.torch_enlarger.resolve_precision", lambda *choice, **defaults: dtype)
    torch.manual_seed(0)
    module = SRVGGNetCompact(num_feat=8, num_conv=1, upscale=4).eval().requires_grad_(False)
    network = Network(COMPACT, module, architecture_of(COMPACT))
    levels = np.linspace(0.70, 0.73, 2000, dtype=np.float32).reshape(40, 50)
    found = _of(TorchEnlarger(network, UpscalerConfig(device="cpu"))).upscale(np.dstack([levels] * 3), factor)
    assert len(np.unique(np.rint(found[..., 1] * 65535))) >= 500


# ---- With networks that fold pixels ----------------------------------------------------------------------------------


class _Folds(nn.Module):
    """Enlarges twice like RRDBNet x2: `multiple` x `multiple` pixels are one while it works."""

    def __init__(self, multiple: int) -> None:
        super().__init__()
        self.multiple = multiple
        self.conv = nn.Conv2d(3 * multiple**2, 12 * multiple**2, 3, padding=1, padding_mode="replicate")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        folded = self.conv(F.pixel_unshuffle(x, self.multiple))
        return torch.sigmoid(3 * F.pixel_shuffle(folded, 2 * self.multiple))


def _whole_and_tiled(module: nn.Module, architecture: Architecture, image: Image, factor: int) -> tuple[Image, Image]:
    network = Network("folds", module.eval().requires_grad_(False), architecture)
    told: list[int] = []
    whole, tiled = (
        _with_tiles_of(network, pixels).upscale(image, factor, lambda done, total: told.append(total))
        for pixels in (10**7, 1)
    )
    assert told[0] == 1 and told[-1] >= 4
    return whole, tiled


@pytest.mark.slow
@pytest.mark.parametrize("multiple", [2, 4])
@pytest.mark.parametrize(("height", "width"), [(302, 201), (301, 200), (299, 203), (300, 202)])
def test_a_network_that_folds_pixels_sees_them_folded_alike_in_every_tile(
    multiple: int, height: int, width: int
) -> None:
    torch.manual_seed(0)
    architecture = dataclasses.replace(ARCHITECTURES["rrdbnet-x2"], size_multiple=multiple, overlap=9)
    for factor in (1, 2, 3):
        whole, tiled = _whole_and_tiled(_Folds(multiple), architecture, noise(height, width), factor)
        np.testing.assert_allclose(tiled, whole, atol=1e-3)


class _SmallRRDBNet(nn.Module):
    """Real-ESRGAN's larger networks with one block instead of 23, so that 40 pixels are all that a pixel sees."""

    def __init__(self, scale: int) -> None:
        from basicsr.archs.rrdbnet_arch import RRDBNet

        super().__init__()
        torch.manual_seed(scale)
        self.network = RRDBNet(3, 3, scale=scale, num_feat=8, num_block=1, num_grow_ch=4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.network(x)
        return torch.sigmoid(100 * made)


SMALL: dict[str, Callable[[], nn.Module]] = {
    "srvgg-x4-32": lambda: RandomCompact(3),
    "rrdbnet-x2": lambda: _SmallRRDBNet(2),
    "rrdbnet-x4": lambda: _SmallRRDBNet(4),
}


@pytest.mark.slow
@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("name", SMALL)
def test_every_network_is_the_same_in_tiles_at_prime_sides(name: str, factor: int) -> None:
    architecture = dataclasses.replace(ARCHITECTURES[name], overlap=40)
    image = np.ascontiguousarray(six_people()[300:431, 400:539])
    whole, tiled = _whole_and_tiled(SMALL[name](), architecture, image, factor)
    assert np.abs(whole - tiled).max() < 1 / 255 and whole.std() > 5 / 255
    assert whole.shape == (131 * factor, 139 * factor, 3)


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
    assert [choose_model(config, factor, gpu=True) for factor in (1, 2, 3, 4)] == choices
    assert [choose_model(config, factor, gpu=False) for factor in (1, 2, 3, 4)] == [COMPACT] * 4


def test_it_tells_which_network_runs_for_a_factor() -> None:
    config = UpscalerConfig(device="cpu", precision="float32")
    networks = {factor: Network(f"x{factor}", _Repeat(), architecture_of(COMPACT)) for factor in FACTORS}
    upscaler = Upscaler({factor: TorchEnlarger(network, config) for factor, network in networks.items()}, config)
    assert [upscaler.models_used(noise(8, 8), factor) for factor in FACTORS] == [("x1",), ("x2",), ("x3",), ("x4",)]
    assert upscaler.report.models == ("x1", "x2", "x3", "x4")
