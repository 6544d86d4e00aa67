"""The graph: detect and restore in parallel with upscale, blend, then verify, measure and encode in parallel."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from deployments.contract import Identity, Image, Quality
from deployments.errors import ContractViolation, NoFaceDetected, Step
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.codec import Decoded
from deployments.imaging.formats import OutputFormat
from deployments.imaging.geometry import align_face, align_identity, enlarge_points, face_transform
from deployments.imaging.resample import enlarge_bicubic, to_common_size
from deployments.imaging.transparency import over_white
from deployments.stages import StageName
from serve_app.pipeline.concurrency import gather_or_cancel
from serve_app.pipeline.config import PipelineConfig
from serve_app.pipeline.face_record import SHARES, FaceRecord, with_strength
from serve_app.pipeline.faces import bystanders, choose_faces
from serve_app.pipeline.options import EnhanceOptions, FaceChoice, LowIdentity
from serve_app.pipeline.outcomes import FaceOutcome, face_outcome, left_as_they_were, left_out, warning
from serve_app.pipeline.progress import ProgressCallback, ProgressState, ignore_progress
from serve_app.pipeline.run import PipelineRun
from serve_app.pipeline.stages import ImageRef, StageClient
from serve_app.pipeline.threads import PixelThreads
from serve_app.pipeline.timings import StageTimings

_FACES_IN_FLIGHT = 8
"""Faces of one request that are with the restorer at once: enough to fill batches, not enough to fill its queue."""


@dataclass(frozen=True)
class Enhanced:
    """The result of one request, encoded."""

    data: bytes
    format: OutputFormat
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

    def __init__(self, stages: StageClient, config: PipelineConfig) -> None:
        self._stages = stages
        self._config = config
        self.threads = PixelThreads(config.threads)

    async def enhance(
        self,
        photo: Decoded,
        options: EnhanceOptions,
        reference: Image | None,
        timings: StageTimings,
        on_progress: ProgressCallback = ignore_progress,
    ) -> Enhanced:
        """Restore `photo`; with a `reference` the metrics are taken against it.

        Raises NoFaceDetected, or a StageError of the stage that failed; what else was under way for this request is
        then cancelled.
        """
        run = PipelineRun(self.threads, timings, on_progress)
        run.notes.extend(photo.notes)
        await self._stages.require_ready()
        shared = await self._stages.share(photo.image)
        seen = await self.threads.run(over_white, photo.image, photo.alpha)
        shared_seen = shared if seen is photo.image else await self._stages.share(seen)
        records, background = await gather_or_cancel(
            self._restore_faces(run, photo.image, shared_seen, options),
            self._background(run, photo.image, shared, options),
        )
        result = await run.local(Step.COMPOSE, _blend, background, records, photo, options)
        target = photo.image if reference is None else reference
        if options.on_low_identity is LowIdentity.WARN:
            identities, (quality, pixels), data = await gather_or_cancel(
                self._verify(run, photo.image, result, records, options.upscale_factor),
                self._measure(run, result, target),
                run.local(Step.ENCODE, _encode, result, photo, options),
            )
        else:
            result, records, identities = await self._blend_less(run, photo, background, result, records, options)
            (quality, pixels), data = await gather_or_cancel(
                self._measure(run, result, target), run.local(Step.ENCODE, _encode, result, photo, options)
            )
        outcomes = [
            face_outcome(record.face, identity, 0.0 if record.placed is None else record.placed.strength, self._config)
            for record, identity in zip(records, identities, strict=True)
        ]
        return Enhanced(
            data=data,
            format=options.output,
            width=result.shape[1],
            height=result.shape[0],
            quality=quality,
            compared_pixels=pixels,
            faces=outcomes,
            models=run.models,
            warning=warning(outcomes, run.notes, options.strength, options.min_identity),
            timings_ms=timings.as_ms(),
        )

    async def _restore_faces(
        self, run: PipelineRun, image: Image, seen: ImageRef, options: EnhanceOptions
    ) -> list[FaceRecord]:
        """Every face found in what a viewer sees of `image`, those chosen with their restoration."""
        detection = await run.stage(StageName.DETECTOR, self._stages.detect(seen))
        found = detection.faces
        if detection.left_out:
            run.notes.append(left_out(len(found), detection.left_out))
        if not found:
            raise NoFaceDetected
        chosen = choose_faces(found, options.faces, image.shape[1], image.shape[0])
        if options.faces is FaceChoice.ALL and not options.bystanders:
            blurred = await run.threads.run(bystanders, image, found)
            chosen = [index for index in chosen if index not in blurred]
            if blurred:
                run.notes.append(left_as_they_were(len(blurred)))
        try:
            transforms = {index: face_transform(found[index].landmarks) for index in chosen}
        except ValueError as error:
            raise ContractViolation(StageName.DETECTOR, str(error)) from error
        run.progress(StageName.RESTORER, ProgressState.STARTED, 0, len(chosen))
        face_limit = asyncio.Semaphore(_FACES_IN_FLIGHT)
        done = 0

        async def restore(index: int) -> PlacedFace:
            nonlocal done
            async with face_limit:
                crop = await run.threads.run(align_face, image, transforms[index])
                restored = run.record(StageName.RESTORER, await self._stages.restore(crop))
            done += 1
            run.progress(StageName.RESTORER, ProgressState.PROGRESS, done, len(chosen))
            return PlacedFace(crop, restored.image, restored.region, transforms[index], options.strength)

        placed = dict(zip(chosen, await gather_or_cancel(*map(restore, chosen)), strict=True))
        run.progress(StageName.RESTORER, ProgressState.FINISHED, done, len(chosen))
        return [FaceRecord(face, placed.get(index)) for index, face in enumerate(found)]

    async def _background(self, run: PipelineRun, image: Image, shared: ImageRef, options: EnhanceOptions) -> Image:
        factor = options.upscale_factor
        if not options.background:
            return await run.local(StageName.UPSCALER, enlarge_bicubic, image, factor)

        def on_tiles(done: int, total: int) -> None:
            run.progress(StageName.UPSCALER, ProgressState.PROGRESS, done, total)

        return await run.stage(StageName.UPSCALER, self._stages.upscale(shared, factor, on_tiles))

    async def _blend_less(
        self,
        run: PipelineRun,
        photo: Decoded,
        background: Image,
        result: Image,
        records: list[FaceRecord],
        options: EnhanceOptions,
    ) -> tuple[Image, list[FaceRecord], list[Identity | None]]:
        """Blend in less of the faces that are not recognized, step by step, until they are. The restorer has run once.

        Returns the result, and the records with the strengths that are in it.
        """
        factor = options.upscale_factor
        identities = await self._verify(run, photo.image, result, records, factor)
        for share in SHARES[options.on_low_identity]:
            low = [
                index
                for index, identity in enumerate(identities)
                if identity is not None and identity.similarity < options.min_identity
            ]
            if not low:
                break
            records = with_strength(records, low, share * options.strength)
            with run.timings.timed(Step.COMPOSE):
                result = await run.threads.run(_blend, background, records, photo, options)
            again = await self._compare(run, photo.image, result, [records[index] for index in low], factor)
            for index, identity in zip(low, again, strict=True):
                identities[index] = identity
        return result, records, identities

    async def _verify(
        self, run: PipelineRun, before: Image, after: Image, records: list[FaceRecord], factor: int
    ) -> list[Identity | None]:
        """Compare each restored face, as it is in the result, with the one in the input; None for the others."""
        run.progress(StageName.VERIFIER, ProgressState.STARTED)
        identities = await self._compare(run, before, after, records, factor)
        run.progress(StageName.VERIFIER, ProgressState.FINISHED)
        return identities

    async def _compare(
        self, run: PipelineRun, before: Image, after: Image, records: list[FaceRecord], factor: int
    ) -> list[Identity | None]:
        """See _verify."""
        restored = [record.face.landmarks for record in records if record.placed is not None]

        def crops() -> tuple[list[Image], list[Image]]:
            return (
                [align_identity(before, landmarks) for landmarks in restored],
                [align_identity(after, enlarge_points(landmarks, factor)) for landmarks in restored],
            )

        compared = run.record(StageName.VERIFIER, await self._stages.verify(*await run.threads.run(crops)))
        identities = iter(compared)
        return [None if record.placed is None else next(identities) for record in records]

    async def _measure(self, run: PipelineRun, result: Image, target: Image) -> tuple[Quality, int]:
        """The metrics, and at how many pixels they were taken. Reduced here, so that little has to travel."""
        pair = await run.threads.run(to_common_size, result, target, self._config.max_compared_pixels)
        quality = await run.stage(StageName.METRICS, self._stages.measure(*pair))
        return quality, pair[0].shape[0] * pair[0].shape[1]


def _blend(background: Image, records: list[FaceRecord], photo: Decoded, options: EnhanceOptions) -> Image:
    return blend_faces(
        background,
        [record.placed for record in records if record.placed is not None],
        factor=options.upscale_factor,
        match_color=options.color_correction,
        gray=photo.gray,
        grain=options.grain,
    )


def _encode(result: Image, photo: Decoded, options: EnhanceOptions) -> bytes:
    alpha = None if photo.alpha is None else enlarge_bicubic(photo.alpha, options.upscale_factor)
    return options.output.encode(result, alpha, photo.bits)
