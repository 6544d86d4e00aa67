"""The whole pipeline beside the official one, GFPGANer with a RealESRGANer, on insightface's picture of six people.

Results sides run the same networks with the same weights. What differs is what we do better on purpose:
  * the pasted face is not shifted by half an output pixel (see geometry.output_transform);
  * a net's x4 output is averaged down to x2, where OpenCV's Lanczos interpolation skips pixels;
  * the mask also fades towards the crop's border, where facexlib cuts hair off straight;
  * float32 from end to end, where the official code truncates to 8 bits three times;
  * a face that shrinks on its way back is low-passed first;
  * what a crop sees beyond the picture's edge, and the upscaler too, is the picture mirrored, not gray or black;
  * a restored face has the photograph's own details and features (imaging/face_detail.py); the official one has what
    the network made of them. Tests of everything else go without, and the last one has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from insightface.data import get_image
from numpy.typing import NDArray

from deployments.config import DetectorConfig, RestorerConfig, UpscalerConfig
from deployments.contract import Image
from deployments.detector import Detector
from deployments.imaging import blend as blend_module
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.face_detail import KeptFace
from deployments.imaging.geometry import Affine, align_face, face_transform, output_transform
from deployments.restorer import Restorer
from deployments.upscaler import Upscaler
from load.official import OursOnFace, gfpganer, real_esrgan
from tests.helpers import images

FACTOR = 2
OFFICIAL_MIN_SCORE = 0.97  # FaceRestoreHelper.get_face_landmarks_5


AWAY = np.s_[40:-40, 40:-40]


def psnr(first: NDArray[np.float32], second: NDArray[np.float32], where: NDArray[np.bool_] | None = None) -> float:
    """In dB, away from the picture's edges, where ours is mirrored."""
    first, second = first[AWAY], second[AWAY]
    if where is not None:
        first, second = first[where[AWAY]], second[where[AWAY]]
    return images.psnr(first, second, peak=1.0)


@dataclass
class Results:
    """What the two pipelines made of the same picture; RGB float32 [0, 1]."""

    photo: Image
    official: Image
    official_crops: list[Image]
    official_faces: list[Image]
    placed: list[PlacedFace]
    background: Image
    enlarged_x4: Image

    def is_inside(self, face: PlacedFace) -> bool:
        """Whether the crop lies wholly inside the picture; else ours is mirrored where theirs is gray."""
        corners = np.array([[0, 0, 1], [511, 0, 1], [0, 511, 1], [511, 511, 1]]) @ output_transform(face.transform, 1).T
        height, width = (side // FACTOR for side in self.background.shape[:2])
        return bool((corners >= 0).all() and (corners <= (width - 1, height - 1)).all())

    def covered(self, border: int = 0) -> NDArray[np.bool_]:
        """Where any face's crop, less a border of so many of its 512 pixels, lies in the output."""
        covered = np.zeros(self.background.shape[:2], np.uint8)
        low, high = border, 512 - border
        for face in self.placed:
            corners = np.array([[low, low, 1], [high, low, 1], [high, high, 1], [low, high, 1]], np.float64)
            points = corners @ output_transform(face.transform, FACTOR).T
            cv2.fillConvexPoly(covered, np.rint(points).astype(np.int32), 1)
        return covered > 0


@pytest.fixture(scope="module")
def results(seeded: Path) -> Results:
    # Half the size, and nothing from below the faces: for the whole picture the official side takes a minute.
    bgr = cv2.resize(get_image("t1")[:560], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    restorer = Restorer.load(RestorerConfig(model="visage-face"))
    network = OursOnFace(lambda batch: _restored(restorer, batch))
    crops, faces, official = gfpganer(seeded, FACTOR, real_esrgan(), network).enhance(bgr, paste_back=True)

    image = _rgb(bgr)
    detected = Detector.load(DetectorConfig(min_score=OFFICIAL_MIN_SCORE)).detect(image).faces
    upscaler = Upscaler.load(UpscalerConfig(precision="float32"))
    transforms = [face_transform(face.landmarks) for face in detected]
    cut = [align_face(image, transform) for transform in transforms]
    placed = [
        PlacedFace(crop, restored.image, restored.region, transform)
        for crop, restored, transform in zip(cut, restorer.restore(cut), transforms, strict=True)
    ]
    enlarged = upscaler.upscale(image, 4)
    size = (image.shape[1] * FACTOR, image.shape[0] * FACTOR)
    return Results(
        image,
        _rgb(official),
        [_rgb(crop) for crop in crops],
        [_rgb(face) for face in faces],
        placed,
        cv2.resize(enlarged, size, interpolation=cv2.INTER_AREA),  # what Upscaler.upscale(image, FACTOR) does
        enlarged,
    )


def _restored(restorer: Restorer, batch: torch.Tensor) -> torch.Tensor:
    faces = [np.ascontiguousarray(face) for face in batch.permute(0, 2, 3, 1).numpy()]
    return torch.from_numpy(np.stack([face.image for face in restorer.restore(faces)])).permute(0, 3, 1, 2)


def _rgb(bgr: NDArray[np.uint8]) -> Image:
    return np.ascontiguousarray(bgr[..., ::-1], np.float32) / np.float32(255)


@pytest.fixture
def without_details(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the official pipeline a restored face is what the network made."""
    monkeypatch.setattr(blend_module, "match_detail", lambda restored, crop, transform: restored)
    monkeypatch.setattr(blend_module, "keep_features", lambda restored, crop, transform: KeptFace(restored, 0.0, 0.0))


def ours(results: Results, background: Image) -> Image:
    return blend_faces(background, results.placed, FACTOR, match_color=False, gray=False)


def test_the_same_six_faces_are_cut_out_and_restored_alike(results: Results) -> None:
    assert len(results.official_crops) == len(results.placed) == 6
    whole = [placed for placed in results.placed if results.is_inside(placed)]
    assert len(whole) >= 4
    for placed in whole:
        pairs = zip(results.official_crops, results.official_faces, strict=True)
        crop, face = min(pairs, key=lambda pair: float(np.abs(placed.crop - pair[0]).max()))
        assert np.abs(placed.crop - crop).max() < 0.51 / 255  # theirs is rounded to 8 bits
        assert np.abs(placed.restored - face).mean() < 0.5 / 255  # the rounding of their input, as the network sees it


@pytest.mark.usefixtures("without_details")
def test_the_picture_agrees_away_from_its_edges_in_spite_of_what_we_do_better(results: Results) -> None:
    result = ours(results, results.background)
    assert psnr(result, results.official) > 36.5
    assert psnr(result, results.official, ~results.covered()) > 43


@pytest.mark.usefixtures("without_details")
def test_with_their_habits_put_back_the_rest_agrees(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their half pixel, their Lanczos and their truncation: what is left is the mask's fade and their 8-bit steps."""

    plain = ours(results, results.background)

    def shifted(transform: Affine, factor: float) -> Affine:
        inverse = cv2.invertAffineTransform(transform) * factor
        inverse[:, 2] += 0.5 * factor
        return inverse

    monkeypatch.setattr(blend_module, "output_transform", shifted)
    size = results.background.shape[1::-1]
    background = np.clip(cv2.resize(results.enlarged_x4, size, interpolation=cv2.INTER_LANCZOS4), 0, 1)
    assert psnr(background, results.official, ~results.covered()) > 50
    result = np.floor(ours(results, background) * 255 + 1e-3) / 255
    assert psnr(result, results.official) > max(41, psnr(plain, results.official) + 3)
    inside = results.covered(border=80)  # within the mask's fade
    assert psnr(result, results.official, inside) > 40


def test_as_configured_all_that_differs_more_is_nearer_to_the_photograph(results: Results) -> None:
    """The same pixels outside the faces; inside, what a viewer sees after reducing the picture again."""
    result = ours(results, results.background)
    assert psnr(result, results.official, ~results.covered()) > 43
    assert psnr(result, results.official) > 36
    size = results.photo.shape[1::-1]
    faces = cv2.resize(results.covered(border=80).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    seen = [cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (result, results.official)]
    own, theirs = (psnr(each, results.photo, faces) for each in seen)
    assert own > theirs + 3
