"""What the doctor looks at on this machine. A check never changes anything."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from deployments.errors import ModelUnavailable
from deployments.models.manifest import manifest
from deployments.models.weights import cache_folder, locate
from serve_app.cli.check import Check, State
from serve_app.settings import HOST, PORT

ROOT = Path(__file__).resolve().parents[2]
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
_GIB = 1 << 30
_NEEDED_MEMORY = 6 * _GIB
"""All stages, Ray and one photo of some megapixels: docs/operations.md."""
_RAY_STORE_SHARE = 0.3
"""Of the machine's memory, what Ray takes for its object store."""
_SAME = {"opencv-python": "opencv-python-headless"}
"""Requirements that another distribution meets with the same module."""


def python() -> Iterator[Check]:
    """The version of Python."""
    wanted = _PROJECT["project"]["requires-python"]
    version = ".".join(map(str, sys.version_info[:3]))
    if Version(version) in SpecifierSet(wanted):
        yield Check.ok("Python", version)
    else:
        yield Check("Python", State.PROBLEM, f"{version}, needed is {wanted}", "make serve PYTHON=/path/to/python3.11")


def packages() -> Iterator[Check]:
    """What pyproject.toml requires, and what must not be there beside it."""
    wrong = []
    for text in _PROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        name = _SAME.get(requirement.name, requirement.name)
        version = _version_of(name) or _version_of(requirement.name)
        if version is None or Version(version) not in requirement.specifier:
            wrong.append(f"{requirement} ({version or 'missing'})")
    if wrong:
        remedy = "make serve installs what the lock names; or: pip install -e ."
        yield Check("packages", State.PROBLEM, ", ".join(wrong), remedy)
    else:
        yield Check.ok("packages", f"all {len(_PROJECT['project']['dependencies'])} that Visage requires")
    for one, other in (("onnxruntime", "onnxruntime-gpu"), ("opencv-python", "opencv-python-headless")):
        if _version_of(one) and _version_of(other):
            remedy = f"pip uninstall {one} {other}; pip install --no-deps {other}"
            yield Check("packages", State.WARNING, f"{one} and {other} overwrite each other's files", remedy)


def _version_of(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def weights() -> Iterator[Check]:
    """Every file of weights that is always needed, by its checksum, and GFPGAN's."""
    missing, wrong, here = [], [], []
    for name, model in manifest().models.items():
        try:
            path = locate(name)
        except ModelUnavailable as error:
            wrong.append(error.message)
            continue
        if path is not None:
            here.append(name)
        elif model.fetch == "always":
            missing.append(name)
    if wrong:
        yield Check("weights", State.PROBLEM, "; ".join(wrong), "delete these files, then: visage weights fetch")
    if missing:
        remedy = f"visage weights fetch (without the Internet: put them into {cache_folder()})"
        yield Check("weights", State.PROBLEM, f"missing: {', '.join(missing)}", remedy)
    if not wrong and not missing:
        yield Check.ok("weights", f"verified: {', '.join(here)}")
    if "gfpgan-v1.4" not in here:
        found = "gfpgan-v1.4 is not here, so Visage's own, weaker face restorer runs"
        yield Check("weights", State.WARNING, found, 'visage weights fetch gfpgan-v1.4 (docs/models.md, "GFPGAN")')


def processor() -> Iterator[Check]:
    """CPUs, and whether the upscaler's own machine code runs on them."""
    from deployments.runtime.cpus import available_cpus
    from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features

    count = available_cpus()
    try:
        cpu = cpu_with(host_features())
    except KernelUnavailable as error:
        yield Check("CPU", State.WARNING, f"{count} to use; torch enlarges, more slowly: {error}")
    else:
        numbers = cpu.numbers[-1]
        yield Check.ok("CPU", f"{count} to use; the upscaler's kernel runs on {cpu.vectors} with {numbers}")


def gpu() -> Iterator[Check]:
    """GPUs that torch can use; a driver without them is a problem."""
    import torch

    from deployments.runtime.device import resolve_device

    try:
        device = resolve_device("auto")
    except RuntimeError as error:
        yield Check("GPU", State.PROBLEM, str(error), "install the torch that fits the driver")
        return
    if device.type != "cuda":
        yield Check.ok("GPU", "none: everything runs on the CPU")
        return
    for index in range(torch.cuda.device_count()):
        card = torch.cuda.get_device_properties(index)
        yield Check.ok("GPU", f"{card.name}, {card.total_memory / _GIB:.0f} GiB")


def memory() -> Iterator[Check]:
    """Main memory, and /dev/shm for Ray's object store."""
    from serve_app.memory_check import IN_MEMORY, ObjectStore, file_system, problems

    total, free = psutil.virtual_memory().total, psutil.virtual_memory().available
    text = f"{free / _GIB:.1f} of {total / _GIB:.1f} GiB available"
    if free < _NEEDED_MEMORY:
        remedy = "stop other programs; the command line needs less than the service"
        yield Check("memory", State.WARNING, f"{text}; {_NEEDED_MEMORY / _GIB:.0f} are advised", remedy)
    else:
        yield Check.ok("memory", text)
    shared = file_system("/dev/shm")
    found = problems(ObjectStore(os.getpid(), "/dev/shm", (), int(total * _RAY_STORE_SHARE)))
    if found and shared.kind in IN_MEMORY:
        yield Check("/dev/shm", State.WARNING, f"{shared.size / _GIB:.2f} GiB, little for `visage serve`", found[0])
    elif found:
        yield Check("/dev/shm", State.PROBLEM, f"it is on {shared.kind}", found[0])
    else:
        yield Check.ok("/dev/shm", f"{shared.size / _GIB:.1f} GiB in memory")


def page() -> Iterator[Check]:
    """The exported page."""
    if (ROOT / "ui" / "out" / "index.html").is_file():
        yield Check.ok("page", "built")
    else:
        remedy = "make ui" if shutil.which("npm") else "install Node.js 20 or later, then: make ui"
        yield Check("page", State.WARNING, "not built: the service starts with its API alone", remedy)


def port(config: Path) -> Iterator[Check]:
    """Whether the service's port is free."""
    try:
        options = yaml.safe_load(config.read_text()).get("http_options", {})
        host, number = options.get("host", HOST), options.get("port", PORT)
    except (OSError, yaml.YAMLError, AttributeError) as error:
        yield Check("port", State.PROBLEM, f"{config} names none: {error}", "compare it with serve_config.yaml")
        return
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind((host, number))
        except OSError as error:
            remedy = f"stop what listens there (visage doctor --url http://{host}:{number} asks it), or change {config}"
            yield Check("port", State.WARNING, f"{host}:{number} is not free: {error.strerror}", remedy)
        else:
            yield Check.ok("port", f"{host}:{number} is free")


def ray() -> Iterator[Check]:
    """Ray, which only the service needs."""
    version = _version_of("ray")
    if version is None:
        yield Check("Ray", State.PROBLEM, "missing", "make serve; or: pip install -e .")
    else:
        yield Check.ok("Ray", version)


def machine_checks(config: Path) -> list[Callable[[], Iterator[Check]]]:
    """All of them, quick ones first."""
    return [python, packages, ray, memory, page, partial(port, config), processor, weights, gpu]
