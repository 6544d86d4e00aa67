"""The simulation of the graph, held against what follows by hand and against points that were measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from deployments.errors import Step
from deployments.stages import STAGES, StageName
from load.open_loop import arrivals
from load.simulate import TASKS, Plan, Simulation, capacity, gpu_machines, main, one_machine, seconds_of

MEASURED_S: dict[str, float] = {
    Step.DECODE: 0.091, StageName.DETECTOR: 0.1, StageName.RESTORER: 0.647, StageName.UPSCALER: 2.992,
    Step.COMPOSE: 0.142, StageName.VERIFIER: 0.027, StageName.METRICS: 0.54, Step.ENCODE: 0.091,
}  # fmt: skip
"""docs/figures.md, The pipeline: a megapixel with one face, factor 2, on two cores; one stage after the other."""
WHOLE_S = sum(MEASURED_S.values())


def test_the_tasks_are_those_of_the_pipeline() -> None:
    assert set(TASKS) == {*STAGES, Step.DECODE, Step.COMPOSE, Step.ENCODE}
    assert all(before in TASKS for needed in TASKS.values() for before in needed)


def test_one_request_alone_takes_the_longest_path_where_nothing_is_shared() -> None:
    plan = Plan({"cpu": 100.0, "gpu 0": 100.0}, dict.fromkeys(STAGES, ("gpu 0",)), 1)
    (took,) = Simulation(plan, MEASURED_S).run([3.0])
    path = (Step.DECODE, StageName.UPSCALER, Step.COMPOSE, StageName.METRICS)
    assert took == pytest.approx(sum(MEASURED_S[each] for each in path))


def test_on_one_machine_work_is_neither_lost_nor_gained() -> None:
    """However its tasks share it, a machine that always has work answers one request in the time of all its tasks."""
    (alone,) = Simulation(one_machine(), MEASURED_S).run([0.0])
    assert alone == pytest.approx(WHOLE_S)
    assert capacity(one_machine(), MEASURED_S) == pytest.approx(1 / WHOLE_S, rel=0.02)
    assert capacity(one_machine(8), MEASURED_S, faces=3) == pytest.approx(
        1 / (WHOLE_S + 2 * MEASURED_S[StageName.RESTORER]), rel=0.02
    )


@pytest.mark.parametrize("gpus", [1, 2, 8])
def test_more_gpus_answer_as_many_times_more_until_the_cpus_are_short(gpus: int) -> None:
    on_gpu = sum(MEASURED_S[each] for each in STAGES if each != StageName.VERIFIER) / 20
    seconds = {name: value / 20 if name in STAGES else value for name, value in MEASURED_S.items()}
    assert capacity(gpu_machines(gpus, 8, 8), seconds, requests=200 * gpus) == pytest.approx(gpus / on_gpu, rel=0.1)
    on_cpu = sum(seconds[each] for each in (Step.DECODE, Step.COMPOSE, Step.ENCODE, StageName.VERIFIER))
    assert capacity(gpu_machines(gpus, 1, 8), seconds, requests=200 * gpus) == pytest.approx(gpus / on_cpu, rel=0.1)


def test_a_slower_replica_limits_its_stage_alone() -> None:
    """Two replicas of 0.4 s answer five a second, whatever else there is: the set-up of tests/graph/test_watched.py."""
    for replicas in (1, 2, 4):
        plan = Plan({"cpu": 1000.0}, dict.fromkeys(STAGES, ("cpu",) * replicas), 16)
        assert capacity(plan, {StageName.RESTORER: 0.4}) == pytest.approx(replicas / 0.4, rel=0.02)


@pytest.mark.parametrize(
    ("rate", "sent", "p50_s", "p95_s"),
    [(0.1, 8, 5.78, 14.81), (0.2, 9, 14.73, 17.87), (0.4, 16, 20.92, 27.97)],
)
def test_it_is_near_what_was_measured_with_the_same_arrivals(
    rate: float, sent: int, p50_s: float, p95_s: float
) -> None:
    """docs/figures.md, Capacity, at a megapixel: the same seed, rates and duration, on the same kind of machine."""
    due = arrivals(rate, 60.0)
    assert len(due) == sent
    took = Simulation(one_machine(), MEASURED_S).run(due)
    assert np.percentile(took, 50) == pytest.approx(p50_s, rel=0.15)
    assert np.percentile(took, 95) == pytest.approx(p95_s, rel=0.15)


def test_the_command_reads_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    timings = {name: value * 1e3 for name, value in MEASURED_S.items()} | {"waiting": 50.0}
    timings[StageName.RESTORER] *= 2
    answer = {"data": {"timings_ms": timings, "faces": [{"restored": True}, {"restored": True}, {"restored": False}]}}
    assert seconds_of(answer) == pytest.approx(MEASURED_S)
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(answer))
    assert main([str(file), "--gpus", "0", "2", "--rates", "0.1", "--seconds", "60"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 4 and rows[2].startswith("| 0 | 0.22 | 0.10 |")
