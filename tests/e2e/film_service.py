"""The page and the API with jobs over fake stages and a real Redis, to look at films without a graph:

.venv/bin/python -m tests.e2e.film_service REDIS [port]

Jobs run in this process. The film that the browser test chooses is written by `write_clip`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from deployments.contract import StageResult
from deployments.stages import StageName
from serve_app.http.app import create_app
from serve_app.job_runner import JobRunner
from serve_app.jobs.server import connect
from serve_app.jobs.service import LAST, Jobs
from serve_app.jobs.store import JobStore
from serve_app.page.app import create_page
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.stages import OnTiles
from serve_app.settings import Settings
from tests.e2e.fake_service import SlowFakeStages
from tests.helpers.fakes import FakeStages

PAUSE_S = 0.04
"""For each call: a film of two seconds takes about ten."""


class FilmStages(SlowFakeStages):
    """As for photos, but quick enough for many frames."""

    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        await asyncio.sleep(PAUSE_S)
        return await FakeStages.call(self, stage, method, *arguments, on_tiles=on_tiles)


class Running:
    """A queue whose jobs begin at once."""

    def __init__(self) -> None:
        self.runner: JobRunner | None = None
        self._tasks = set[asyncio.Task[None]]()

    async def put(self, job_id: str, priority: int = LAST) -> None:
        """See Queue.put."""
        assert self.runner is not None
        task = asyncio.create_task(self.runner.run(job_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def film_app(redis: str) -> Starlette:
    """The application."""
    settings, stages, queue = Settings.model_validate({"jobs": {"redis": redis}}), FilmStages(), Running()
    store = JobStore(connect(redis), settings.jobs, settings.limits)
    pipeline = Pipeline(stages, settings.pipeline)
    queue.runner = JobRunner(pipeline, store, queue, settings)
    api = create_app(pipeline, stages, settings, Jobs(store, queue))
    return Starlette(routes=[Mount("/api", api), Mount("/", create_page())])


if __name__ == "__main__":
    uvicorn.run(
        film_app(sys.argv[1]),
        host="127.0.0.1",
        port=int(sys.argv[2]) if len(sys.argv) > 2 else 8090,
        log_level="warning",
    )
