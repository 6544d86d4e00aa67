"""Restores a film's frames one after the other, with what is known of those before."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image, Landmarks, Mask
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.geometry import FFHQ_TEMPLATE, align_face, align_identity, face_transform
from deployments.imaging.resample import enlarge_bicubic
from serve_app.pipeline.concurrency import gather_or_cancel
from serve_app.pipeline.stages import StageClient
from serve_app.pipeline.threads import PixelThreads
from serve_app.video.flow import flow_to, moved
from serve_app.video.shots import is_cut, is_held
from serve_app.video.tracking import Track, Tracker

_STILL = 2.5 / 255
"""Mean difference of a crop to the one that was restored, after motion, up to which that restoration will do."""
_MAX_CARRIED_S = 1.0
_KEPT = 0.7
"""Of the earlier restoration, moved, where the crop did not change but for its motion."""
_CHANGED = 8.0 / 255
"""Difference of the crop to the earlier one, moved, at which only exp(-1) of that is kept."""
_ERROR_SIGMA = 4.0


@dataclass(frozen=True)
class VideoOptions:
    """What a user may choose for a film."""

    upscale_factor: int = 2
    strength: float = 1.0
    background: bool = True
    color_correction: bool = True
    steady: bool = True
    """False: frame by frame, for comparison."""


@dataclass
class FilmFigures:
    """What was done for a film."""

    frames: int = 0
    held: int = 0
    """Frames that were the one before again."""
    shots: int = 1
    faces: int = 0
    """Faces in all frames."""
    restored: int = 0
    """Calls of the restorer."""
    carried: int = 0
    """Faces that came along from an earlier frame."""
    tracks: int = 0
    similarities: list[float] = field(default_factory=list)
    """ArcFace before and after, of every restored face."""


@dataclass(frozen=True)
class _Memory:
    """What a track had last."""

    crop: Image
    """Before restoration."""
    restored: Image
    region: Mask | None
    time: float


class FilmRestorer:
    """Keeps one frame, and one face a track: memory does not grow with the film."""

    def __init__(self, stages: StageClient, options: VideoOptions, threads: PixelThreads) -> None:
        self._stages, self._options, self._threads = stages, options, threads
        self.figures = FilmFigures()
        self._last: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None
        self._new_shot()

    def _new_shot(self) -> None:
        self._tracker = Tracker(self._similarity)
        self._memories: dict[int, _Memory] = {}

    async def restore(self, pixels: NDArray[np.uint8], time: float) -> NDArray[np.uint8]:
        """The frame at `time` seconds, enlarged, its faces restored; RGB."""
        self.figures.frames += 1
        if self._last is not None and self._options.steady:
            if await self._threads.run(is_held, self._last[0], pixels):
                self.figures.held += 1
                return self._last[1]
            if await self._threads.run(is_cut, self._last[0], pixels):
                self.figures.shots += 1
                self._new_shot()
        image = pixels.astype(np.float32) / np.float32(255)
        if not self._options.steady:
            self._new_shot()
        detection, background = await gather_or_cancel(self._stages.detect(image), self._background(image))
        tracks = await self._tracker.update(detection.value.faces, image, time)
        self._memories = {
            track.number: self._memories[track.number] for track in tracks if track.number in self._memories
        }
        placed = [face for track in tracks if (face := await self._face(track, image, time)) is not None]
        done = await self._threads.run(self._blended, background, placed)
        self._last = pixels, done
        return done

    async def _background(self, image: Image) -> Image:
        factor = self._options.upscale_factor
        if not self._options.background:
            return await self._threads.run(enlarge_bicubic, image, factor)
        return (await self._stages.upscale(image, factor, lambda done, total: None)).value

    def _blended(self, background: Image, placed: list[PlacedFace]) -> NDArray[np.uint8]:
        result = blend_faces(
            background,
            placed,
            factor=self._options.upscale_factor,
            match_color=self._options.color_correction,
            gray=False,
        )
        return np.rint(np.clip(result, 0.0, 1.0) * 255).astype(np.uint8)

    async def _face(self, track: Track, image: Image, time: float) -> PlacedFace | None:
        try:
            transform = face_transform(track.landmarks)
        except ValueError:
            return None  # a lost face whose landmarks fell together
        self.figures.faces += 1
        self.figures.tracks = max(self.figures.tracks, track.number)
        crop = await self._threads.run(align_face, image, transform)
        memory = await self._restored(crop, self._memories.get(track.number), time)
        self._memories[track.number] = memory[0]
        _, restored, region = memory
        return PlacedFace(crop, restored, region, transform, track.strength * self._options.strength)

    async def _restored(self, crop: Image, before: _Memory | None, time: float) -> tuple[_Memory, Image, Mask | None]:
        """What to remember, and the restored crop with its region."""
        carried = None if before is None else await self._threads.run(_carried, crop, before)
        if before is not None and carried is not None:
            restored, region, error = carried
            if float(error.mean()) <= _STILL and time - before.time <= _MAX_CARRIED_S:
                self.figures.carried += 1
                return before, restored, region  # from the same restoration each time: it does not blur
        face = (await self._stages.restore(crop)).value
        self.figures.restored += 1
        await self._note_similarity(crop, face.image)
        new, region = face.image, face.region
        if carried is not None:
            new, region = await self._threads.run(_mixed, new, region, *carried)
        return _Memory(crop, new, region, time), new, region

    async def _note_similarity(self, crop: Image, restored: Image) -> None:
        pair = [await self._threads.run(_identity_crop, each) for each in (crop, restored)]
        self.figures.similarities.append((await self._stages.verify(pair[:1], pair[1:])).value[0].similarity)

    async def _similarity(self, before: Image, there: Landmarks, now: Image, here: Landmarks) -> float:
        crops = [align_identity(before, there)], [align_identity(now, here)]
        return (await self._stages.verify(*crops)).value[0].similarity


def _identity_crop(crop: Image) -> Image:
    return align_identity(crop, np.asarray(FFHQ_TEMPLATE, np.float32))


def _carried(crop: Image, before: _Memory) -> tuple[Image, Mask | None, Mask]:
    """The earlier restoration and region as they would look now, and how the crop changed otherwise than by motion."""
    flow = flow_to(before.crop, crop)
    error = np.abs(crop - moved(before.crop, flow)).mean(axis=2)
    region = None if before.region is None else moved(before.region, flow)
    return moved(before.restored, flow), region, cv2.GaussianBlur(error, (0, 0), _ERROR_SIGMA)


def _mixed(
    new: Image, region: Mask | None, old: Image, old_region: Mask | None, error: Mask
) -> tuple[Image, Mask | None]:
    """The new restoration with as much of the earlier one as still fits, pixel by pixel."""
    kept = _KEPT * np.exp(-np.square(error / np.float32(_CHANGED)))
    mixed = new + kept[..., None] * (old - new)
    if region is None or old_region is None:
        return np.clip(mixed, 0.0, 1.0), region
    return np.clip(mixed, 0.0, 1.0), np.clip(region + np.float32(0.5) * (old_region - region), 0.0, 1.0)
