"""`visage serve`, `visage weights` and `visage doctor`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import httpx

from serve_app.cli.check import Check, State
from serve_app.cli.examination import examine
from serve_app.cli.exit_codes import ExitCode
from serve_app.cli.options import ServiceAddress
from serve_app.client import RequestFailed, Visage

CONFIG = Path("serve_config.yaml")
_SIGNS = {State.OK: "ok      ", State.WARNING: "warning ", State.PROBLEM: "PROBLEM "}


@click.command(short_help="Run the service.")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=CONFIG)
def serve(config: Path) -> int:
    """Run the service on this machine until it is stopped: `python -m serve_app CONFIG`."""
    from serve_app.__main__ import main

    return main([str(config)])


@click.command(
    short_help="Fetch, verify and list weights.",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def weights(arguments: tuple[str, ...]) -> int:
    """Fetch, verify and list the models' weights: `python -m deployments.models`."""
    from deployments.models.__main__ import main

    try:
        return main(list(arguments), "visage weights")
    except SystemExit as error:  # argparse's
        return error.code if isinstance(error.code, int) else ExitCode.USAGE


@click.command(short_help="Examine this machine.")
@click.argument("config", type=click.Path(path_type=Path), default=CONFIG)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.option("--url", type=ServiceAddress(), help="Examine the service at this address instead.")
def doctor(config: Path, as_json: bool, url: str | None) -> int:
    """Say what this machine can do for Visage, what is missing, and how to mend it; CONFIG as for `serve`.

    The exit code is 1 where something is a problem; a warning is none. It is 3 where a service does not answer.
    """
    found = []
    try:
        for check in examine(config) if url is None else _examine_service(url):
            found.append(check)
            if not as_json:
                click.echo(_line(check))
    except (httpx.TransportError, RequestFailed) as error:
        raise _NoService(f"{url} does not answer as Visage does: {error}") from None
    if as_json:
        click.echo(json.dumps({"ok": _fine(found), "checks": [dataclasses.asdict(check) for check in found]}, indent=2))
    return ExitCode.OK if _fine(found) else ExitCode.SOME_FAILED


class _NoService(click.ClickException):
    exit_code = ExitCode.CANNOT_WORK


def _fine(found: Iterable[Check]) -> bool:
    return all(check.state is not State.PROBLEM for check in found)


def _line(check: Check) -> str:
    remedy = f"\n          -> {check.remedy}" if check.remedy else ""
    return f"{_SIGNS[check.state]}  {check.name}: {check.found}{remedy}"


def _examine_service(url: str) -> Iterator[Check]:
    """What a running service says of itself."""
    with Visage(url) as client:
        readiness = client.ready()
    for name, stage in readiness["stages"].items():
        runs = ", ".join([*stage["models"], stage["device"] or "", stage["precision"] or ""]).strip(", ")
        if not stage["ready"]:
            yield Check(name, State.PROBLEM, "; ".join(stage["notes"]) or "not ready", "see the service's log")
        elif stage["notes"]:
            yield Check(name, State.WARNING, f"{stage['replicas']} replica(s): {runs}; {'; '.join(stage['notes'])}")
        else:
            yield Check(name, State.OK, f"{stage['replicas']} replica(s): {runs}")
    limits = readiness["limits"]
    yield Check(
        "limits",
        State.OK,
        f"{limits['max_upload_bytes'] / 1e6:.1f} MB a file, {limits['max_input_pixels'] / 1e6:g} megapixels in, "
        f"{limits['max_output_pixels'] / 1e6:g} out, {limits['deadline_s']:g} s a photo",
    )
