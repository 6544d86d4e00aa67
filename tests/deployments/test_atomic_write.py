"""What others see of a file that is being written, and what is left where that fails."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.atomic_write import atomic_write, write_atomically


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.fixture
def no_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)


def test_it_has_its_name_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.png"
    with atomic_write(path) as part:
        part.write_bytes(b"half")
        assert part.name.startswith(".") and part.suffix == ".part" and not path.exists()
        part.write_bytes(b"whole")
    assert path.read_bytes() == b"whole" and list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("written", [True, False])
def test_what_fails_leaves_what_was_there(tmp_path: Path, failure: type[BaseException], written: bool) -> None:
    def fail() -> None:
        with atomic_write(path) as part:
            if written:
                part.write_bytes(b"half")
            raise failure

    path = tmp_path / "a"
    path.write_bytes(b"before")
    with pytest.raises(failure):
        fail()
    assert path.read_bytes() == b"before" and list(tmp_path.iterdir()) == [path]


def test_it_can_be_read_by_whom_the_umask_lets(tmp_path: Path, umask: None) -> None:
    write_atomically(tmp_path / "a", b"data")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_name_may_have_the_longest_length(tmp_path: Path) -> None:
    path = tmp_path / f"{'é' * 125}.png"
    write_atomically(path, b"data")
    assert list(tmp_path.iterdir()) == [path]


def _keeps_what_is_there(folder: Path) -> None:
    path = folder / "a"
    write_atomically(path, b"first", overwrite=False)
    with pytest.raises(FileExistsError, match=r"a exists$"):
        write_atomically(path, b"second", overwrite=False)
    assert path.read_bytes() == b"first" and list(folder.iterdir()) == [path]
    write_atomically(path, b"third")
    assert path.read_bytes() == b"third"


def test_what_is_there_is_kept_unless_it_may_be_overwritten(tmp_path: Path) -> None:
    _keeps_what_is_there(tmp_path)


def test_it_is_kept_without_hard_links_too(tmp_path: Path, no_hard_links: None) -> None:
    _keeps_what_is_there(tmp_path)


def test_another_that_was_faster_is_not_overwritten(tmp_path: Path) -> None:
    def be_slow() -> None:
        with atomic_write(path, overwrite=False) as part:
            part.write_bytes(b"slow")
            path.write_bytes(b"fast")

    path = tmp_path / "a"
    with pytest.raises(FileExistsError):
        be_slow()
    assert path.read_bytes() == b"fast"
