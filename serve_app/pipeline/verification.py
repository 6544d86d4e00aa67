"""Whether each face is still the same person: before and after, and at several strengths."""

from __future__ import annotations

from deployments.contract import Identity, Image
from deployments.imaging.blend import blend_layers
from deployments.imaging.geometry import FaceLayer, align_identity, enlarge_points
from deployments.imaging.resample import scale_of
from deployments.stages import StageName
from serve_app.pipeline.face_record import FaceRecord
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.progress import ProgressState
from serve_app.pipeline.run import PipelineRun
from serve_app.pipeline.stages import StageClient

STRENGTHS = (0.0, 0.5, 1.0)
"""At which `identity_at` compares."""


async def verify(
    run: PipelineRun,
    stages: StageClient,
    before: Image,
    after: Image,
    records: list[FaceRecord],
    options: EnhanceOptions,
) -> list[Identity | None]:
    """Compare each restored face, as it is in the result, with the one in the input; None for the others, and for all
    where the options switch it off."""
    if not options.verify or all(record.placed is None for record in records):
        return [None] * len(records)
    run.progress(StageName.VERIFIER, ProgressState.STARTED)
    identities = await compare(run, stages, before, after, records)
    run.progress(StageName.VERIFIER, ProgressState.FINISHED)
    return identities


async def compare(
    run: PipelineRun, stages: StageClient, before: Image, after: Image, records: list[FaceRecord]
) -> list[Identity | None]:
    """See verify."""
    pairs = await run.threads.run(lambda: (_crops(before, before, records), _crops(before, after, records)))
    compared = run.record(StageName.VERIFIER, await stages.verify(*pairs))
    identities = iter(compared)
    return [None if record.placed is None else next(identities) for record in records]


async def identity_at(
    run: PipelineRun,
    stages: StageClient,
    before: Image,
    background: Image,
    layers: list[FaceLayer],
    records: list[FaceRecord],
) -> list[dict[float, float]]:
    """For each restored face its similarity at each of STRENGTHS, all faces having the same.

    A crop at a strength is as linear in it as the result is, so two images are enough.
    """

    def crops() -> tuple[list[Image], list[Image]]:
        full = blend_layers(background, layers, [1.0] * len(layers))
        none, all_ = _crops(before, background, records), _crops(before, full, records)
        mixed = [a + (b - a) * s for s in STRENGTHS for a, b in zip(none, all_, strict=True)]
        return _crops(before, before, records) * len(STRENGTHS), [image.clip(0.0, 1.0) for image in mixed]

    compared = run.record(StageName.VERIFIER, await stages.verify(*await run.threads.run(crops)))
    return [
        {strength: compared[n * len(layers) + face].similarity for n, strength in enumerate(STRENGTHS)}
        for face in range(len(layers))
    ]


def _crops(before: Image, image: Image, records: list[FaceRecord]) -> list[Image]:
    """The restored faces as ArcFace takes them, from `image`, which may have another size than `before`."""
    scale = scale_of(before, image)
    restored = [record.face.landmarks for record in records if record.placed is not None]
    return [align_identity(image, enlarge_points(landmarks, scale)) for landmarks in restored]
