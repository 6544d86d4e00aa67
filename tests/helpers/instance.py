"""An instance of the API over fake stages, for a proxy in front:   python -m tests.helpers.instance PORT SECONDS

Every stage takes SECONDS a call. It believes a proxy about its clients' addresses, and answers as visage.example.
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
from serve_app.pipeline.stages import OnTiles
from tests.helpers.fakes import FakeStages, make_app

HOST = "visage.example"


class SlowStages(FakeStages):
    """Fakes that take their time."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        """See StageClient.call."""
        await asyncio.sleep(self._seconds)
        self.calls.clear()  # they hold the images
        return await super().call(stage, method, *arguments, on_tiles=on_tiles)


if __name__ == "__main__":
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    limits = {"max_concurrent": 8, "max_waiting": 64, "trusted_proxies": 1, "requests_per_minute": 0}
    api = make_app(SlowStages(seconds), allowed_hosts=[HOST], limits=limits)
    uvicorn.run(
        Starlette(routes=[Mount("/api", api)]), host="127.0.0.1", port=port, log_level="warning", proxy_headers=False
    )
