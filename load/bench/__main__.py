"""The official pipeline and ours in one run: same networks, same weights, same pictures, and the goals held against it.

    python -m load.bench [--rounds 3] [--cases TEXT ...] [--no-service] [--films] [--config serve_config.yaml]

Rounds alternate between the contestants: other work on the machine only adds time, so the minimum of each counts, and
the median says how much of it there was. The service is started on a port of its own, the official pipeline in a
process of its own. Exits with 1 where a goal is missed by more than the noise of its rounds. A full run takes about
twenty minutes on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import statistics
import sys
from collections import defaultdict
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import yaml

from deployments.config import UpscalerConfig
from deployments.serving import DEPLOYMENTS
from deployments.stages import StageName
from deployments.upscaler import COMPACT, Upscaler
from load.bench import goals, machine
from load.bench.clients import PHOTOS, fairness, throughput
from load.bench.contestants import HTTP, OFFICIAL, OURS, ROWS, WHOLE, Run, in_process, official, over_http
from load.bench.films import films
from load.bench.goals import Goal, noise_of
from load.bench.pictures import Case, cases, sharp_face
from load.evaluate_bench import to_float
from load.service import ROOT, Service, running
from serve_app.cli.local import LocalEnhancer
from serve_app.cli.settings_file import settings_from

Rounds = dict[str, list[dict[str, float]]]
"""By contestant, milliseconds of each round by stage."""


def main(words: list[str] | None = None) -> int:
    """Run and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", nargs="+", default=[""], help="only those whose name has one of these in it")
    parser.add_argument("--no-service", action="store_true", help="official and in process alone")
    parser.add_argument("--films", action="store_true", help="films alone")
    parser.add_argument("--no-films", action="store_true", help="all but films")
    parser.add_argument("--config", type=Path, default=ROOT / "serve_config.yaml")
    arguments = parser.parse_args(words)
    chosen = [case for case in cases(arguments.rounds) if any(text in case.name for text in arguments.cases)]
    if not chosen:
        parser.error(f"no case is named so; there are {', '.join(case.name for case in cases(1))}")

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the service ends as well
    print(f"{date.today()}. {(here := machine.measure())}\n", flush=True)
    if arguments.films:
        print(films(official(), settings_from(arguments.config)))
        return 0
    held = [_similar_to_float32()]
    with ExitStack() as stack:
        contestants: dict[str, Run] = {}
        service = None if arguments.no_service else _started(arguments.config, stack)
        if service is not None:
            held += [
                Goal("GB (PSS) that the idle service holds", service.memory_gb(), goals.IDLE_GB),
                Goal("s from the start until readyz", service.ready_s, goals.READY_S),
            ]
        contestants[OFFICIAL] = official()
        contestants[OURS] = in_process(LocalEnhancer.load(settings_from(arguments.config)))
        if service is not None:
            contestants[HTTP] = over_http(service.url)
        for case in chosen:
            rounds = _run(case, contestants)
            print(_table(case, rounds, here), flush=True)
            if case is chosen[0]:
                held += _speed(case, rounds)
        if not arguments.no_films:
            print(films(contestants[OFFICIAL], settings_from(arguments.config)), flush=True)
        if service is not None:
            held += _clients(service)
            held.append(
                Goal(
                    "s until a killed upscaler is back",
                    service.lose(DEPLOYMENTS[StageName.UPSCALER].name),
                    goals.BACK_S,
                )
            )
    print("\n".join([goals.HEADER, *(goal.row() for goal in held)]))
    return 0 if all(goal.kept for goal in held) else 1


def _similar_to_float32() -> Goal:
    """The sharp portrait through the upscaler as configured, and through torch in float32."""
    image = to_float(sharp_face())
    fast, exact = (
        Upscaler.load(UpscalerConfig.model_validate({"model": COMPACT, **options})).upscale(image, 2)
        for options in ({}, {"kernel": "torch", "precision": "float32"})
    )
    error = max(float(np.mean((fast.astype(np.float64) - exact) ** 2)), 1e-20)
    return Goal("dB of the upscaler to float32", -10 * np.log10(error), goals.SIMILAR_DB, at_least=True)


def _run(case: Case, contestants: dict[str, Run]) -> Rounds:
    rounds: Rounds = defaultdict(list)
    for number in range(case.rounds):
        for name, run in contestants.items():
            rounds[name].append(run(case))
            print(f"{case.name}, round {number + 1}: {name} {rounds[name][-1][WHOLE]:,.0f} ms", file=sys.stderr)
    return rounds


def _table(case: Case, rounds: Rounds, here: machine.Machine) -> str:
    height, width = case.picture.shape[:2]
    lines = [
        f"### {case.name}: {width}x{height}, factor {case.factor}, {case.rounds} rounds\n",
        "| ms, minimum | " + " | ".join(rounds) + " |",
        "|---|" + "---:|" * len(rounds),
    ]
    for stage in [*ROWS, WHOLE]:
        times = {name: [row[stage] for row in each if stage in row] for name, each in rounds.items()}
        if any(times.values()):
            lines.append(f"| {stage} | " + " | ".join(f"{min(t):,.0f}" if t else "" for t in times.values()) + " |")
    whole = {name: [row[WHOLE] for row in each] for name, each in rounds.items()}
    lines.append("| whole, median | " + " | ".join(f"{statistics.median(t):,.0f}" for t in whole.values()) + " |")
    times_as_fast = [min(whole[OFFICIAL]) / min(each) for each in whole.values()]
    lines.append("| times as fast | " + " | ".join(f"{value:.2f}" for value in times_as_fast) + " |")
    gflop = machine.flops_of_pixel(COMPACT) * case.megapixels / 1e3
    upscaled = {name: gflop / (min(row[StageName.UPSCALER] for row in each) / 1e3) for name, each in rounds.items()}
    shares = [f"{g:,.0f} ({g / here.float32:.0%})" for g in upscaled.values()]
    lines.append("| upscaler, GFLOP/s (of the float32 peak) | " + " | ".join(shares) + " |\n")
    return "\n".join(lines)


def _speed(case: Case, rounds: Rounds) -> list[Goal]:
    whole = {name: [row[WHOLE] for row in each] for name, each in rounds.items()}
    fastest = HTTP if HTTP in whole else OURS
    found = [
        Goal(
            f"{case.name}: times as fast as the official, {fastest}",
            min(whole[OFFICIAL]) / min(whole[fastest]),
            goals.SPEEDUP,
            at_least=True,
            noise=noise_of(whole[OFFICIAL], whole[fastest]),
        )
    ]
    if HTTP in whole:
        bound = min(whole[OURS]) * goals.HTTP_SHARE + goals.HTTP_MS
        noise = noise_of(whole[OURS], whole[HTTP])
        found.append(Goal(f"{case.name}: ms over HTTP", min(whole[HTTP]), bound, noise=noise))
    return found


def _started(config: Path, stack: ExitStack) -> Service:
    """The service with a configuration's applications, as `make serve` starts it, until the stack is closed."""
    folder = Path(stack.enter_context(TemporaryDirectory()))
    command = (sys.executable, "-m", "serve_app")
    return stack.enter_context(running(yaml.safe_load(config.read_text()), folder, command=command))


def _clients(service: Service) -> list[Goal]:
    taken = asyncio.run(throughput(service.url))
    alone = taken.pop(1)
    found = [
        Goal(
            f"{clients} clients' photos a second, of one's ({PHOTOS / min(alone):.2f})",
            min(alone) / min(each),
            goals.THROUGHPUT,
            at_least=True,
            noise=noise_of(alone, each),
        )
        for clients, each in taken.items()
    ]
    beside = asyncio.run(fairness(service.url))
    strip_s = 1.0
    return [
        *found,
        Goal(
            f"s of a thumbnail beside 12 megapixels (alone {beside.alone_s:.2f})",
            beside.beside_s,
            2 * beside.alone_s + strip_s,
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
