"""Follows faces through a shot. Vectors of faces exist only within a call of the verifier: nobody is recognized."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from deployments.contract import Face, Image, Landmarks

SamePerson = Callable[[Image, Landmarks, Image, Landmarks], Awaitable[float]]
"""ArcFace's similarity of a face in an earlier frame and one in this."""

_SURE_OVERLAP = 0.5
"""Intersection over union from which two boxes of following frames are one face without asking the verifier."""
_MIN_OVERLAP = 0.05
_SAME_PERSON = 0.4
_MAX_LOST_S = 0.3
"""A face that the detector misses for so long is followed by the motion of its landmarks."""
_FADE_S = 0.2
"""In which a face that appears, or is lost, within a shot is blended in or out."""


class OneEuroFilter:
    """Smooths points in time: strongly while they rest, little while they move (Casiez et al., CHI 2012).

    Points are divided by a length, so that the constants hold for faces of every size.
    """

    def __init__(self, min_cutoff_hz: float = 1.0, beta: float = 8.0, derivative_cutoff_hz: float = 1.0) -> None:
        self._min_cutoff, self._beta, self._derivative_cutoff = min_cutoff_hz, beta, derivative_cutoff_hz
        self._last: NDArray[np.float64] | None = None
        self._speed: NDArray[np.float64] | None = None
        self._time = 0.0

    def state(self) -> list[Any]:
        """What `resume` takes up again."""
        return [self._last, self._speed, self._time]

    def resume(self, state: list[Any]) -> None:
        """Go on from a `state`."""
        self._last, self._speed, self._time = state

    def __call__(self, points: NDArray[np.float32], length: float, time: float) -> NDArray[np.float32]:
        """The smoothed points at `time` in seconds; `length` is the face's, in the unit of the points."""
        found = points.astype(np.float64)
        if self._last is None or self._speed is None or time <= self._time:
            self._last, self._speed, self._time = found, np.zeros_like(found), time
            return points
        step = time - self._time
        speed = (found - self._last) / (length * step)
        self._speed = self._speed + _alpha(self._derivative_cutoff, step) * (speed - self._speed)
        cutoff = self._min_cutoff + self._beta * float(np.linalg.norm(self._speed, axis=1).mean())
        self._last = self._last + _alpha(cutoff, step) * (found - self._last)
        self._time = time
        return self._last.astype(np.float32)


def _alpha(cutoff_hz: float, step_s: float) -> float:
    return 1.0 / (1.0 + 1.0 / (2.0 * np.pi * cutoff_hz * step_s))


@dataclass
class Track:
    """One face through a shot."""

    number: int
    face: Face
    """As the detector saw it last, or where its landmarks have moved since."""
    landmarks: Landmarks
    """Smoothed."""
    seen: float
    """When the detector saw it last, in seconds."""
    strength: float
    """Of its restoration, rising from 0 to 1 where it appears in the middle of a shot."""
    time: float = 0.0
    smooth: OneEuroFilter = field(default_factory=OneEuroFilter)


class Tracker:
    """The faces of one shot; a new one for each."""

    def __init__(self, same_person: SamePerson) -> None:
        self._same_person = same_person
        self._tracks: list[Track] = []
        self._image: Image | None = None
        self.count = 0
        """Tracks so far."""

    async def update(self, faces: list[Face], image: Image, time: float) -> list[Track]:
        """The faces of the next frame, each with its track; `time` is in seconds."""
        pairs = await self._pairs(faces, image)
        for index, track in enumerate(self._tracks):
            found = faces[pairs[index]] if index in pairs else self._followed(track, image)
            track.seen = time if index in pairs else track.seen
            track.face = found
            track.landmarks = track.smooth(found.landmarks, max(1.0, found.eye_distance), time)
            step = (time - track.time) / _FADE_S
            track.strength = min(1.0, max(0.0, track.strength + (step if index in pairs else -step)))
            track.time = time
        self._tracks = [each for each in self._tracks if time - each.seen <= _MAX_LOST_S]
        for number in sorted(set(range(len(faces))) - set(pairs.values())):
            self._begin(faces[number], time)
        self._image = image
        return list(self._tracks)

    def state(self) -> dict[str, Any]:
        """What `resume` takes up again, but for the last picture."""
        tracks = [
            [each.number, each.face.box, each.face.landmarks, each.face.score, each.landmarks, each.seen, each.strength,
             each.time, each.smooth.state()]
            for each in self._tracks
        ]  # fmt: skip
        return {"count": self.count, "tracks": tracks}

    def resume(self, state: dict[str, Any], image: Image) -> None:
        """Go on from a `state`, after the frame `image`."""
        self.count, self._image = state["count"], image
        for number, box, points, score, landmarks, seen, strength, time, smooth in state["tracks"]:
            track = Track(number, Face(box, points, score), landmarks, seen, strength, time)
            track.smooth.resume(smooth)
            self._tracks.append(track)

    def _begin(self, face: Face, time: float) -> None:
        self.count += 1
        first = self._image is None
        track = Track(self.count, face, face.landmarks, time, 1.0 if first else 0.0, time)
        track.smooth(face.landmarks, max(1.0, face.eye_distance), time)
        self._tracks.append(track)

    async def _pairs(self, faces: list[Face], image: Image) -> dict[int, int]:
        """Track to face. Where boxes overlap little, the verifier decides whether it is the same person."""
        if not faces or not self._tracks or self._image is None:
            return {}
        overlaps = np.array([[_overlap(track.face.box, face.box) for face in faces] for track in self._tracks])
        rows, columns = linear_sum_assignment(-overlaps)
        pairs = {}
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            overlap, track, face = overlaps[row, column], self._tracks[row], faces[column]
            if overlap < _MIN_OVERLAP:
                continue
            if overlap < _SURE_OVERLAP:
                similarity = await self._same_person(self._image, track.face.landmarks, image, face.landmarks)
                if similarity < _SAME_PERSON:
                    continue
            pairs[row] = column
        return pairs

    def _followed(self, track: Track, image: Image) -> Face:
        """Where the landmarks have moved (Lucas and Kanade, pyramids): the median of the five, so that none strays."""
        assert self._image is not None
        grays = [
            np.rint(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) * 255).astype(np.uint8) for each in (self._image, image)
        ]
        points = track.face.landmarks.reshape(-1, 1, 2)
        found, status, _ = cv2.calcOpticalFlowPyrLK(grays[0], grays[1], points, None)
        ways = (found - points).reshape(-1, 2)[status.reshape(-1) == 1]
        way = np.median(ways, axis=0).astype(np.float32) if len(ways) else np.zeros(2, np.float32)
        return Face(track.face.box + np.tile(way, 2), track.face.landmarks + way, track.face.score)


def _overlap(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Intersection over union of two boxes."""
    low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
    shared = float(np.prod(np.maximum(0.0, high - low)))
    areas = [float(np.prod(np.maximum(0.0, box[2:] - box[:2]))) for box in (first, second)]
    return shared / max(1e-6, sum(areas) - shared)
