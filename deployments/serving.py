"""The five stages as Serve deployments, each a few lines around a class that knows nothing of Ray.

They stand apart from those classes, and import them only in their constructors, so that what merely names them (the
builder, the ingress) starts in a second instead of loading torch.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

from ray import serve

from deployments.config import DetectorConfig, MetricsConfig, RestorerConfig, UpscalerConfig, VerifierConfig
from deployments.contract import (
    FACE_SIZE,
    Face,
    Identity,
    Image,
    InferenceFailed,
    Quality,
    RestoredFace,
    Tiles,
    Timed,
    check_image,
)
from deployments.worker import Replica


@serve.deployment(name="Detector")
class DetectorDeployment(Replica):
    """See deployments.detector."""

    def __init__(self, config: DetectorConfig) -> None:
        from deployments.detector import Detector
        from deployments.runtime import set_threads

        self._detector = Detector(config)
        super().__init__(self._detector.report, partial(set_threads, config.cpu_threads))

    async def detect(self, image: Image) -> Timed[list[Face]]:
        """See Detector.detect."""
        return await self._worker.run(self._detector.detect, image)


@serve.deployment(name="Restorer")
class RestorerDeployment(Replica):
    """See deployments.restorer. Faces of different requests share a batch."""

    def __init__(self, config: RestorerConfig) -> None:
        from deployments.restorer import Restorer
        from deployments.runtime import set_threads

        self._restorer = Restorer(config)
        super().__init__(self._restorer.report, partial(set_threads, config.cpu_threads))
        self._batched.set_max_batch_size(config.max_batch_size)  # type: ignore[attr-defined]
        self._batched.set_batch_wait_timeout_s(config.batch_wait_s)  # type: ignore[attr-defined]

    async def restore(self, face: Image) -> Timed[RestoredFace]:
        """Restore one aligned face; see Restorer.restore. The times are those of its whole batch."""
        check_image(face, "restorer", side=FACE_SIZE)  # before it shares a batch with other people's faces
        return await self._batched(face)  # type: ignore[return-value, arg-type]

    @serve.batch
    async def _batched(self, faces: list[Image]) -> list[Timed[RestoredFace] | InferenceFailed]:
        try:
            return await self._together(faces)
        except InferenceFailed as error:
            if len(faces) == 1:
                return [error]
        return [result for face in faces for result in await self._alone(face)]

    async def _together(self, faces: list[Image]) -> list[Timed[RestoredFace] | InferenceFailed]:
        batch = await self._worker.run(self._restorer.restore, faces)
        return [Timed(face, batch.began, batch.ended) for face in batch.value]

    async def _alone(self, face: Image) -> list[Timed[RestoredFace] | InferenceFailed]:
        """One face of a batch that failed: its error, if it was to blame, reaches only its own caller."""
        try:
            return await self._together([face])
        except InferenceFailed as error:
            return [error]


@serve.deployment(name="Upscaler")
class UpscalerDeployment(Replica):
    """See deployments.upscaler. It tells its progress on the way."""

    def __init__(self, config: UpscalerConfig) -> None:
        from deployments.runtime import set_threads
        from deployments.upscaler import Upscaler

        self._upscaler = Upscaler(config)
        super().__init__(self._upscaler.report, partial(set_threads, config.cpu_threads))

    async def upscale(self, image: Image, factor: int) -> AsyncIterator[Tiles | Timed[Image]]:
        """Yields Tiles while the work goes on, and last the picture; see Upscaler.upscale."""
        loop = asyncio.get_running_loop()
        progress: asyncio.Queue[Tiles | None] = asyncio.Queue()

        def tell(done: int, total: int) -> None:
            loop.call_soon_threadsafe(progress.put_nowait, Tiles(done, total))

        work = asyncio.create_task(self._worker.run(self._upscaler.upscale, image, factor, tell))
        work.add_done_callback(lambda _: progress.put_nowait(None))
        try:
            while (tiles := await progress.get()) is not None:
                yield tiles
            yield await work
        finally:
            work.cancel()


@serve.deployment(name="Verifier")
class VerifierDeployment(Replica):
    """See deployments.verifier."""

    def __init__(self, config: VerifierConfig) -> None:
        from deployments.verifier import Verifier

        self._verifier = Verifier(config)
        super().__init__(self._verifier.report)

    async def compare(self, before: list[Image], after: list[Image]) -> Timed[list[Identity]]:
        """See Verifier.compare."""
        return await self._worker.run(self._verifier.compare, before, after)


@serve.deployment(name="Metrics")
class MetricsDeployment(Replica):
    """See deployments.metrics."""

    def __init__(self, config: MetricsConfig) -> None:
        from deployments.metrics import Metrics
        from deployments.runtime import set_threads

        self._metrics = Metrics(config)
        super().__init__(self._metrics.report, partial(set_threads, config.cpu_threads))

    async def measure(self, result: Image, target: Image) -> Timed[Quality]:
        """See Metrics.measure."""
        return await self._worker.run(self._metrics.measure, result, target)
