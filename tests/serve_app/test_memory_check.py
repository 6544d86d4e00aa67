"""Where Ray keeps objects: what is read from a raylet, and what is refused, with which remedy."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve_app.memory_check import (
    CONFIG_VARIABLE,
    SPILL_VARIABLE,
    ObjectStore,
    close_to_others,
    exposure,
    file_system,
    parse_raylet,
    problems,
    switch_off_core_dumps,
)

ON_DISK = str(Path.home())
RAYLET = [
    "/venv/ray/core/src/ray/raylet/raylet",
    "--node_id=ab12",
    "--static_resource_list=node:10.0.0.1,1.0,CPU,2,object_store_memory,1000",
    "--python_worker_command=python worker.py --temp-dir=/tmp/ray --plasma_directory=/not/this",
    "--object_store_memory=1000",
    "--plasma_directory=/dev/shm",
    "--fallback_directory=/dev/shm/visage/spill",
    "--head",
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of ours in memory, with mode 700."""
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="visage-check-") as name:
        yield Path(name)


def store(plasma: str = "/dev/shm", spill: str = "", size: int = 1000) -> ObjectStore:
    return ObjectStore(1, plasma, (spill,), size)


def test_both_folders_are_read_from_the_raylets_command_line() -> None:
    assert parse_raylet(7, RAYLET, {}) == ObjectStore(7, "/dev/shm", ("/dev/shm/visage/spill",), 1000)


def test_every_folder_of_rays_unstable_setting_counts() -> None:
    given = {"type": "filesystem", "params": {"directory_path": ["/dev/shm/visage/spill", "/mnt/ssd"]}}
    found = parse_raylet(7, RAYLET, {CONFIG_VARIABLE: json.dumps(given)})
    assert found.spill == ("/dev/shm/visage/spill", "/mnt/ssd")


def test_spilling_to_other_storage_is_refused() -> None:
    given = {"type": "smart_open", "params": {"uri": "s3://bucket/path"}}
    found = parse_raylet(7, RAYLET, {CONFIG_VARIABLE: json.dumps(given)})
    assert any("on a disk" in problem for problem in problems(found))


def test_memory_of_our_own_is_accepted(folder: Path) -> None:
    assert problems(store(spill=str(folder))) == []


def test_a_spill_folder_on_a_disk_is_refused_with_the_command_that_mends_it(folder: Path) -> None:
    [problem] = problems(store(spill=f"{ON_DISK}/spill"))
    assert f"spills objects to {ON_DISK}/spill, which is on a disk" in problem
    assert "mkdir -p -m 700 /dev/shm/visage-" in problem and f"export {SPILL_VARIABLE}=" in problem


def test_a_link_to_a_disk_is_followed(folder: Path) -> None:
    (folder / "link").symlink_to(ON_DISK)
    [problem] = problems(store(spill=str(folder / "link")))
    assert "on a disk" in problem


def test_an_object_store_on_a_disk_is_refused_with_the_size_that_docker_needs(folder: Path) -> None:
    [problem] = problems(store(plasma=ON_DISK, spill=str(folder), size=4 << 30))
    assert f"4.00 GiB is in {ON_DISK}, which is on a disk" in problem
    assert "--shm-size=5g" in problem and "size=5G /dev/shm" in problem


def test_memory_smaller_than_the_object_store_is_refused(folder: Path) -> None:
    [problem] = problems(store(spill=str(folder), size=file_system("/dev/shm").size + 1))
    assert "--shm-size=" in problem


@pytest.mark.parametrize("spill", ["/dev/shm", "/dev/shm/visage-nobody-made-this"])
def test_a_spill_folder_that_others_share_or_could_make_is_refused(spill: str) -> None:
    [problem] = problems(store(spill=spill))
    assert "mkdir -p -m 700" in problem


def test_others_must_not_read_the_spill_folder_nor_replace_it(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir(0o700)
    assert exposure(str(inner)) is None
    folder.chmod(0o777)
    assert "may replace it" in str(exposure(str(inner)))
    folder.chmod(0o1777)
    assert exposure(str(inner)) is None
    inner.chmod(0o750)
    assert "may open it" in str(exposure(str(inner)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_users_spill_folder_is_refused(folder: Path) -> None:
    os.chown(folder, 12345, 12345)
    assert "belongs to user 12345" in str(exposure(str(folder)))
    os.chown(folder, 0, 0)


def test_a_folder_of_ours_is_closed_and_a_shared_one_is_left(folder: Path) -> None:
    folder.chmod(0o755)
    close_to_others(str(folder))
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o1777)
    close_to_others(str(folder))
    assert folder.stat().st_mode & 0o7777 == 0o1777
    before = os.stat("/dev/shm").st_mode
    close_to_others("/dev/shm")
    assert os.stat("/dev/shm").st_mode == before


def test_core_dumps_of_a_process_and_its_children_are_off() -> None:
    program = "import resource; input(); print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2),
    ) as process:
        switch_off_core_dumps(process.pid)
        assert process.communicate("\n")[0] == "0\n"
    switch_off_core_dumps(process.pid)  # it has ended: no error


def test_the_file_system_of_a_folder_to_come_is_that_of_its_parent() -> None:
    assert file_system("/dev/shm/not/yet/there").kind == "tmpfs"
    assert file_system("/proc/self").kind == "proc"
