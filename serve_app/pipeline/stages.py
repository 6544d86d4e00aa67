"""The stages as the pipeline calls them, wherever they run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deployments.contract import Detection, Identity, Image, Quality, RestoredFace, StageReport, StageResult
from deployments.stages import StageName

ImageRef = Any
"""An image, or whatever `StageClient.share` returns for it."""
OnTiles = Callable[[int, int], None]
"""Called with (tiles done, tiles in all)."""


@dataclass(frozen=True)
class StageState:
    """A stage as the cluster sees it."""

    replicas: int
    """Replicas that are running."""
    report: StageReport | None
    """What one of them says of itself; None until the first, busy as it may be, has answered."""
    problem: str | None
    """Why the stage is not ready; None where it is."""


class StageClient(ABC):
    """Calls to the stages. Implementations differ in `call`; the methods below it are the stages' signatures."""

    @abstractmethod
    async def require_ready(self) -> None:
        """Wait a little for stages that are loading; raise NotReady naming the first that has still not loaded."""

    @abstractmethod
    async def share(self, image: Image) -> ImageRef:
        """Make an image available to several stages at the cost of one copy."""

    @abstractmethod
    async def reports(self) -> dict[StageName, StageReport]:
        """What each stage says of itself; a stage that has not answered is left out."""

    @abstractmethod
    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        """Call a stage's method; raises the stage's StageError, StageBusy or StageLost."""

    async def detect(self, image: ImageRef) -> StageResult[Detection]:
        """See Detector.detect."""
        return await self.call(StageName.DETECTOR, "detect", image)

    async def restore(self, face: Image) -> StageResult[RestoredFace]:
        """One face of Restorer.restore."""
        return await self.call(StageName.RESTORER, "restore", face)

    async def upscale(self, image: ImageRef, factor: int, on_tiles: OnTiles) -> StageResult[Image]:
        """See Upscaler.upscale."""
        return await self.call(StageName.UPSCALER, "upscale", image, factor, on_tiles=on_tiles)

    async def verify(self, before: list[Image], after: list[Image]) -> StageResult[list[Identity]]:
        """See Verifier.compare."""
        return await self.call(StageName.VERIFIER, "compare", before, after)

    async def measure(self, result: Image, target: Image) -> StageResult[Quality]:
        """See Metrics.measure."""
        return await self.call(StageName.METRICS, "measure", result, target)
