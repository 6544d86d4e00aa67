"""From the image to its faces: detect, choose, align, restore and fit them."""

from __future__ import annotations

import asyncio

from deployments.contract import Image
from deployments.errors import ContractViolation, NoFaceDetected, Step
from deployments.imaging.blend import FittedFace, PlacedFace, fit_face
from deployments.imaging.geometry import align_face, face_transform
from deployments.stages import StageName
from serve_app.pipeline.chosen import FaceChoice
from serve_app.pipeline.concurrency import gather_or_cancel
from serve_app.pipeline.face_record import FaceRecord
from serve_app.pipeline.faces import in_reading_order, select_faces
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.outcomes import left_as_they_were, left_out, wrong_size
from serve_app.pipeline.progress import ProgressState
from serve_app.pipeline.run import PipelineRun
from serve_app.pipeline.stages import ImageRef, StageClient

_FACES_IN_FLIGHT = 8
"""Faces of one request that are with the restorer at once: enough to fill batches, not enough to fill its queue."""


async def restore_faces(
    run: PipelineRun, stages: StageClient, image: Image, seen: ImageRef, options: EnhanceOptions
) -> list[FaceRecord]:
    """Every face found in what a viewer sees of `image`, in reading order, those chosen with their restoration.

    No face is looked for where none is wanted. Raises NoFaceDetected where there is none, BadRequest where one is
    named that is not there.
    """
    if options.faces is FaceChoice.NONE:
        return []
    detection = await run.stage(StageName.DETECTOR, stages.detect(seen))
    found = in_reading_order(detection.faces)
    if detection.left_out:
        run.notes.append(left_out(len(found), detection.left_out))
    if not found:
        raise NoFaceDetected
    selection = await run.threads.run(select_faces, image, found, options)
    chosen = selection.strengths
    if selection.wrong_size:
        run.notes.append(wrong_size(selection.wrong_size))
    if selection.bystanders:
        run.notes.append(left_as_they_were(selection.bystanders))
    try:
        transforms = {index: face_transform(found[index].landmarks) for index in chosen}
    except ValueError as error:
        raise ContractViolation(StageName.DETECTOR, str(error)) from error
    run.progress(StageName.RESTORER, ProgressState.STARTED, 0, len(chosen))
    face_limit = asyncio.Semaphore(_FACES_IN_FLIGHT)
    done = 0

    async def restore(index: int) -> FittedFace:
        nonlocal done
        async with face_limit:
            crop = await run.threads.run(align_face, image, transforms[index])
            restored = run.record(StageName.RESTORER, await stages.restore(crop))
        done += 1
        run.progress(StageName.RESTORER, ProgressState.PROGRESS, done, len(chosen))
        placed = PlacedFace(crop, restored.image, restored.region, transforms[index], chosen[index])
        with run.timings.timed(Step.COMPOSE):  # here the upscaler is still at work, or other faces with the restorer
            return await run.threads.run(fit_face, placed, options.color_correction, options.background)

    placed = dict(zip(chosen, await gather_or_cancel(*map(restore, chosen)), strict=True))
    run.progress(StageName.RESTORER, ProgressState.FINISHED, done, len(chosen))
    return [FaceRecord(face, placed.get(index), chosen.get(index, 0.0)) for index, face in enumerate(found)]
