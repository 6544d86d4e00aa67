"""The command line for weights: fetch, verify and list them, and prepare what a CPU runs in place of torch.

python -m deployments.models fetch [NAME ...] | verify [NAME ...] | list | prepare NAME
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from deployments.errors import ModelUnavailable
from deployments.models import compact_weights, graphs
from deployments.models.manifest import manifest
from deployments.models.prepared import NotPrepared, prepared_file
from deployments.models.registry import architecture_of
from deployments.models.weights import fetch, local_paths, locate


class Maker(NamedTuple):
    """Makes what a CPU runs in place of a network, a file with this suffix."""

    suffix: str
    make: Callable[[str], Path]


_GRAPH = Maker(graphs.SUFFIX, graphs.make)
_ARRAYS = Maker(compact_weights.SUFFIX, compact_weights.make)


def _maker(name: str) -> Maker | None:
    """By the architecture; None where a CPU runs the model as it is."""
    if manifest()[name].architecture is None:
        return None
    architecture = architecture_of(name)
    if architecture.graph_inputs:
        return _GRAPH
    return _ARRAYS if architecture.has_kernel else None


def _wanted(gpu: bool) -> list[str]:
    return [name for name, model in manifest().models.items() if model.fetch != "gpu" or gpu]


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def _fetch_command(names: list[str]) -> int:
    failed, has_gpu = 0, _has_gpu()
    for name in names or _wanted(has_gpu):
        try:
            path = locate(name)
            fresh = path is None
            path = path or fetch(name)
            print(f"{'fetched' if fresh else 'ready  '}  {name:<24} {path}")
        except ModelUnavailable as error:
            needed = bool(names) or manifest()[name].fetch == "always"
            failed += needed
            print(f"{'MISSING' if needed else 'without'}  {name}: {error.message}", file=sys.stderr)
    if not (failed or names or has_gpu):
        _prepare([name for name in _wanted(has_gpu) if locate(name) is not None])
    return 1 if failed else 0


def _prepare(names: list[str]) -> None:
    """Make now, on all CPUs, what the stages would each make at their first start."""

    def make(name: str) -> None:
        if (maker := _maker(name)) is None:
            return
        try:
            prepared_file(name, maker.suffix)
        except NotPrepared as reason:
            print(f"{name} runs in torch: {reason}", file=sys.stderr)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        list(threads.map(make, names))


def _verify_command(names: list[str]) -> int:
    wrong = 0
    for name in names or list(manifest().models):
        try:
            path = locate(name)
            absent = "MISSING" if names or manifest()[name].fetch == "always" else "absent"
            wrong += path is None and absent == "MISSING"
            print(f"{'ok' if path else absent:<8} {name:<28} {path or ''}")
        except ModelUnavailable as error:
            wrong += 1
            print(f"WRONG    {name:<28} {error.message}")
    return 1 if wrong else 0


def _list_command() -> int:
    for name, model in manifest().models.items():
        here = any(path.is_file() for path in local_paths(model))
        use = "commercial use" if model.commercial else "NON-COMMERCIAL"
        print(
            f"{'here  ' if here else 'absent'}  {name:<28} {model.bytes / 1e6:7.1f} MB  {model.fetch:<8}  {use}\n"
            f"        {model.title}; {model.license}"
        )
    return 0


def main(arguments: list[str] | None = None, prog: str = "python -m deployments.models") -> int:
    """The command line, which calls itself `prog`; returns the exit status."""
    parser = argparse.ArgumentParser(prog=prog, description="Fetch, verify and list the models' weights.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command, text in (
        ("fetch", "fetch what is missing (by default what this machine uses)"),
        ("verify", "check every file that is here"),
    ):
        commands.add_parser(command, help=text).add_argument("names", nargs="*", metavar="NAME")
    prepare = commands.add_parser("prepare", help="make what a CPU runs of a model, whether or not it is there")
    prepare.add_argument("name")
    commands.add_parser("list", help="show every model with its license")
    parsed = parser.parse_args(arguments)
    if parsed.command == "list":
        return _list_command()
    if parsed.command == "prepare":
        maker = _maker(parsed.name)
        if maker is None:
            parser.error(f"nothing is made of {parsed.name}: a CPU runs it as it is")
        print(maker.make(parsed.name))
        return 0
    unknown = [name for name in parsed.names if name not in manifest().models]
    if unknown:
        parser.error(f"no such model: {', '.join(unknown)} (see: list)")
    return (_fetch_command if parsed.command == "fetch" else _verify_command)(parsed.names)


if __name__ == "__main__":
    sys.exit(main())
