"""Memory that was freed is used again without the system."""

from __future__ import annotations

import ctypes
import logging
import subprocess
import sys
from types import SimpleNamespace

import pytest

from deployments.runtime.memory import keep_freed_memory
from load.service import ROOT

FAULTS = """
import resource, sys
from deployments.runtime.memory import keep_freed_memory
if "keep" in sys.argv:
    assert keep_freed_memory()
import numpy as np
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    tensors = [np.ones(60 * 2**20, np.uint8) for _ in range(3)]
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    del tensors
print(faults)
"""


def _faults(*arguments: str) -> int:
    run = subprocess.run(
        [sys.executable, "-c", FAULTS, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(run.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="not glibc")
def test_large_arrays_are_given_back_only_without_it() -> None:
    kept, given_back = _faults("keep"), _faults()
    assert given_back > 100 and kept < given_back / 10


def test_another_library_is_said_in_the_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: SimpleNamespace(mallopt=lambda option, value: 1))
    with caplog.at_level(logging.INFO):
        assert not keep_freed_memory()
    assert "not glibc" in caplog.text


def test_a_refusal_is_said_in_the_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    library = SimpleNamespace(mallopt=lambda option, value: int(option != -4), gnu_get_libc_version=None)
    monkeypatch.setattr("ctypes.CDLL", lambda name: library)
    with caplog.at_level(logging.INFO):
        assert not keep_freed_memory()
    assert "M_MMAP_MAX" in caplog.text
