"""Measures `visage video` on a generated film: flicker, identity, sharpness and speed, beside frame by frame.

    python -m load.film [--frames 25] [--size 320x240] [--factor 2] [--out artifacts]

The film is a portrait before a hand-held camera, blurred, noisy and coded with loss (load/film_clip.py). It is restored
by the command's own code, all stages in this process, and written without loss, so that no encoder is measured too.
Faces are looked at where the detector finds them in the film before it was worn.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path

import cv2
import numpy as np

from deployments.contract import Image
from deployments.imaging.geometry import align_identity
from load.film_clip import Pixels, frames_of, moving_portrait, worn, write_clip
from serve_app.local_stage_client import LocalStageClient
from serve_app.settings import Settings
from serve_app.video.encoder import CODECS
from serve_app.video.film import VideoBounds
from serve_app.video.flow import flow_to, moved, warping_error
from serve_app.video.keeping import FolderStore
from serve_app.video.restoring import VideoOptions
from serve_app.video.run import FilmRun, sha256_of

GOAL = 0.6
"""Of frame by frame's flicker, at most."""
_MARGIN = 0.15
"""Of a face's box, that is looked at around it."""


@dataclass(frozen=True)
class Measured:
    """Of one film, over all its frames."""

    warping_error: float
    """Inside the face; see serve_app.video.flow.warping_error."""
    lpips_between: float
    """Of each face to the one before, moved as the input moved."""
    lpips_to_truth: float
    identity: float
    """ArcFace, the mean of all faces to the best of the film: the one with the longest vector."""
    identity_least: float
    identity_to_input: float
    """The mean to the best of the input."""
    seconds: float


class Judge:
    """Knows the film before it was worn, and where its face is in every frame."""

    def __init__(self, stages: LocalStageClient, truth: list[Pixels], inputs: list[Pixels]) -> None:
        self._stages = stages
        self._truth = [_image(frame) for frame in truth]
        size = truth[0].shape[1::-1]
        self._inputs = [cv2.resize(_image(frame), size, interpolation=cv2.INTER_CUBIC) for frame in inputs]

    async def measure(self, frames: list[Pixels], seconds: float) -> Measured:
        """`frames` have the size of the truth."""
        done = [_image(frame) for frame in frames]
        faces = [(await self._stages.detect(each)).value.faces[0] for each in self._truth]
        landmarks = [face.landmarks for face in faces]
        crops = _crops(done, landmarks)
        to_best = await self._likeness(await self._best(crops), crops)
        to_input = await self._likeness(await self._best(_crops(self._inputs, landmarks)), crops)
        errors, between, to_truth = [], [], []
        for number, face in enumerate(faces):
            box = _around(face.box, done[0].shape)
            here, there = (np.ascontiguousarray(each[number][box]) for each in (done, self._truth))
            to_truth.append((await self._stages.measure(here, there)).value.lpips)
            if number:
                pair = [self._inputs[each][box] for each in (number - 1, number)]
                last = done[number - 1][box]
                errors.append(warping_error(pair, [last, here]))
                before = np.clip(moved(last, flow_to(*pair)), 0, 1)
                between.append((await self._stages.measure(here, before)).value.lpips)
        error, to_last, from_truth = (float(np.mean(each)) for each in (errors, between, to_truth))
        identity = float(np.mean(to_best)), min(to_best), float(np.mean(to_input))
        return Measured(error, to_last, from_truth, *identity, seconds)

    async def _best(self, crops: list[Image]) -> Image:
        compared = (await self._stages.verify(crops, crops)).value
        return crops[int(np.argmax([each.feature_norm for each in compared]))]

    async def _likeness(self, best: Image, crops: list[Image]) -> list[float]:
        return [each.similarity for each in (await self._stages.verify([best] * len(crops), crops)).value]

    def enlarged(self) -> list[Pixels]:
        """The input, enlarged bicubically."""
        return [np.rint(np.clip(each, 0, 1) * 255).astype(np.uint8) for each in self._inputs]


def _crops(images: list[Image], landmarks: list[np.ndarray]) -> list[Image]:
    return [align_identity(image, points) for image, points in zip(images, landmarks, strict=True)]


def _image(frame: Pixels) -> Image:
    return frame.astype(np.float32) / np.float32(255)


def _around(box: np.ndarray, shape: tuple[int, ...]) -> tuple[slice, slice]:
    grown = _MARGIN * (box[2:] - box[:2])
    (left, top), (right, bottom) = np.maximum(0, box[:2] - grown).astype(int), (box[2:] + grown).astype(int)
    return slice(top, min(bottom, shape[0])), slice(left, min(right, shape[1]))


def table(films: dict[str, Measured]) -> str:
    """Markdown, a row a film."""
    lines = [
        "| | warping error | LPIPS to the frame before | to the truth | identity to its best frame | least "
        "| to the input's best | s a frame |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, film in films.items():
        *figures, seconds = astuple(film)
        spent = f"{seconds:.2f}" if seconds else ""
        lines.append(f"| {name} | {' | '.join(f'{each:.4f}' for each in figures)} | {spent} |")
    return "\n".join(lines)


def sheet(films: list[list[Pixels]], count: int = 4) -> Pixels:
    """`count` frames of each film, a row a film."""
    numbers = np.linspace(0, len(films[0]) - 1, count).round().astype(int)
    return np.vstack([np.hstack([film[number] for number in numbers]) for film in films])


async def measure_film(count: int, size: tuple[int, int], factor: int, folder: Path) -> dict[str, Measured]:
    """Make the film, restore it both ways into `folder`, and measure."""
    width, height = size
    truth = moving_portrait(count, width * factor, height * factor)
    clip = folder / "film-input.mp4"
    write_clip(clip, worn(truth, width, height))
    inputs, _ = frames_of(clip)
    stages = LocalStageClient.load(Settings())
    judge = Judge(stages, truth, inputs)
    films = {"input, bicubic": (judge.enlarged(), 0.0)}
    for name, steady in (("frame by frame", False), ("ours", True)):
        target = folder / f"film-{name.replace(' ', '-')}.mkv"
        began = time.perf_counter()
        options, codec = VideoOptions(factor, steady=steady), CODECS["ffv1"]
        with tempfile.TemporaryDirectory() as pieces:
            store = FolderStore(Path(pieces))
            run = FilmRun(clip, sha256_of(clip), stages, options, codec, VideoBounds(), store, lambda *_: None)
            report = await run.run(target, "mkv")
        films[name] = frames_of(target)[0], (time.perf_counter() - began) / count
        print(f"{name}: {report.as_dict()}", flush=True)
    cv2.imwrite(str(folder / "film.png"), sheet([film for film, _ in films.values()] + [truth])[..., ::-1])
    return {name: await judge.measure(*film) for name, film in films.items()}


def main() -> int:
    """Measure and print; exits with 1 where ours misses the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=25)
    parser.add_argument("--size", default="320x240")
    parser.add_argument("--factor", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("artifacts"))
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    films = asyncio.run(measure_film(arguments.frames, (width, height), arguments.factor, arguments.out))
    print(table(films))
    single, ours = films["frame by frame"], films["ours"]
    flicker = ours.warping_error / single.warping_error, ours.lpips_between / single.lpips_between
    print(f"\nOurs of frame by frame: warping error {flicker[0]:.2f}, LPIPS {flicker[1]:.2f}; goal: at most {GOAL}.")
    identities = [(film.identity, film.identity_least, film.identity_to_input) for film in (ours, single)]
    alike = all(steady >= other for steady, other in zip(*identities, strict=True))
    return 0 if max(flicker) <= GOAL and alike else 1


if __name__ == "__main__":
    sys.exit(main())
