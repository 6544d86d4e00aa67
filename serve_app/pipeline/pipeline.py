"""The graph: faces beside the background, then both as one, which is verified, measured and encoded at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from deployments.contract import Identity, Image, Mask, Quality
from deployments.errors import Step
from deployments.imaging.blend import blend_layers, face_layers, to_gray
from deployments.imaging.codec import Decoded
from deployments.imaging.geometry import FaceLayer
from deployments.imaging.metadata import MetadataChoice
from deployments.imaging.output_formats import OutputFormat
from deployments.imaging.resample import enlarge_bicubic, resize, scale_of, to_common_size
from deployments.imaging.shades import keep_shades
from deployments.imaging.transparency import over_white
from deployments.notes import Note, NoteCode
from deployments.stages import STAGES, StageName
from serve_app.pipeline import first_speeds
from serve_app.pipeline.chosen import FaceChoice
from serve_app.pipeline.concurrency import gather_or_cancel
from serve_app.pipeline.config import PipelineConfig
from serve_app.pipeline.face_crops import face_crops
from serve_app.pipeline.face_record import SHARES, FaceRecord, strengths, with_share
from serve_app.pipeline.forecast import Forecast
from serve_app.pipeline.inspection import Inspection, inspect
from serve_app.pipeline.layers import LayerFiles, layer_files
from serve_app.pipeline.options import EnhanceOptions, LowIdentity
from serve_app.pipeline.outcomes import FaceOutcome, face_outcome, not_cropped, notes_on_faces
from serve_app.pipeline.progress import ProgressCallback, ProgressState, ignore_progress
from serve_app.pipeline.provenance import Provenance, Sign
from serve_app.pipeline.restoration import restore_faces
from serve_app.pipeline.run import PipelineRun
from serve_app.pipeline.speed import Speeds, Work
from serve_app.pipeline.stages import ImageRef, StageClient
from serve_app.pipeline.threads import PixelThreads
from serve_app.pipeline.timings import StageTimings
from serve_app.pipeline.verification import compare, identity_at, verify

_UNSIGNED = Note(
    "The result does not carry on the photo's Content Credentials (C2PA): it is not signed.",
    NoteCode.CREDENTIALS_UNSIGNED,
)


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
    layers: LayerFiles | None
    """Where the options ask for them."""
    models: dict[str, list[str]]
    notes: list[Note]
    """What to know before trusting the result."""
    timings_ms: dict[str, float]


class Pipeline:
    """Composes the stages. Keeps nothing between requests but how long they took."""

    def __init__(self, stages: StageClient, config: PipelineConfig, sign: Sign | None = None) -> None:
        """With `sign` every result is signed."""
        self.stages = stages
        self._config = config
        self.sign = sign
        self.threads = PixelThreads(config.threads)
        self.speeds = Speeds()
        self._asked_in_vain = False

    async def inspect(self, photo: Decoded, options: EnhanceOptions) -> Inspection:
        """The dry run; see inspection.inspect."""

        async def expect(faces: int) -> float | None:
            expected = await self._expected(self._work(photo, options, faces), photo, options)
            return None if expected is None else sum(expected.values())

        return await inspect(photo, options, self.stages, self.threads, self._config, expect)

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
        await self.stages.require_ready()
        work = self._work(photo, options, int(options.faces is not FaceChoice.NONE))
        await self._expected(work, photo, options)
        run = PipelineRun(self.threads, timings, on_progress, Forecast(self.speeds, work))
        run.notes.extend([*photo.notes, *options.output.notes(photo.alpha is not None, photo.bits)])
        shared = await self.stages.share(photo.image)
        seen = await self.threads.run(over_white, photo.image, photo.alpha)
        shared_seen = shared if seen is photo.image else await self.stages.share(seen)
        records, background = await gather_or_cancel(
            restore_faces(run, self.stages, photo.image, shared_seen, options),
            self._background(run, photo.image, shared, options),
        )
        background, layers, result = await run.local(Step.COMPOSE, _compose, background, records, photo, options)
        target = photo.image if reference is None else reference
        if options.on_low_identity is LowIdentity.WARN:
            identities, (quality, pixels), (data, crops) = await gather_or_cancel(
                verify(run, self.stages, photo.image, result, records, options),
                self._measure(run, result, target),
                run.local(Step.ENCODE, self._encode, result, photo, records, options, run),
            )
        else:
            result, records, identities = await self._blend_less(
                run, photo, background, layers, result, records, options
            )
            (quality, pixels), (data, crops) = await gather_or_cancel(
                self._measure(run, result, target),
                run.local(Step.ENCODE, self._encode, result, photo, records, options, run),
            )
        files = await self._layers(run, photo, background, layers, records, options) if options.layers else None
        if crops and len(crops) < sum(record.placed is not None for record in records):
            run.notes.append(not_cropped(sum(record.placed is not None for record in records) - len(crops)))
        outcomes = [
            face_outcome(record, identity, crops.get(index), self._config)
            for index, (record, identity) in enumerate(zip(records, identities, strict=True))
        ]
        timings_ms = timings.as_ms()
        self.speeds.learn(work.with_faces(len(layers)), timings.shares_ms())
        return Enhanced(
            data=data,
            format=options.output,
            width=result.shape[1],
            height=result.shape[0],
            quality=quality,
            compared_pixels=pixels,
            faces=outcomes,
            models=run.models,
            layers=files,
            notes=[*run.notes, *notes_on_faces(outcomes, options.min_identity)],
            timings_ms=timings_ms,
        )

    def _work(self, photo: Decoded, options: EnhanceOptions, faces: int) -> Work:
        height, width = photo.image.shape[:2]
        return Work.of(width, height, options, faces, self._config.max_compared_pixels)

    async def _expected(self, work: Work, photo: Decoded, options: EnhanceOptions) -> dict[str, float] | None:
        """Seconds that each stage will work; None where a stage has told nothing of its speed."""
        expected = self.speeds.expect(work)
        if expected is None and not self._asked_in_vain:
            reports = await self.stages.reports()
            if told := first_speeds.of_stages(reports):  # else what is tried here would be in vain
                self.speeds.begin(told)
                self.speeds.begin(await self.threads.run(first_speeds.of_steps, photo, options))
                expected = self.speeds.expect(work)
            self._asked_in_vain = expected is None and len(reports) == len(STAGES)
        return expected

    async def _background(self, run: PipelineRun, image: Image, shared: ImageRef, options: EnhanceOptions) -> Image:
        width, height = image.shape[1::-1]
        size = options.output_size(width, height)
        if not options.background:
            scale = size[0] / width, size[1] / height
            return await run.local(StageName.UPSCALER, enlarge_bicubic, image, scale)

        def on_tiles(done: int, total: int) -> None:
            run.progress(StageName.UPSCALER, ProgressState.PROGRESS, done, total)

        upscaled = self.stages.upscale(shared, options.upscale_factor, on_tiles)
        enlarged = await run.stage(StageName.UPSCALER, upscaled)
        with run.timings.timed(Step.COMPOSE):
            return await run.threads.run(_fit_background, enlarged, image, size, options.color_correction)

    async def _blend_less(
        self,
        run: PipelineRun,
        photo: Decoded,
        background: Image,
        layers: list[FaceLayer],
        result: Image,
        records: list[FaceRecord],
        options: EnhanceOptions,
    ) -> tuple[Image, list[FaceRecord], list[Identity | None]]:
        """Blend in less of the faces that are not recognized, step by step, until they are. The restorer has run once.

        Returns the result, and the records with the strengths that are in it.
        """
        identities = await verify(run, self.stages, photo.image, result, records, options)
        for share in SHARES[options.on_low_identity]:
            low = [
                index
                for index, identity in enumerate(identities)
                if identity is not None and identity.similarity < options.min_identity
            ]
            if not low:
                break
            records = with_share(records, low, share)
            with run.timings.timed(Step.COMPOSE):
                result = await run.threads.run(blend_layers, background, layers, strengths(records))
            again = await compare(run, self.stages, photo.image, result, [records[index] for index in low])
            for index, identity in zip(low, again, strict=True):
                identities[index] = identity
        return result, records, identities

    async def _layers(
        self,
        run: PipelineRun,
        photo: Decoded,
        background: Image,
        layers: list[FaceLayer],
        records: list[FaceRecord],
        options: EnhanceOptions,
    ) -> LayerFiles:
        restored = [index for index, record in enumerate(records) if record.placed is not None]
        similarities: list[dict[float, float]] = []
        if options.verify and layers:
            similarities = await identity_at(run, self.stages, photo.image, background, layers, records)
        return await run.local(
            Step.ENCODE,
            layer_files,
            background,
            _enlarged_alpha(photo, background),
            dict(zip(restored, layers, strict=True)),
            dict(zip(restored, similarities, strict=False)),
        )

    def _encode(
        self,
        result: Image,
        photo: Decoded,
        records: list[FaceRecord],
        options: EnhanceOptions,
        run: PipelineRun,
    ) -> tuple[bytes, dict[int, bytes]]:
        """The result's file, and those of the faces that the options ask for, by their indices."""
        size = result.shape[1], result.shape[0]
        made = Provenance(
            photo.sha256,
            photo.format.media_type,
            tuple(run.models[StageName.RESTORER]),
            tuple(run.models[StageName.UPSCALER]),
            restored=any(strength > 0 for strength in strengths(records)),
            resized=size != photo.image.shape[1::-1],
            photo=None if options.metadata is MetadataChoice.STRIP else photo.with_credentials,
            private=options.metadata is MetadataChoice.PRIVATE,
        )
        metadata = photo.metadata.of_result(options.metadata, size, made.mark() if self._config.mark else None)
        coding = replace(options.coding, metadata=metadata)
        data = options.output.encode(result, _enlarged_alpha(photo, result), photo.bits, coding)
        if self.sign is not None:
            data, notes = self.sign(data, options.output.media_type, made)
            run.notes.extend(notes)
        elif made.photo is not None:
            run.notes.append(_UNSIGNED)
        return data, face_crops(records, photo.gray) if options.face_crops else {}

    async def _measure(self, run: PipelineRun, result: Image, target: Image) -> tuple[Quality, int]:
        """The metrics, and at how many pixels they were taken. Reduced here, so that little has to travel."""
        with run.timings.timed(StageName.METRICS):
            pair = await run.threads.run(to_common_size, result, target, self._config.max_compared_pixels)
        quality = await run.stage(StageName.METRICS, self.stages.measure(*pair))
        return quality, pair[0].shape[0] * pair[0].shape[1]


def _fit_background(enlarged: Image, photo: Image, size: tuple[int, int], match_color: bool) -> Image:
    """What the upscaler made in the (width, height) asked for, with the photo's shades if they are to match."""
    enlarged = resize(enlarged, *size)
    return keep_shades(enlarged, photo) if match_color else enlarged


def _compose(
    background: Image, records: list[FaceRecord], photo: Decoded, options: EnhanceOptions
) -> tuple[Image, list[FaceLayer], Image]:
    """The background in the photo's colors, the faces' layers on it, and both as one image."""
    if photo.gray:
        background = to_gray(background)
    placed = [record.placed for record in records if record.placed is not None]
    scale = scale_of(photo.image, background)
    layers = face_layers(background, placed, scale, photo.gray, options.grain)
    return background, layers, blend_layers(background, layers, strengths(records))


def _enlarged_alpha(photo: Decoded, result: Image) -> Mask | None:
    return None if photo.alpha is None else enlarge_bicubic(photo.alpha, scale_of(photo.image, result))
