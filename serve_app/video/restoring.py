"""Restores a film's frames one after the other, with what is known of those before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deployments.contract import Face, Image, Landmarks, Mask
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.geometry import FFHQ_TEMPLATE, align_face, align_identity, face_transform
from deployments.imaging.resample import enlarge_bicubic
from deployments.stages import StageName
from serve_app.pipeline.concurrency import gather_or_cancel
from serve_app.pipeline.stages import StageClient
from serve_app.pipeline.threads import PixelThreads
from serve_app.video.carrying import STILL, Memory, carry, mix
from serve_app.video.measuring import SAMPLE_S, Pair, comparable, flicker
from serve_app.video.shots import is_held
from serve_app.video.tracking import Track, Tracker


@dataclass(frozen=True)
class VideoOptions:
    """What a user may choose for a film."""

    upscale_factor: int = 2
    strength: float = 1.0
    background: bool = True
    color_correction: bool = True
    steady: bool = True
    """False: frame by frame, for comparison."""
    deinterlace: bool = False


@dataclass
class FilmFigures:
    """What was done for a film."""

    frames: int = 0
    held: int = 0
    """Frames that were the one before again."""
    shots: int = 0
    faces: int = 0
    """Faces in all frames."""
    restored: int = 0
    """Calls of the restorer."""
    carried: int = 0
    """Faces that came along from an earlier frame."""
    tracks: int = 0
    similarities: list[list[float]] = field(default_factory=list)
    """Time in seconds, and ArcFace before and after, of every restored face."""

    samples: list[list[float | None]] = field(default_factory=list)
    """Of a frame in a while: time, PSNR, SSIM and LPIPS to the input, and the flicker of faces in the input and now."""
    models: dict[str, list[str]] = field(default_factory=dict)
    """Those that made pixels, by stage."""

    def note_models(self, stage: str, models: Sequence[str]) -> None:
        """Take note of what ran."""
        known = self.models.setdefault(stage, [])
        known += [model for model in models if model not in known]

    def add(self, more: FilmFigures) -> None:
        """Those of another piece of the film, too."""
        for name, value in vars(more).items():
            if name != "models":
                setattr(self, name, getattr(self, name) + value)
        for stage, models in more.models.items():
            self.note_models(stage, models)


@dataclass(frozen=True)
class Prepared:
    """What a frame needs that no other frame has a part in."""

    pixels: NDArray[np.uint8]
    image: Image
    faces: list[Face]
    background: Image
    """At the size of the result."""


class FilmRestorer:
    """Keeps one frame, and one face a track: memory does not grow with the film.

    Each frame is prepared, which may be done for several at a time, and then finished, one after the other.
    """

    def __init__(self, stages: StageClient, options: VideoOptions, threads: PixelThreads) -> None:
        self._stages, self._options, self._threads = stages, options, threads
        self.figures = FilmFigures()
        self._seen: NDArray[np.uint8] | None = None
        """The last frame that was not the one before again."""
        self._last: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None
        self._sampled = 0.0
        self._new_shot()

    def _new_shot(self) -> None:
        self._tracker = Tracker(partial(_similarity, self._stages))  # a method of ours would be a cycle
        self._memories: dict[int, Memory] = {}

    def state(self) -> dict[str, Any]:
        """What `resume` takes up again, so that the next frame does not show that it is done elsewhere or later."""
        memories = [
            [number, each.crop, each.restored, each.region, each.time, each.count]
            for number, each in self._memories.items()
        ]
        return {"last": self._last, "sampled": self._sampled, "tracks": self._tracker.state(), "memories": memories}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on in the shot from a `state`."""
        self._last, self._sampled = state["last"], state["sampled"]
        if self._last is not None:
            self._seen = self._last[0]
            self._tracker.resume(state["tracks"], _image(self._seen))
        self._memories = {number: Memory(*memory) for number, *memory in state["memories"]}

    async def is_again(self, pixels: NDArray[np.uint8], cut: bool) -> bool:
        """Whether the next frame is the one before again, and needs no work. To be asked of each, in their order."""
        steady, seen = self._options.steady and not cut, self._seen
        if steady and seen is not None and await self._threads.run(is_held, seen, pixels):
            return True
        self._seen = pixels
        return False

    async def prepare(self, pixels: NDArray[np.uint8]) -> Prepared:
        """What can be done for a frame before those before it are finished."""
        image = _image(pixels)
        detection, background = await gather_or_cancel(self._stages.detect(image), self._background(image))
        return Prepared(pixels, image, detection.value.faces, background)

    async def finish(self, frame: Prepared | None, time: float, cut: bool, gray: bool) -> NDArray[np.uint8]:
        """The frame at `time` seconds, enlarged, its faces restored; RGB. None: it is the one before again.

        With `cut` a shot begins here; of one that is `gray`, black-and-white, the result is, too.
        """
        self.figures.frames += 1
        if frame is None:
            assert self._last is not None
            self.figures.held += 1
            return self._last[1]
        self.figures.shots += cut
        if cut or not self._options.steady:
            self._new_shot()
        before = self._tracker.count
        tracks = await self._tracker.update(frame.faces, frame.image, time)
        self.figures.tracks += self._tracker.count - before
        self._memories = {
            track.number: self._memories[track.number] for track in tracks if track.number in self._memories
        }
        faces = await gather_or_cancel(*(self._face(track, frame.image, time) for track in tracks))
        self.figures.similarities += [[time, likeness] for _, likeness in faces if likeness is not None]
        placed = [face for face, _ in faces if face is not None]
        done = await self._threads.run(self._blended, frame.background, placed, gray)
        if cut or self._last is None:
            self._sampled = time - SAMPLE_S  # due at the next frame, which has one before it in the shot
        elif time - self._sampled >= SAMPLE_S:
            await self._sample(Pair(*self._last), Pair(frame.pixels, done), tracks, time)
        self._last = frame.pixels, done
        return done

    async def _sample(self, before: Pair, now: Pair, tracks: list[Track], time: float) -> None:
        """Note what this frame is like: see FilmFigures.samples."""
        self._sampled = time
        quality = (await self._stages.measure(*await self._threads.run(comparable, now))).value
        factor = self._options.upscale_factor
        found = await self._threads.run(flicker, before, now, tracks, factor)
        self.figures.samples.append([time, quality.psnr, quality.ssim, quality.lpips, *(found or (None, None))])

    async def _background(self, image: Image) -> Image:
        factor = self._options.upscale_factor
        if not self._options.background:
            return await self._threads.run(enlarge_bicubic, image, factor)
        result = await self._stages.upscale(image, factor, lambda done, total: None)
        self.figures.note_models(StageName.UPSCALER, result.models)
        return result.value

    def _blended(self, background: Image, placed: list[PlacedFace], gray: bool) -> NDArray[np.uint8]:
        result = blend_faces(
            background,
            placed,
            factor=self._options.upscale_factor,
            match_color=self._options.color_correction,
            gray=gray,
        )
        return np.rint(np.clip(result, 0.0, 1.0) * 255).astype(np.uint8)

    async def _face(self, track: Track, image: Image, time: float) -> tuple[PlacedFace | None, float | None]:
        """The face as it is to be blended, and how like the frame's it is where it has been restored anew."""
        try:
            transform = face_transform(track.landmarks)
        except ValueError:
            return None, None  # a lost face whose landmarks fell together
        self.figures.faces += 1
        crop = await self._threads.run(align_face, image, transform)
        memory, restored, region, likeness = await self._restored(crop, self._memories.get(track.number), time)
        self._memories[track.number] = memory
        return PlacedFace(crop, restored, region, transform, track.strength * self._options.strength), likeness

    async def _restored(
        self, crop: Image, before: Memory | None, time: float
    ) -> tuple[Memory, Image, Mask | None, float | None]:
        """What to remember, the restored crop with its region, and its likeness where it is new."""
        carried = None if before is None else await self._threads.run(carry, crop, before)
        still = before is not None and carried is not None and carried.change <= STILL
        if before is not None and carried is not None and still and time - before.time <= before.good_for_s:
            self.figures.carried += 1
            return before, carried.restored, carried.region, None  # from the same restoration each time: no blur
        crop = crop if carried is None else carried.crop
        result = await self._stages.restore(crop)
        self.figures.note_models(StageName.RESTORER, result.models)
        self.figures.restored += 1
        new, region, count = result.value.image, result.value.region, 1
        if before is not None and carried is not None:
            new, region = await self._threads.run(mix, new, region, carried, before.count)
            count = before.count + 1
        likeness, carried_likeness = await self._likeness(crop, new, new if carried is None else carried.restored)
        if before is not None and carried is not None and still and carried_likeness > likeness:
            return replace(before, time=time, count=count), carried.restored, carried.region, carried_likeness
        return Memory(crop, new, region, time, count), new, region, likeness

    async def _likeness(self, crop: Image, *restored: Image) -> list[float]:
        """ArcFace's similarity of each to the crop."""
        before, *after = [await self._threads.run(_identity_crop, each) for each in (crop, *restored)]
        return [each.similarity for each in (await self._stages.verify([before] * len(after), after)).value]


async def _similarity(stages: StageClient, before: Image, there: Landmarks, now: Image, here: Landmarks) -> float:
    crops = [align_identity(before, there)], [align_identity(now, here)]
    return (await stages.verify(*crops)).value[0].similarity


def _image(pixels: NDArray[np.uint8]) -> Image:
    return pixels.astype(np.float32) / np.float32(255)


def _identity_crop(crop: Image) -> Image:
    return align_identity(crop, np.asarray(FFHQ_TEMPLATE, np.float32))
