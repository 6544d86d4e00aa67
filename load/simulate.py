"""What n machines will do, from the seconds that each stage takes on one: a simulation of the graph, without Ray.

    python -m load.simulate answer.json [--gpus 1 2 4 8] [--cpus 8] [--faces 1] [--rates 1 2 4] [--seconds 120]

`answer.json` is an answer of the service to a photo like yours, sent while it did nothing else: its `timings_ms` are
the stages' times. Without --gpus it is one machine without a GPU, on which every stage uses all CPUs. Prints a Markdown
row for each number of GPUs and each rate, and the capacity: photos a second while there is always more to do.

The model. A request is a graph of tasks (TASKS), each some seconds of work on one device. A stage has replicas that do
one task at a time; the ingress's steps have threads. Tasks on one device share it: a GPU, and a machine without one,
give each of n running tasks 1/n of their speed; CPUs beside a GPU give each task a core. Left out: transport, memory,
Serve itself, and what a device gains by doing two things at once. docs/figures.md has it beside measured points.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from deployments.errors import Step
from deployments.stages import STAGES, StageName
from load.open_loop import arrivals

CPU = "cpu"
TASKS: dict[str, tuple[str, ...]] = {
    Step.DECODE: (),
    StageName.DETECTOR: (Step.DECODE,),
    StageName.RESTORER: (StageName.DETECTOR,),
    StageName.UPSCALER: (Step.DECODE,),
    Step.COMPOSE: (StageName.RESTORER, StageName.UPSCALER),
    StageName.VERIFIER: (Step.COMPOSE,),
    StageName.METRICS: (Step.COMPOSE,),
    Step.ENCODE: (Step.COMPOSE,),
}
"""What has to be done before what; see serve_app/pipeline/pipeline.py."""
ON_CPU = (Step.DECODE, Step.COMPOSE, Step.ENCODE, StageName.VERIFIER)
_DONE_S = 1e-9


@dataclass(frozen=True)
class Plan:
    """Where what runs."""

    devices: Mapping[str, float]
    """How many tasks each device runs at full speed; beyond that they share it."""
    replicas: Mapping[str, tuple[str, ...]]
    """The devices of a stage's replicas. A step that is not named runs in threads on CPU."""
    slots: int
    """Requests that are worked on at a time."""


def one_machine(slots: int = 2) -> Plan:
    """Without a GPU, as configured: each stage has one replica, which uses all CPUs."""
    return Plan({CPU: 1.0}, dict.fromkeys(STAGES, (CPU,)), slots)


def gpu_machines(gpus: int, cpus: int, slots: int) -> Plan:
    """A replica of each stage on each of `gpus` GPUs, with `cpus` CPUs and `slots` slots for each."""
    names = tuple(f"gpu {number}" for number in range(gpus))
    devices = {CPU: float(cpus * gpus)} | dict.fromkeys(names, 1.0)
    replicas: dict[str, tuple[str, ...]] = {stage: (CPU,) * gpus if stage in ON_CPU else names for stage in STAGES}
    return Plan(devices, replicas, slots * gpus)


@dataclass
class _Request:
    due: float
    left: dict[str, int]
    """Tasks that are not done, and of how many pieces."""


@dataclass
class _Task:
    request: _Request
    name: str
    device: str
    left_s: float


@dataclass
class Simulation:
    """Runs requests through a plan."""

    plan: Plan
    seconds: Mapping[str, float]
    """Of each task, alone on its device; of the restorer: for each face."""
    faces: int = 1
    now: float = 0.0
    finished: list[tuple[float, float]] = field(default_factory=list)
    """(when it was due, when it was answered) of each request."""

    def run(self, due: Iterable[float], until: float = float("inf")) -> list[float]:
        """Send a request at each of `due` (sorted); returns the seconds that each took, from when it was due.

        Stops at `until`; what is not answered then is left out.
        """
        coming = deque(due)
        self._waiting: deque[_Request] = deque()
        self._inside: list[_Request] = []
        self._queues: dict[str, deque[_Request]] = defaultdict(deque)
        self._free = {stage: list(devices) for stage, devices in self.plan.replicas.items()}
        self._running: list[_Task] = []
        while (coming or self._running or self._waiting) and self.now < until:
            speeds = self._speeds()
            ends = [task.left_s / speeds[task.device] for task in self._running]
            step = min([*ends, *([coming[0] - self.now] if coming else [])])
            self.now += step
            for task in self._running:
                task.left_s -= step * speeds[task.device]
            for task in [task for task in self._running if task.left_s <= _DONE_S]:
                self._finish(task)
            while coming and coming[0] <= self.now + _DONE_S:
                pieces = {name: self.faces if name == StageName.RESTORER else 1 for name in TASKS}
                self._waiting.append(_Request(coming.popleft(), pieces))
            self._start()
        return [answered - due for due, answered in self.finished]

    def _speeds(self) -> dict[str, float]:
        running: dict[str, int] = defaultdict(int)
        for task in self._running:
            running[task.device] += 1
        return {device: min(1.0, self.plan.devices[device] / count) for device, count in running.items()}

    def _finish(self, task: _Task) -> None:
        self._running.remove(task)
        if task.name in self._free:
            self._free[task.name].append(task.device)
        left = task.request.left
        left[task.name] -= 1
        if left[task.name]:
            return
        del left[task.name]
        if not left:
            self._inside.remove(task.request)
            self.finished.append((task.request.due, self.now))
        for name, before in TASKS.items():
            if task.name in before and not any(other in left for other in before):
                self._queues[name].extend([task.request] * left[name])

    def _start(self) -> None:
        while self._waiting and len(self._inside) < self.plan.slots:
            request = self._waiting.popleft()
            self._inside.append(request)
            self._queues[Step.DECODE].append(request)
        for name, queue in self._queues.items():
            while queue and (name not in self._free or self._free[name]):
                device = self._free[name].pop(0) if name in self._free else CPU
                self._running.append(_Task(queue.popleft(), name, device, self.seconds.get(name, 0.0)))


def capacity(plan: Plan, seconds: Mapping[str, float], faces: int = 1, requests: int = 400) -> float:
    """Photos a second when there is always more to do: of the middle half, without filling and emptying."""
    simulation = Simulation(plan, seconds, faces)
    simulation.run(itertools.repeat(0.0, requests))
    answered = [when for _, when in simulation.finished]
    first, last = answered[requests // 4], answered[3 * requests // 4]
    return (requests // 2) / (last - first)


def seconds_of(answer: Mapping[str, object]) -> dict[str, float]:
    """The times in an answer of the service; of the restorer for one face."""
    data = answer["data"]
    assert isinstance(data, dict)
    found = {name: data["timings_ms"][name] / 1e3 for name in TASKS if name in data["timings_ms"]}
    found[StageName.RESTORER] /= max(1, sum(face["restored"] for face in data["faces"]))
    return found


def main(words: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answer", type=Path)
    parser.add_argument("--gpus", type=int, nargs="+", default=[0])
    parser.add_argument("--cpus", type=int, default=8, help="beside each GPU")
    parser.add_argument("--slots", type=int, default=0, help="for each GPU; 0: 2 without, 8 with GPUs")
    parser.add_argument("--faces", type=int, default=1)
    parser.add_argument("--rates", type=float, nargs="*", default=[])
    parser.add_argument("--seconds", type=float, default=120.0)
    given = parser.parse_args(words)
    seconds = seconds_of(json.loads(given.answer.read_text()))
    print("| GPUs | capacity, photos/s | offered/s | p50 | p95 |\n|" + "---:|" * 5)
    for gpus in given.gpus:
        plan = gpu_machines(gpus, given.cpus, given.slots or 8) if gpus else one_machine(given.slots or 2)
        most = capacity(plan, seconds, given.faces)
        for rate in given.rates or [0.7 * most]:
            took = Simulation(plan, seconds, given.faces).run(arrivals(rate, given.seconds))
            p50, p95 = np.percentile(took, (50, 95))
            print(f"| {gpus} | {most:.2f} | {rate:.2f} | {p50:.2f} s | {p95:.2f} s |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
