"""What keeps a film from flickering: tracks, smoothed landmarks, faces that come along, and its measure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest

from deployments.contract import Face, Image, RestoredFace
from serve_app.pipeline.threads import PixelThreads
from serve_app.video.flow import flow_to, moved, warping_error
from serve_app.video.restoring import FilmFigures, FilmRestorer, VideoOptions
from serve_app.video.shots import is_cut, is_held
from serve_app.video.tracking import OneEuroFilter, Tracker
from tests.helpers.fakes import FakeStages, face_at
from tests.helpers.films import Pixels, moving_face
from tests.helpers.images import six_faces, to_float

RATE = 25.0


@dataclass
class Unsteady(FakeStages):
    """A restorer whose faces differ from call to call, as a generator's do, and a detector that trembles."""

    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))
    step: float = 2.0

    def _detect(self, image: Image) -> Any:
        tremble = self.chance.normal(0.0, 0.4, 2)
        count = len(self.asked("detector")) - 1
        self.faces = [face_at(104 - self.step * count + tremble[0], 80 + tremble[1], 62)]
        return super()._detect(image)

    def _restore(self, face: Image) -> RestoredFace:
        pattern = cv2.resize(self.chance.normal(0.0, 0.06, (24, 24, 3)).astype(np.float32), face.shape[1::-1])
        return RestoredFace(np.clip(face + pattern, 0.0, 1.0), None)


def run(stages: FakeStages, frames: list[Pixels], **options: Any) -> tuple[list[Image], FilmFigures]:
    """The restored film, and what was done."""

    async def work() -> tuple[list[Image], FilmFigures]:
        chosen = {"upscale_factor": 1, "background": False, "color_correction": False} | options
        restorer = FilmRestorer(stages, VideoOptions(**chosen), PixelThreads(1))
        cuts = [True, *(is_cut(*pair) for pair in pairwise(frames))]
        done = []
        for number, frame in enumerate(frames):
            again = await restorer.is_again(frame, cuts[number])
            prepared = None if again else await restorer.prepare(frame)
            done.append(await restorer.finish(prepared, number / RATE, cuts[number], False))
        return [to_float(frame) for frame in done], restorer.figures

    return asyncio.run(work())


@pytest.mark.slow
def test_a_moving_face_flickers_far_less_than_frame_by_frame() -> None:
    frames = moving_face(8)
    inputs = [to_float(frame) for frame in frames]
    steady, figures = run(Unsteady(), frames)
    single, alone = run(Unsteady(), frames, steady=False)
    box = np.s_[40:120, 50:110]
    error, without = (
        warping_error([each[box] for each in inputs], [each[box] for each in done]) for done in (steady, single)
    )
    floor = warping_error([each[box] for each in inputs], [each[box] for each in inputs])
    assert floor < without / 3, "the measure itself is steady"
    assert error <= 0.6 * without, f"{error:.4f} against {without:.4f}"
    assert figures.tracks == 1 and figures.restored + figures.carried == figures.faces == 8
    assert alone.restored == 8 and alone.carried == 0


@pytest.mark.slow
def test_a_still_shot_costs_little_and_a_cut_begins_anew() -> None:
    first, second = moving_face(1)[0], cv2.resize(six_faces(), (192, 160))
    noise = np.random.default_rng(0)
    shot = [np.clip(first + noise.normal(0, 2.5, first.shape), 0, 255).astype(np.uint8) for _ in range(10)]
    stages = Unsteady(step=0.0)
    _, figures = run(stages, [*shot, second, second])
    assert figures.shots == 2 and figures.held == 1
    assert figures.restored <= 4 and figures.carried >= 7, "one restoration serves while the face only trembles"


def test_cuts_and_held_frames_are_told_from_motion_and_light() -> None:
    frames = moving_face(9, step=6.0)
    other = cv2.resize(six_faces(), (192, 160))
    assert is_cut(frames[0], other) and not is_held(frames[0], other)
    assert not any(is_cut(before, now) for before, now in pairwise(frames))
    assert not is_cut(frames[0], np.clip(frames[0].astype(int) + 12, 0, 255).astype(np.uint8))
    coded = cv2.imdecode(cv2.imencode(".jpg", frames[0], [cv2.IMWRITE_JPEG_QUALITY, 97])[1], cv2.IMREAD_COLOR)
    assert is_held(frames[0], np.asarray(coded, np.uint8)) and not is_held(frames[0], frames[1])
    blink = frames[0].copy()
    blink[60:76, 90:112] = 40
    assert not is_held(frames[0], blink), "a small part that moves is enough"


def test_landmarks_rest_when_the_face_rests_and_follow_when_it_moves() -> None:
    chance = np.random.default_rng(3)
    face = face_at(100, 100, 80)
    rest, move = OneEuroFilter(), OneEuroFilter()
    trembling = [face.landmarks + chance.normal(0, 0.5, (5, 2)).astype(np.float32) for _ in range(50)]
    smooth = [rest(points, face.eye_distance, number / RATE) for number, points in enumerate(trembling)]

    def restless(points: list[Any]) -> float:
        return float(np.abs(np.diff(np.array(points[10:]), axis=0)).mean())

    assert restless(smooth) < 0.4 * restless(trembling)
    for number in range(50):
        moving = face.landmarks + np.array([4.0 * number, 0], np.float32)
        followed = move(moving, face.eye_distance, number / RATE)
    assert np.abs(followed - moving).max() < 0.15 * face.eye_distance, "it does not lag behind"


async def never(*arguments: Any) -> float:
    raise AssertionError("boxes that overlap need no verifier")


@pytest.mark.parametrize(("similarity", "same"), [(0.8, True), (0.1, False)])
async def test_where_boxes_hardly_overlap_the_verifier_decides(similarity: float, same: bool) -> None:
    async def similar(*arguments: Any) -> float:
        return similarity

    image = to_float(moving_face(1)[0])
    tracker = Tracker(similar)
    before = await tracker.update([face_at(60, 80, 40)], image, 0.0)
    after = await tracker.update([face_at(85, 80, 40)], image, 0.04)
    assert (before[0].number in [each.number for each in after if each.seen == 0.04]) == same


async def test_a_face_that_is_missed_for_a_frame_is_followed_and_one_that_has_gone_fades() -> None:
    frames = [to_float(frame) for frame in moving_face(14, step=2.0)]
    tracker = Tracker(never)
    faces: list[Face] = [face_at(104 - 2 * number, 80, 62) for number in range(14)]
    (first,) = await tracker.update([faces[0]], frames[0], 0.0)
    (second,) = await tracker.update([], frames[1], 0.04)
    assert second.number == first.number and 0 < second.strength < 1
    assert np.abs(second.face.landmarks - faces[1].landmarks).max() < 1.5, "its landmarks moved with the picture"
    strengths = []
    for number in range(2, 14):
        tracks = await tracker.update([], frames[number], number * 0.04)
        strengths += [track.strength for track in tracks]
    assert strengths == sorted(strengths, reverse=True) and strengths[-1] == 0 and not tracks


def test_flow_and_its_measure_know_motion_from_change() -> None:
    frames = [to_float(frame) for frame in moving_face(4, step=3.0)]
    flow = flow_to(frames[0], frames[1])
    assert np.abs(np.median(flow, axis=(0, 1)) - (3.0, 0.0)).max() < 0.3
    inner = np.s_[20:-20, 20:-20]
    assert np.abs(moved(frames[0], flow) - frames[1])[inner].mean() < 0.25 * np.abs(frames[0] - frames[1])[inner].mean()
    flickering = [np.clip(frame + 0.1 * (number % 2), 0, 1).astype(np.float32) for number, frame in enumerate(frames)]
    assert warping_error(frames, flickering) > 0.08 > 4 * warping_error(frames, frames)
