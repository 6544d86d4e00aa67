"""How far a job is."""

from __future__ import annotations

from deployments.errors import Step
from deployments.stages import StageName
from serve_app.jobs.record import JobProgress, JobState
from serve_app.pipeline.progress import Progress, ProgressState


def test_the_percentage_counts_pieces_never_falls_and_leaves_the_last_one_to_the_end() -> None:
    progress, percents, stages = JobProgress(), [], []
    for stage, state, done, total in [
        (StageName.DETECTOR, ProgressState.STARTED, 0, 0),
        (StageName.UPSCALER, ProgressState.PROGRESS, 0, 16),
        (StageName.DETECTOR, ProgressState.FINISHED, 0, 0),
        (StageName.UPSCALER, ProgressState.PROGRESS, 8, 16),
        (StageName.RESTORER, ProgressState.STARTED, 0, 30),  # more than was known: the share of what is done falls
        (StageName.RESTORER, ProgressState.FINISHED, 30, 30),
        (StageName.UPSCALER, ProgressState.FINISHED, 16, 16),
        (StageName.VERIFIER, ProgressState.FINISHED, 0, 0),
        (StageName.METRICS, ProgressState.FINISHED, 0, 0),
        (Step.ENCODE, ProgressState.FINISHED, 0, 0),
    ]:
        progress.add(Progress(stage, state, done, total))
        percents.append(progress.percent)
        stages.append(progress.stage)
    assert percents == sorted(percents) and percents[0] == 0 and percents[-1] == 99
    assert percents[3] == 100 * 9 // 20
    assert stages[:2] == ["detector", "upscaler"] and set(stages[2:4]) == {"upscaler"}
    assert stages[4:6] == ["restorer", "upscaler"] and stages[-1] == "encode"


def test_the_final_states_are_those_that_nobody_works_on() -> None:
    assert {state for state in JobState if not state.is_final} == {JobState.QUEUED, JobState.RUNNING}
