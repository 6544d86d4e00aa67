"""What the doctor looks at because the settings ask for it: engines, jobs, storage and keys. It changes nothing."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deployments.config import NetworkConfig
from deployments.models.graphs import SUFFIX
from deployments.models.manifest import manifest
from deployments.models.prepared import path_of
from deployments.models.registry import architecture_of
from deployments.models.weights import locate
from deployments.stages import STAGES
from serve_app.cli.check import Check, State
from serve_app.settings import Settings

_RENEW = timedelta(days=30)
"""Before a certificate ends."""


def engines(settings: Settings) -> Iterator[Check]:
    """OpenVINO, and the graphs that it runs on a CPU in place of torch."""
    try:
        version = importlib.metadata.version("openvino")
    except importlib.metadata.PackageNotFoundError:
        yield Check("OpenVINO", State.WARNING, "missing: torch runs everything, more slowly", "make serve")
        return
    configs = {stage: settings.config_of(stage) for stage in STAGES}
    off = [str(name) for name, each in configs.items() if isinstance(each, NetworkConfig) and each.engine == "torch"]
    by_setting = f"; by the settings torch runs the {', the '.join(off)}" if off else ""
    graphs = {
        name: path_of(name, SUFFIX).is_file()
        for name, model in manifest().models.items()
        if model.architecture is not None and architecture_of(name).graph_inputs and locate(name) is not None
    }
    missing = [name for name, here in graphs.items() if not here]
    ready = ", ".join(name for name, here in graphs.items() if here) or "none"
    if missing:
        found = f"{version}, no graph yet of {', '.join(missing)}: a start makes it, once; ready: {ready}{by_setting}"
        yield Check("OpenVINO", State.WARNING, found, "visage weights fetch")
    else:
        yield Check.ok("OpenVINO", f"{version}, graphs for a CPU: {ready}{by_setting}")


def jobs(settings: Settings) -> Iterator[Check]:
    """The Redis server of jobs, and that it writes to no disk."""
    from serve_app.jobs.server import JobsCannotRun, require_memory_only

    if not settings.jobs.redis:
        return
    try:
        require_memory_only(settings.jobs.redis)
    except JobsCannotRun as error:
        yield _problem("jobs", error, "see docs/operations.md, Jobs")
    else:
        yield Check.ok("jobs", "their Redis server answers, and keeps everything in memory")


def storage(settings: Settings) -> Iterator[Check]:
    """The bucket that results are put into."""
    from serve_app.storage import StorageCannotBeUsed, storage_of

    try:
        found = storage_of(settings.storage)
        if found is not None:
            found.require_usable()
            yield Check.ok("storage", f"{settings.storage.url} can be used")
    except StorageCannotBeUsed as error:
        yield _problem("storage", error, "see docs/operations.md, Storage")


def api_keys(settings: Settings) -> Iterator[Check]:
    """The file of API keys."""
    from serve_app.keys import KeyRing, KeysCannotBeRead

    if not settings.keys.source:
        return
    try:
        KeyRing(settings.keys.source)
    except KeysCannotBeRead as error:
        yield _problem("API keys", error, "python -m serve_app.keys new NAME makes one")
    else:
        yield Check.ok("API keys", f"read from {settings.keys.source}")


def signatures(settings: Settings) -> Iterator[Check]:
    """The key that results are signed with, and for how long its certificate is valid."""
    from serve_app.content_credentials import CannotSign, Signer

    source = settings.c2pa.source
    if not source:
        return
    try:
        signer = Signer(settings.c2pa)
    except CannotSign as error:
        yield _problem("signatures", error, "visage signing-key OUT.pem --name WHO makes a key of your own")
        return
    found = f"as {signer.name}, valid until {signer.valid_until:%Y-%m-%d}"
    kind, _, name = source.partition(":")
    if signer.valid_until - datetime.now(UTC) < _RENEW:
        yield Check(
            "signatures", State.WARNING, f"{found}, soon", "renew the certificate: without it nothing is restored"
        )
    elif kind == "file" and Path(name).stat().st_mode & 0o077:
        yield Check(
            "signatures", State.WARNING, f"{found}; others on this machine can read {name}", f"chmod 600 {name}"
        )
    else:
        yield Check.ok("signatures", found)


SETTINGS_CHECKS: list[Callable[[Settings], Iterator[Check]]] = [engines, jobs, storage, api_keys, signatures]
"""All of them. What the settings leave off says nothing."""


def _problem(name: str, error: Exception, remedy: str) -> Check:
    return Check(name, State.PROBLEM, str(error), remedy)
