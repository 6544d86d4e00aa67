"""What machine code is kept of, and what happens where it cannot be."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from deployments.runtime.kernels.objects import kept_object


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path))
    return tmp_path / "kernels"


def never() -> bytes:
    raise AssertionError("it was made again")


def test_it_is_made_once(cache: Path) -> None:
    assert kept_object("a", lambda: b"code of a") == b"code of a"
    assert kept_object("a", never) == b"code of a"
    assert kept_object("b", lambda: b"code of b") == b"code of b"
    assert [path.suffix for path in cache.iterdir()] == [".o", ".o"]


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 500])
def test_a_damaged_file_is_made_again(cache: Path, damage: bytes) -> None:
    kept_object("a", lambda: b"code of a")
    (file,) = cache.iterdir()
    file.write_bytes(damage)
    assert kept_object("a", lambda: b"code of a") == b"code of a"
    assert kept_object("a", never) == b"code of a"


def test_one_byte_that_changed_is_seen(cache: Path) -> None:
    kept_object("a", lambda: b"code of a")
    (file,) = cache.iterdir()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))
    assert kept_object("a", lambda: b"code of a") == b"code of a"


def test_without_a_folder_it_is_made_each_time(cache: Path) -> None:
    cache.write_bytes(b"a file where the folder should be")
    assert kept_object("a", lambda: b"code of a") == b"code of a"
    assert kept_object("a", lambda: b"made anew") == b"made anew"


def test_what_could_not_be_made_is_not_kept(cache: Path) -> None:
    with pytest.raises(RuntimeError, match="no such instruction"):
        kept_object("a", _failing)
    assert kept_object("a", lambda: b"code of a") == b"code of a"


def test_what_nobody_used_for_a_month_goes_when_something_new_is_kept(cache: Path) -> None:
    made: dict[str, Path] = {}
    for name in ("unused", "used", "recent"):
        kept_object(name, lambda: b"code")
        made[name] = next(path for path in cache.iterdir() if path not in made.values())
    for name, days in (("unused", 31), ("used", 31), ("recent", 29)):
        os.utime(made[name], (time.time() - days * 24 * 3600,) * 2)
    assert kept_object("used", never) == b"code"
    left = cache / ".killed.part"
    left.touch()
    os.utime(left, (0, 0))
    assert set(cache.iterdir()) == {*made.values(), left}
    kept_object("new", lambda: b"new code")
    assert not left.exists()
    assert not made["unused"].exists() and made["used"].exists() and made["recent"].exists()
    assert kept_object("unused", lambda: b"made anew") == b"made anew"


def _failing() -> bytes:
    raise RuntimeError("no such instruction")
