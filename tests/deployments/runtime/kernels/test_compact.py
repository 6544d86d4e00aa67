"""The kernel computes what torch computes, for every size, and stays within its arrays."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from functools import cache
from signal import SIGSEGV

import numpy as np
import pytest
from torch import nn

from deployments.models.compact_weights import Layer as Weights
from deployments.models.compact_weights import of_module
from deployments.models.network import load_network
from deployments.models.prepared import NotPrepared
from deployments.runtime.kernels.choice import kernel_for
from deployments.runtime.kernels.compact import CompactKernel
from deployments.runtime.kernels.cpu import Cpu, KernelUnavailable, MachineCode, Numbers, cpu_with, host_features
from deployments.runtime.kernels.layer import Layer
from deployments.runtime.kernels.shape import Shape
from load.service import ROOT
from tests.helpers.compact import RandomCompact, by_kernel, by_torch, psnr
from tests.helpers.images import noise, six_people

pytestmark = pytest.mark.slow
_LAYER_OF = Layer.of


def _features(*, without: str) -> dict[str, bool]:
    return {name: there and not name.startswith(without) for name, there in host_features().items()}


def _host() -> Cpu:
    try:
        return cpu_with(host_features())
    except KernelUnavailable as reason:
        pytest.skip(str(reason))


def _host_with(numbers: Numbers, *, amx: bool = False) -> Cpu:
    cpu = _host()
    if numbers not in cpu.numbers or (amx and not cpu.amx):
        pytest.skip(f"this CPU has no such products of {numbers}")
    return replace(cpu, amx=amx)


@cache
def _kernel_of(network: nn.Module, cpu: Cpu, numbers: Numbers) -> CompactKernel:
    """Its machine code takes half a second."""
    return CompactKernel(of_module(network).layers, cpu, numbers=numbers, threads=2)


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return RandomCompact(4)


@pytest.fixture(scope="module")
def exact(network: nn.Module) -> CompactKernel:
    return _kernel_of(network, _host(), "f32")


SIZES = [
    *[(1, width) for width in (1, 2, 3, 4, 5, 131)],
    *[(height, 1) for height in (2, 3, 4, 5, 67)],
    *[(height, width) for height in (3, 4, 5, 7, 8, 9) for width in (3, 4, 5, 119, 120, 121)],
    *[(height, width) for height in (31, 33, 67) for width in (15, 64, 131)],
]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_every_size_equals_torch(network: nn.Module, exact: CompactKernel, height: int, width: int) -> None:
    image = noise(height, width)
    np.testing.assert_allclose(by_kernel(exact, image, 4), by_torch(network, image, 4), atol=1e-5)


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_every_factor_equals_torch_and_area_averaging(network: nn.Module, exact: CompactKernel, factor: int) -> None:
    image = noise(67, 131)
    found, expected = by_kernel(exact, image, factor), by_torch(network, image, factor)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.min() >= 0.0 and found.max() <= 1.0 and found.std() > 0.05


def test_a_cpu_without_avx_512_computes_the_same(network: nn.Module) -> None:
    cpu = cpu_with(_features(without="avx512"))
    assert cpu.vectors == "avx2" and cpu.numbers == ["f32"]
    kernel = CompactKernel(of_module(network).layers, cpu, numbers="f32", threads=1)
    for height, width in ((1, 1), (9, 121), (67, 131)):
        image = noise(height, width)
        for factor in (1, 3, 4):
            expected = by_torch(network, image, factor)
            np.testing.assert_allclose(by_kernel(kernel, image, factor), expected, atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (5, 127), (67, 131)])
def test_products_of_bfloat16_are_close(network: nn.Module, height: int, width: int) -> None:
    kernel = _kernel_of(network, _host_with("bf16"), "bf16")
    image = noise(height, width)
    assert psnr(by_kernel(kernel, image, 4), by_torch(network, image, 4)) > 35


@pytest.mark.parametrize(("height", "width"), [*SIZES, (2, 32), (3, 33), (17, 63), (16, 96)])
def test_products_by_amx_are_close_at_every_size(network: nn.Module, height: int, width: int) -> None:
    kernel, image = _kernel_of(network, _host_with("bf16", amx=True), "bf16"), noise(height, width)
    assert kernel.name == "direct amx bf16"
    expected = by_torch(network, image, 4)
    found = by_kernel(kernel, image, 4)
    assert psnr(found, expected) > 55 and np.abs(found - expected).max() < 1 / 64


def test_amx_reads_a_picture_in_more_digits_than_bfloat16_has() -> None:
    """200 of 65,535 levels, all of which would be one, before a first layer that tells them apart."""
    plain = RandomCompact(4)
    first = plain.body[0]
    first.weight.data.mul_(8)  # type: ignore[operator]
    first.bias.copy_(-first.weight.sum(dim=(1, 2, 3)) * 0.75)  # type: ignore[operator]
    kernel = _kernel_of(plain, _host_with("bf16", amx=True), "bf16")
    levels = np.linspace(0.75, 0.75 + 200 / 65535, 64, dtype=np.float32)
    ramp = np.ascontiguousarray(np.broadcast_to(levels[:, None], (40, 64, 3)))
    inner = slice(32, -32)  # where no zeros of the frame are seen
    apart = np.abs(by_kernel(kernel, ramp, 4) - by_torch(plain, ramp, 4))[inner, inner]
    assert apart.max() < 5e-4  # with bfloat16 alone it is ten times that


@pytest.mark.parametrize(("height", "width"), [*SIZES, (12, 108), (13, 109), (7, 6), (6, 7)])
def test_products_of_integers_are_close_at_every_size(network: nn.Module, height: int, width: int) -> None:
    kernel, image = _kernel_of(network, _host_with("int16"), "int16"), noise(height, width)
    expected = by_torch(network, image, 4)
    found = by_kernel(kernel, image, 4)
    assert psnr(found, expected) > 58 and np.abs(found - expected).max() < 1 / 128


def test_integers_have_a_unit_that_fits_in_the_dark(network: nn.Module) -> None:
    """In a picture as dark as can be, without biases that would be larger."""
    plain = RandomCompact(4)
    for layer in plain.body[::2]:
        layer.bias.zero_()  # type: ignore[operator]
    kernel = _kernel_of(plain, _host_with("int16"), "int16")
    tiny = noise(40, 30) * np.float32(1 / 255)
    expected, found = by_torch(plain, tiny, 4), by_kernel(kernel, tiny, 4)
    assert np.abs(found - expected).max() < expected.max() / 100


@pytest.fixture(scope="module")
def real() -> nn.Module:
    return load_network("realesr-general-x4v3").module


@pytest.mark.weights
def test_the_real_network_equals_torch(real: nn.Module) -> None:
    image = np.ascontiguousarray(six_people()[290:430, 430:590])
    expected = by_torch(real, image, 4)
    assert expected.std() > 0.05
    found = by_kernel(_kernel_of(real, _host(), "f32"), image, 4)
    np.testing.assert_allclose(found, expected, atol=2e-5)  # 34 layers round 34 times, in torch as here
    assert psnr(found, expected) > 130


@pytest.mark.weights
@pytest.mark.parametrize(
    ("numbers", "amx", "decibels"), [("bf16", False, 55), ("bf16", True, 60), ("int16", False, 63)]
)
def test_the_real_network_is_close_with_products_of_16_bits(
    real: nn.Module, numbers: Numbers, amx: bool, decibels: float
) -> None:
    image = np.ascontiguousarray(six_people()[290:430, 430:590])
    expected = by_kernel(_kernel_of(real, _host(), "f32"), image, 4)
    found = by_kernel(_kernel_of(real, _host_with(numbers, amx=amx), numbers), image, 4)
    assert psnr(found, expected) > decibels


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(("numbers", "amx"), [("f32", False), ("int16", False), ("bf16", True)])
def test_strips_of_any_height_are_the_same_to_the_bit(
    network: nn.Module, numbers: Numbers, amx: bool, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, cpu = noise(203, 40), _host_with(numbers, amx=amx)
    whole = by_kernel(_kernel_of(network, cpu, numbers), image, 2)
    kernel = CompactKernel(of_module(network).layers, cpu, numbers=numbers, threads=threads)
    for pixels in (1, 40 * 24, 10**6):
        monkeypatch.setattr("deployments.runtime.kernels.strips.STRIP_BYTES", pixels * 256)
        np.testing.assert_array_equal(by_kernel(kernel, image, 2), whole)


@pytest.mark.parametrize(
    ("numbers", "amx", "rounding"), [("f32", False, 1e-6), ("int16", False, 1 / 255), ("bf16", True, 0)]
)
def test_a_picture_cut_into_columns_is_the_same_but_for_rounding(
    network: nn.Module, numbers: Numbers, amx: bool, rounding: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, kernel = noise(20, 301), _kernel_of(network, _host_with(numbers, amx=amx), numbers)
    for factor in (3, 4):
        whole = by_kernel(kernel, image, factor)
        with monkeypatch.context() as patch:
            patch.setattr("deployments.runtime.kernels.compact.MAX_WIDTH", 100)
            np.testing.assert_allclose(by_kernel(kernel, image, factor), whole, atol=rounding)


@pytest.mark.weights
def test_a_photo_cut_into_columns_is_the_same_to_one_level_but_for_single_pixels(
    real: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, kernel = np.ascontiguousarray(six_people()[300:350, 430:751]), _kernel_of(real, _host_with("int16"), "int16")
    whole = by_kernel(kernel, image, 4)
    monkeypatch.setattr("deployments.runtime.kernels.compact.MAX_WIDTH", 170)  # four parts
    cut = by_kernel(kernel, image, 4)
    assert np.mean(np.abs(cut - whole) > 1 / 255) < 1e-4 and 70 < psnr(cut, whole) < 200


@pytest.mark.slow
def test_nothing_beside_its_arrays_is_read_or_written() -> None:
    _host()
    run = subprocess.run([sys.executable, "-m", "tests.helpers.guarded"], cwd=ROOT, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.slow
def test_the_guard_catches_a_read_of_one_number_too_many() -> None:
    run = subprocess.run([sys.executable, "-m", "tests.helpers.guarded", "trespass"], cwd=ROOT, capture_output=True)
    assert run.returncode == -SIGSEGV


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_what_only_surrounds_a_picture_is_seen_and_not_written(exact: CompactKernel, factor: int) -> None:
    image, inner = noise(150, 90), slice(20 * factor, -20 * factor)
    whole, written = (
        np.empty((150 * factor, 90 * factor, 3), np.float32),
        np.empty((110 * factor, 50 * factor, 3), np.float32),
    )
    list(exact.pieces(image, whole, factor))
    list(exact.pieces(image, written, factor, 20))
    np.testing.assert_array_equal(written, whole[inner, inner])


def test_progress_counts_every_piece(exact: CompactKernel) -> None:
    told = list(exact.pieces(noise(203, 40), np.empty((406, 80, 3), np.float32), 2))
    assert told == [(done, told[0][1]) for done in range(told[0][1] + 1)] and told[0][1] > 3


def test_while_nobody_asks_for_the_next_piece_the_work_rests(
    exact: CompactKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deployments.runtime.kernels.strips.STRIP_BYTES", 1)  # 8 rows a strip
    output = np.full((2000, 40, 3), -1.0, np.float32)
    with closing(exact.pieces(noise(2000, 40), output, 1)) as pieces:
        for _ in range(10):
            next(pieces)
        time.sleep(0.5)
        assert (output[8 * (10 + 2 + 1) :] == -1.0).all() and (output[:40] >= 0.0).all()
        for _ in pieces:
            pass
    assert (output >= 0.0).all()


def test_closed_early_it_stops(exact: CompactKernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.runtime.kernels.strips.STRIP_BYTES", 1)
    output = np.full((2000, 40, 3), -1.0, np.float32)
    pieces = exact.pieces(noise(2000, 40), output, 1)
    assert [next(pieces) for _ in range(10)][-1][0] == 9
    pieces.close()
    untouched = output.copy()
    assert (untouched[-40:] == -1.0).all()
    assert not list(pieces)
    np.testing.assert_array_equal(output, untouched)


@pytest.mark.parametrize(("numbers", "amx"), [("f32", False), ("int16", False), ("bf16", True)])
@pytest.mark.parametrize(("layer", "number"), [(-1, np.inf), (4, np.nan), (0, np.inf)])
def test_a_number_that_is_not_finite_is_an_error_and_not_a_pixel(
    numbers: Numbers, amx: bool, layer: int, number: float
) -> None:
    broken = RandomCompact(4)
    broken.body[layer].bias[7] = number  # type: ignore[operator]
    kernel = CompactKernel(of_module(broken).layers, _host_with(numbers, amx=amx), numbers=numbers, threads=2)
    with pytest.raises(ArithmeticError, match="finite"):
        by_kernel(kernel, noise(40, 40), 1)


@pytest.mark.parametrize(
    "other", [nn.Conv2d(3, 48, 3), nn.Sequential(), type("Other", (nn.Module,), {"body": nn.ModuleList()})()]
)
def test_another_network_is_refused(other: nn.Module) -> None:
    with pytest.raises(NotPrepared, match="compact network"):
        of_module(other)


def test_a_cpu_that_it_does_not_know_is_refused(network: nn.Module) -> None:
    with pytest.raises(KernelUnavailable, match="AVX2"):
        cpu_with({"neon": True})
    with pytest.raises(KernelUnavailable, match="bf16"):
        CompactKernel(of_module(network).layers, cpu_with(_features(without="avx512")), numbers="bf16", threads=1)


def test_a_kernel_that_computes_something_else_is_refused(network: nn.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernel_for(of_module(network), short=False, threads=1).name.endswith("f32")
    monkeypatch.setattr("deployments.runtime.kernels.layer.Layer.of", _turned)
    with pytest.raises(KernelUnavailable, match="from torch's"):
        kernel_for(of_module(network), short=False, threads=1)


def _turned(code: MachineCode, shape: Shape, weights: Weights) -> Layer:
    kernel, bias, slope = weights
    return _LAYER_OF(code, shape, (np.ascontiguousarray(kernel.swapaxes(2, 3)), bias, slope))


def test_amx_is_for_who_has_it_in_full() -> None:
    whole = {**host_features(), "avx512f": True, "avx512vl": True, "avx512bf16": True}
    for missing in ("amx-tile", "amx-bf16", "avx512bf16"):
        features = {**whole, "amx-tile": True, "amx-bf16": True, missing: False}
        assert not cpu_with(features).amx


def test_integers_are_for_avx_512_without_amx() -> None:
    whole = {**host_features(), "avx512f": True, "avx512vl": True, "avx512bf16": True, "avx512vnni": True}
    cpu = replace(cpu_with(whole), amx=False)
    assert cpu.numbers == ["f32", "bf16", "int16"] and replace(cpu, amx=True).numbers == ["f32", "int16", "bf16"]
    assert replace(cpu, bf16=False).numbers[-1] == "int16" and replace(cpu, vnni=False).numbers[-1] == "bf16"
    assert cpu_with({**whole, "avx512vnni": False}).numbers == replace(cpu, vnni=False).numbers
