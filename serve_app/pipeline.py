"""The graph in domain words: detect and restore beside upscale, compose, then verify beside measure. Knows no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from deployments.codec import Decoded, encode
from deployments.comparison import comparable
from deployments.compose import PlacedFace, compose, enlarge
from deployments.contract import ContractViolation, Face, Identity, Image, Quality, RestoredFace, StageReport, Timed
from deployments.geometry import align_face, align_identity, choose_faces, enlarge_points, face_transform
from serve_app.clock import StageClock
from serve_app.errors import NoFaceDetected
from serve_app.schemas import EnhanceOptions
from serve_app.settings import Settings

T = TypeVar("T")
U = TypeVar("U")

_FACES_IN_FLIGHT = 8
"""Faces of one request that are with the restorer at once: enough to fill batches, not enough to fill its queue."""


@dataclass(frozen=True)
class Progress:
    """A stage of this request began, got on or ended."""

    stage: str
    state: Literal["started", "progress", "finished"]
    done: int = 0
    total: int = 0
    """Faces or tiles; 0 where they are not known or do not apply."""


Tell = Callable[[Progress], None]


class Stages(Protocol):
    """The five stages, wherever they run. A Shared is whatever `share` returns: an array, or a reference to one."""

    async def share(self, image: Image) -> Any: ...
    async def detect(self, image: Any) -> Timed[list[Face]]: ...
    async def restore(self, face: Image) -> Timed[RestoredFace]: ...
    async def upscale(self, image: Any, factor: int, on_tiles: Callable[[int, int], None]) -> Timed[Image]: ...
    async def compare(self, before: list[Image], after: list[Image]) -> Timed[list[Identity]]: ...
    async def measure(self, result: Image, target: Image) -> Timed[Quality]: ...
    async def reports(self) -> dict[str, StageReport]: ...


@dataclass(frozen=True)
class FaceOutcome:
    """What became of one detected face."""

    face: Face
    identity: Identity | None
    """None for a face that was not restored."""
    reliable: bool | None


@dataclass(frozen=True)
class Enhanced:
    """The result of one request, encoded."""

    data: bytes
    content_type: Literal["image/png", "image/jpeg"]
    width: int
    height: int
    quality: Quality
    compared_pixels: int
    faces: list[FaceOutcome]
    models: dict[str, list[str]]
    warning: str | None
    timings_ms: dict[str, float]


class Pipeline:
    """Composes the stages. Keeps nothing between requests."""

    def __init__(self, stages: Stages, settings: Settings) -> None:
        self.stages = stages
        self.settings = settings

    async def enhance(
        self,
        photo: Decoded,
        options: EnhanceOptions,
        reference: Image | None,
        clock: StageClock,
        tell: Tell = lambda progress: None,
    ) -> Enhanced:
        """Restore `photo`.

        Raises NoFaceDetected, or a StageError of the stage that failed; what else was under way for this request is
        then cancelled.
        """
        run = _Run(self.stages, clock, tell)
        reports = await self.stages.reports()
        shared = await self.stages.share(photo.image)

        (found, chosen, placed), background = await both(
            self._restore_faces(run, photo.image, shared, options), self._background(run, photo.image, shared, options)
        )
        result = await run.local(
            "compose",
            compose,
            background,
            placed,
            options.upscale_factor,
            options.strength,
            options.color_correction,
            photo.gray,
        )
        target = photo.image if reference is None else reference
        identities, (quality, pixels) = await both(
            self._verify(run, photo.image, result, [found[i] for i in chosen], options.upscale_factor),
            self._measure(run, result, target),
        )
        data = await run.local("encode", _encode, result, photo, options)
        outcomes = self._outcomes(found, dict(zip(chosen, identities, strict=True)))
        return Enhanced(
            data=data,
            content_type="image/png" if options.output_format == "png" else "image/jpeg",
            width=result.shape[1],
            height=result.shape[0],
            quality=quality,
            compared_pixels=pixels,
            faces=outcomes,
            models={stage: list(report.models) for stage, report in reports.items()},
            warning=self._warning(outcomes, reports),
            timings_ms=clock.timings_ms(),
        )

    async def _restore_faces(
        self, run: _Run, image: Image, shared: Any, options: EnhanceOptions
    ) -> tuple[list[Face], list[int], list[PlacedFace]]:
        """Every face found, the indices of those chosen, and these restored."""
        found = await run.stage("detector", self.stages.detect(shared))
        if not found:
            raise NoFaceDetected
        chosen = choose_faces(found, options.faces, image.shape[1], image.shape[0])
        try:
            transforms = [face_transform(found[i].landmarks) for i in chosen]
        except ValueError as error:
            raise ContractViolation("detector", str(error)) from error
        run.tell(Progress("restorer", "started", 0, len(chosen)))
        gate = asyncio.Semaphore(_FACES_IN_FLIGHT)
        done = 0

        async def restore(index: int) -> PlacedFace:
            nonlocal done
            async with gate:
                crop = await asyncio.to_thread(align_face, image, transforms[index])
                restored = run.clock.note("restorer", await self.stages.restore(crop))
            done += 1
            run.tell(Progress("restorer", "progress", done, len(chosen)))
            return PlacedFace(crop, restored.image, restored.region, transforms[index])

        placed = await every([restore(index) for index in range(len(chosen))])
        run.tell(Progress("restorer", "finished", done, len(chosen)))
        return found, chosen, placed

    async def _background(self, run: _Run, image: Image, shared: Any, options: EnhanceOptions) -> Image:
        factor = options.upscale_factor
        if not options.background:
            return await run.local("upscaler", enlarge, image, factor)

        def on_tiles(done: int, total: int) -> None:
            run.tell(Progress("upscaler", "progress", done, total))

        return await run.stage("upscaler", self.stages.upscale(shared, factor, on_tiles))

    async def _verify(self, run: _Run, before: Image, after: Image, faces: list[Face], factor: int) -> list[Identity]:
        """Compare each restored face, as it stands in the result, with the one in the input."""

        def crops() -> tuple[list[Image], list[Image]]:
            return (
                [align_identity(before, face.landmarks) for face in faces],
                [align_identity(after, enlarge_points(face.landmarks, factor)) for face in faces],
            )

        return await run.stage("verifier", self.stages.compare(*await asyncio.to_thread(crops)))

    async def _measure(self, run: _Run, result: Image, target: Image) -> tuple[Quality, int]:
        """The figures, and the pixels at which they were taken. Reduced here, so that little has to travel."""
        pair = await asyncio.to_thread(comparable, result, target, self.settings.metrics.max_pixels)
        quality = await run.stage("metrics", self.stages.measure(*pair))
        return quality, pair[0].shape[0] * pair[0].shape[1]

    def _outcomes(self, found: list[Face], identities: dict[int, Identity]) -> list[FaceOutcome]:
        config = self.settings.verifier
        outcomes = []
        for index, face in enumerate(found):
            identity = identities.get(index)
            reliable = None
            if identity is not None:
                large = face.eye_distance >= config.min_eye_distance
                reliable = large and identity.feature_norm >= config.min_feature_norm
            outcomes.append(FaceOutcome(face, identity, reliable))
        return outcomes

    def _warning(self, outcomes: list[FaceOutcome], reports: dict[str, StageReport]) -> str | None:
        """What the reader must know: a stage's notes on every result, and the faces that changed too much."""
        sentences = [note for report in reports.values() for note in report.notes]
        for number, outcome in enumerate(outcomes, 1):
            identity = outcome.identity
            if identity is not None and identity.similarity < self.settings.verifier.min_similarity:
                doubt = "" if outcome.reliable else ", though the original is too small or blurred to be sure"
                sentences.append(
                    f"Face {number} may no longer look like the same person "
                    f"(similarity {identity.similarity:.2f}{doubt})."
                )
        return " ".join(sentences) or None


@dataclass(frozen=True)
class _Run:
    """One request on its way: its clock, and who is told of its progress."""

    stages: Stages
    clock: StageClock
    tell: Tell

    async def stage(self, name: str, work: Awaitable[Timed[T]]) -> T:
        self.tell(Progress(name, "started"))
        value = self.clock.note(name, await work)
        self.tell(Progress(name, "finished"))
        return value

    async def local(self, name: str, work: Callable[..., T], *arguments: Any) -> T:
        """Pure work in one of this process's threads, never on its event loop."""
        self.tell(Progress(name, "started"))
        with self.clock.measure(name):
            value = await asyncio.to_thread(work, *arguments)
        self.tell(Progress(name, "finished"))
        return value


def _encode(result: Image, photo: Decoded, options: EnhanceOptions) -> bytes:
    alpha = None if photo.alpha is None else enlarge(photo.alpha, options.upscale_factor)
    return encode(result, alpha, options.output_format, photo.bits)


async def every(work: list[Any]) -> list[Any]:
    """Await all; the first failure cancels the others and is raised as it is."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def both(first: Awaitable[T], second: Awaitable[U]) -> tuple[T, U]:
    """Await two things that run beside each other; see `every`."""
    a, b = await every([first, second])
    return a, b
