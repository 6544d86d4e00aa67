"""What the doctor examines, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from serve_app.cli.check import Check, State
from serve_app.cli.machine_checks import machine_checks
from serve_app.cli.settings_checks import SETTINGS_CHECKS
from serve_app.cli.settings_file import settings_from


def examine(config: Path) -> Iterator[Check]:
    """Every check. One that cannot be made is a problem, and the others go on."""
    for check in machine_checks(config):
        yield from _tried(check)
    try:
        settings = settings_from(config)
    except (OSError, ValueError) as error:
        yield Check("settings", State.PROBLEM, f"{config} cannot be used: {error}", "docs/configuration.md lists them")
        return
    for of_settings in SETTINGS_CHECKS:
        yield from _tried(partial(of_settings, settings))


def _tried(check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from check()
    except Exception as error:
        name = getattr(check.func if isinstance(check, partial) else check, "__name__", "check")
        yield Check(name, State.PROBLEM, f"cannot be examined: {type(error).__name__}: {error}")
