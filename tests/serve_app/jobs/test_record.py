"""How far a job is."""

from __future__ import annotations

from deployments.errors import Step
from deployments.stages import StageName
from serve_app.jobs.record import JobProgress, JobState
from serve_app.pipeline.progress import Progress, ProgressState


def test_a_job_tells_what_the_forecast_tells_and_its_percentage_never_falls() -> None:
    progress, percents, stages = JobProgress(), [], []
    assert (progress.percent, progress.eta_ms) == (0, None)
    for stage, state, percent, eta_ms in [
        (StageName.DETECTOR, ProgressState.STARTED, None, None),
        (StageName.UPSCALER, ProgressState.PROGRESS, 3.2, 900.0),
        (StageName.DETECTOR, ProgressState.FINISHED, 12.0, 800.0),
        (StageName.UPSCALER, ProgressState.PROGRESS, 11.0, 850.0),
        (StageName.RESTORER, ProgressState.STARTED, 20.9, 700.0),
        (StageName.RESTORER, ProgressState.FINISHED, 40.0, 500.0),
        (StageName.UPSCALER, ProgressState.FINISHED, 70.0, 200.0),
        (Step.ENCODE, ProgressState.FINISHED, 99.9, 0.0),
    ]:
        progress.add(Progress(stage, state, 0, 0, percent, eta_ms))
        percents.append(progress.percent)
        stages.append(progress.stage)
    assert percents == [0, 3, 12, 12, 20, 40, 70, 99], "a hundred is for the job that has finished"
    assert stages[:2] == ["detector", "upscaler"] and set(stages[2:4]) == {"upscaler"}
    assert stages[4:6] == ["restorer", "upscaler"] and stages[-1] == "encode"


def test_between_two_events_the_time_left_runs_down() -> None:
    now = 0.0
    progress = JobProgress(lambda: now)
    progress.add(Progress(StageName.UPSCALER, ProgressState.STARTED, 0, 0, 0.0, 900.0))
    now = 0.4
    assert progress.eta_ms == 500
    now = 2.0
    assert progress.eta_ms == 0


def test_the_final_states_are_those_that_nobody_works_on() -> None:
    assert {state for state in JobState if not state.is_final} == {JobState.QUEUED, JobState.RUNNING}
