"""Refuses to run where Ray could write images to a disk, and switches core dumps off.

What counts is where the running raylet keeps its objects, not what this process was told: Ray reads its settings when
the raylet starts. The raylet's command line has both folders; every process of a node is below its raylet.
"""

from __future__ import annotations

import json
import os
import resource
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ray
from ray.exceptions import RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

SPILL_VARIABLE = "RAY_object_spilling_directory"
CONFIG_VARIABLE = "RAY_object_spilling_config"
IN_MEMORY = {"tmpfs", "ramfs"}
_PRIVATE = 0o700
_GIB = 1 << 30


class ImagesCouldReachDisk(RuntimeError):
    """The node's Ray keeps, or may keep, objects in a file on a disk; the message has the commands that mend it."""


@dataclass(frozen=True)
class ObjectStore:
    """Where a raylet keeps its objects."""

    pid: int
    """The raylet's process."""
    plasma: str
    """The folder of the object store."""
    spill: tuple[str, ...]
    """The folders for objects that do not fit into it; the raylet's own fallback allocations use the first."""
    size: int
    """The object store's bytes."""


@dataclass(frozen=True)
class FileSystem:
    """What a folder lies on."""

    kind: str
    """For example tmpfs or ext4."""
    mount: str
    size: int
    """Bytes in all."""


def default_spill_folder() -> str:
    """Where `make serve` lets Ray spill to."""
    return f"/dev/shm/visage-{os.getuid()}/spill"


def protect_every_node() -> None:
    """Call protect_this_node on every node that is in the cluster now.

    Raises ImagesCouldReachDisk for the first that fails. For nodes that join later the replicas check themselves.
    """
    protect_this_node()
    here = ray.get_runtime_context().get_node_id()
    check = ray.remote(num_cpus=0, max_retries=0)(protect_this_node)
    others = [node["NodeID"] for node in ray.nodes() if node["Alive"] and node["NodeID"] != here]
    checks = [check.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)) for node in others]
    try:
        ray.get([node_check.remote() for node_check in checks])
    except RayTaskError as error:
        if isinstance(error.cause, ImagesCouldReachDisk):
            raise error.cause from None
        raise


def protect_this_node() -> None:
    """Raise ImagesCouldReachDisk unless this node's raylet keeps objects in memory only; switch core dumps off.

    The process must be connected to Ray. A spill folder of ours that others may read is closed to them.
    """
    node = ray.get_runtime_context().get_node_id()
    store = _running_store(node)
    if store is None:
        raise ImagesCouldReachDisk(
            f"Visage does not start: the raylet of node {node} was not found in /proc, so where it keeps images is "
            "unknown. Start Visage as the same user and in the same container as Ray."
        )
    for folder in store.spill:
        close_to_others(folder)
    found = problems(store)
    if found:
        raise _refusal(ray.util.get_node_ip_address(), found)
    for pid in (os.getpid(), store.pid, *_descendants(store.pid)):
        switch_off_core_dumps(pid)


def check_spill_folder(folder: str) -> None:
    """Raise ImagesCouldReachDisk, before Ray starts, where it would spill to a disk or in sight of others."""
    close_to_others(folder)
    if (problem := spill_problem(folder)) is not None:
        raise _refusal("this machine", [problem])


def _refusal(where: str, found: list[str]) -> ImagesCouldReachDisk:
    reason = f"Visage does not start, because images could be written to a disk or be read by others on {where}."
    return ImagesCouldReachDisk("\n".join([reason, *found]))


def problems(store: ObjectStore) -> list[str]:
    """What is wrong with the folders of an object store, each with the commands that mend it; empty where all is well.

    Symbolic links are followed. The folders need not exist yet.
    """
    found = []
    plasma = file_system(store.plasma)
    if plasma.kind not in IN_MEMORY or plasma.size < store.size:
        found.append(_store_problem(store, plasma))
    return found + [problem for problem in map(spill_problem, store.spill) if problem is not None]


def spill_problem(folder: str) -> str | None:
    """What is wrong with a folder that Ray spills to, with the command that mends it, or None."""
    kind = file_system(folder).kind
    if kind not in IN_MEMORY:
        return f"- Ray spills objects to {folder}, which is on a disk ({kind}). {_spill_remedy()}"
    if (fault := exposure(folder)) is not None:
        return f"- Ray spills objects to {folder}, but {fault}. {_spill_remedy()}"
    return None


def _store_problem(store: ObjectStore, plasma: FileSystem) -> str:
    shared = file_system("/dev/shm")
    enough = max(1, -(-store.size * 5 // 4 // _GIB))  # Ray's 30% of the memory, and a quarter more to spill into
    if plasma.kind in IN_MEMORY:
        fault = f"has {plasma.size / _GIB:.2f} GiB"
    else:
        fault = f"is on a disk ({plasma.kind}); /dev/shm has {shared.size / _GIB:.2f} GiB"
    return (
        f"- Ray's object store of {store.size / _GIB:.2f} GiB is in {store.plasma}, which {fault}. "
        f"Give a container more with: docker run --shm-size={enough}g ... On a machine: "
        f"mount -o remount,size={enough}G /dev/shm. Or make the store smaller, with: ray start --object-store-memory. "
        "Then start Ray again, without --plasma-directory."
    )


def _spill_remedy() -> str:
    folder = default_spill_folder()
    return (
        "Stop Ray. Then, before `ray start`, `serve run` or `make serve`: "
        f"mkdir -p -m 700 {folder} && export {SPILL_VARIABLE}={folder}"
    )


def exposure(folder: str) -> str | None:
    """Why other users can read or replace what is in `folder`, or None; one that does not exist yet is not safe."""
    path, me = Path(folder).resolve(), os.geteuid()
    try:
        if (owner := path.stat().st_uid) != me:
            return f"it belongs to user {owner}, not to {me}"
        if path.stat().st_mode & 0o077:
            return "other users may open it"
        for parent in path.parents:
            state = parent.stat()
            if state.st_uid not in (0, me) or (state.st_mode & 0o022 and not state.st_mode & stat.S_ISVTX):
                return f"other users may replace it, because they may change {parent}"
    except OSError as error:
        return f"it cannot be examined ({error.strerror})"
    return None


def close_to_others(folder: str) -> None:
    """Give a folder of ours mode 700. One that is shared on purpose (a mount point, or sticky) is left as it is."""
    path = Path(folder).resolve()
    if not path.is_dir() or path.is_mount() or file_system(folder).kind not in IN_MEMORY:
        return
    state = path.stat()
    if state.st_uid == os.geteuid() and not state.st_mode & stat.S_ISVTX and state.st_mode & 0o077:
        path.chmod(_PRIVATE)


def switch_off_core_dumps(pid: int) -> None:
    """Set the soft limit of a process's core dumps to 0; its children inherit it. Other users' processes are left."""
    try:
        _, hard = resource.prlimit(pid, resource.RLIMIT_CORE)
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, hard))
    except (ProcessLookupError, PermissionError):
        pass  # it has ended, or it is not ours and therefore none of Ray's


def file_system(folder: str) -> FileSystem:
    """The file system that `folder` lies on, or would lie on once it exists."""
    path = Path(folder).resolve()
    found = FileSystem("unknown", "", 0)
    for mount, kind in _mounts():
        if path.is_relative_to(mount) and len(mount) >= len(found.mount):  # a later mount hides an earlier one
            found = FileSystem(kind, mount, 0)
    if not found.mount:
        return found
    room = os.statvfs(found.mount)
    return FileSystem(found.kind, found.mount, room.f_blocks * room.f_frsize)


def _mounts() -> Iterator[tuple[str, str]]:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, mount, kind, *_ = line.split()
        yield mount.encode().decode("unicode_escape"), kind  # a space is \040


def parse_raylet(pid: int, arguments: list[str], environment: dict[str, str]) -> ObjectStore:
    """The object store of a raylet from its command line and environment, as Ray 2.60 starts it."""
    options = dict(argument.removeprefix("--").split("=", 1) for argument in arguments[1:] if "=" in argument)
    spill = [options.get("fallback_directory", "")]
    if environment.get(CONFIG_VARIABLE):  # unstable in Ray; may name several folders, or storage elsewhere
        given = json.loads(environment[CONFIG_VARIABLE])
        folders = given.get("params", {}).get("directory_path", []) if given.get("type") == "filesystem" else ["/"]
        spill += [folders] if isinstance(folders, str) else folders
    return ObjectStore(
        pid,
        options.get("plasma_directory", ""),
        tuple(dict.fromkeys(spill)),
        int(options.get("object_store_memory", 0)),
    )


def _running_store(node: str) -> ObjectStore | None:
    """The object store of this node's raylet. A machine may have several raylets, of one cluster or of others."""
    for pid in _pids():
        arguments = _strings(pid, "cmdline")
        if arguments and Path(arguments[0]).name == "raylet" and f"--node_id={node}" in arguments:
            environment = dict(line.split("=", 1) for line in _strings(pid, "environ") if "=" in line)
            return parse_raylet(pid, arguments, environment)
    return None


def _descendants(ancestor: int) -> Iterator[int]:
    """The processes below one: the workers of a raylet, Serve's HTTP proxies among them."""
    children: dict[int, list[int]] = {}
    for pid in _pids():
        try:
            # `pid (name) state parent ...`; the name may contain spaces and brackets
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
        children.setdefault(parent, []).append(pid)
    left = [ancestor]
    while left:
        below = children.get(left.pop(), [])
        left += below
        yield from below


def _pids() -> Iterator[int]:
    yield from (int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def _strings(pid: int, file: str) -> list[str]:
    """The strings of /proc/PID/cmdline or environ; none where the process has ended or is not ours."""
    try:
        return [os.fsdecode(part) for part in Path(f"/proc/{pid}/{file}").read_bytes().split(b"\0") if part]
    except OSError:
        return []
