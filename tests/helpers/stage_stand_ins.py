"""Stages without models in the service's real deployments, which take as long as they are told."""

# No `from __future__ import annotations`: Serve looks at the class that a builder's argument is annotated with.
import logging
import time
from functools import partial
from typing import Any, Self

import numpy as np
from pydantic import BaseModel
from ray.serve import Application

from deployments.contract import Detection, Face, Identity, Image, Quality, RestoredFace, StageReport
from deployments.errors import StageError
from deployments.runtime.inference_thread import IsCancelled
from deployments.runtime.stage import Stage
from deployments.stages import STAGES, StageName
from serve_app.app import graph
from serve_app.settings import Settings
from tests.helpers.stand_ins import LANDMARKS

LOGGED = "a stand-in worked"
"""What each logs for each call, from its inference thread."""


class StandInStage(Stage):
    """All stages in one: one face in every image, and everything as it was."""

    def __init__(self, name: StageName, seconds: float) -> None:
        """`seconds` that it takes for each call, or item of a batch."""
        self.name = name  # type: ignore[misc]  # a class variable of real stages, which are one class each
        self._seconds = seconds

    @classmethod
    def load(cls, config: Any) -> Self:
        """Not of this class: it has no settings."""
        raise NotImplementedError

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        return StageReport(self.name, (), "cpu", "float32")

    def _work(self, items: int = 1) -> None:
        logging.getLogger("visage").info(LOGGED)
        time.sleep(self._seconds * items)

    def detect(self, image: Image, is_cancelled: IsCancelled) -> Detection:
        """See Detector."""
        self._work()
        return Detection([Face(np.array([16, 16, 48, 52], np.float32), LANDMARKS, 0.99)])

    def restore_each(self, faces: list[Image], is_cancelled: IsCancelled) -> list[RestoredFace | StageError]:
        """See Restorer."""
        self._work(len(faces))
        self.memory_retries += 1
        return [RestoredFace(face, None) for face in faces]

    def upscale(self, image: Image, factor: int, on_progress: Any, is_cancelled: IsCancelled) -> Image:
        """See Upscaler."""
        self._work()
        return np.repeat(np.repeat(image, factor, 0), factor, 1)

    def compare(self, before: list[Image], after: list[Image], is_cancelled: IsCancelled) -> list[Identity]:
        """See Verifier."""
        self._work()
        return [Identity(0.75, 20.0) for _ in before]

    def measure(self, result: Image, target: Image, is_cancelled: IsCancelled) -> Quality:
        """See Metrics."""
        self._work()
        return Quality(40.0, 1.0, 0.0)


class Arguments(BaseModel):
    """How the graph is to be built."""

    settings: Settings = Settings()
    seconds: dict[StageName, float] = {}
    """For each call; a stage that is not named takes no time."""


def load(stage: StageName, seconds: float, config: Any) -> StandInStage:
    """Called in the replica."""
    return StandInStage(stage, seconds)


def build(arguments: Arguments) -> Application:
    """The service's own graph over stand-ins."""
    loads = {name: partial(load, name, arguments.seconds.get(name, 0.0)) for name in STAGES}
    return graph(arguments.settings, loads)
