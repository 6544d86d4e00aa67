"""Restored faces keep the photograph's fine details, behind a restorer that makes every face a little too soft."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from deployments.contract import Image
from deployments.imaging.blend import PlacedFace, blend_layers, face_layers, fit_face
from deployments.imaging.face_detail import keep_features, match_detail
from deployments.imaging.geometry import FFHQ_TEMPLATE, Affine, align_face, as_photographed, face_transform
from tests.helpers.images import ASTRONAUT, T1_LARGEST, as_jpeg, astronaut, six_people

FACE = np.s_[150:430, 150:362]
PIXELS = 5.0  # of the crop for one of the photograph: 25 between the eyes


def photographed(sharp: Image, degrees: float = 8.0) -> tuple[Image, Affine]:
    """A small photograph of an aligned face, a little tilted, and the map from it to the crop."""
    turn = cv2.getRotationMatrix2D((256, 256), degrees, 1 / PIXELS)
    turn[:, 2] += 60 - 256
    soft = cv2.GaussianBlur(sharp, (0, 0), PIXELS / 2)
    photo = cv2.warpAffine(soft, turn, (120, 120), borderMode=cv2.BORDER_REFLECT_101)
    return photo, cv2.invertAffineTransform(turn)


def softly_restored(sharp: Image) -> Image:
    """Three quarters of every detail."""
    return sharp + 0.25 * (cv2.GaussianBlur(sharp, (0, 0), PIXELS) - sharp)


def error(found: Image, truth: Image) -> float:
    """Root of the mean square inside the face, of 255."""
    return 255 * float(np.sqrt(np.mean((found[FACE] - truth[FACE]) ** 2)))


FACES = [align_face(astronaut(), face_transform(ASTRONAUT)), align_face(six_people(), face_transform(T1_LARGEST))]
faces = pytest.mark.parametrize("sharp", FACES, ids=["astronaut", "one of six"])


@faces
def test_details_that_the_restorer_weakened_come_back_as_strong_as_the_photograph_has_them(sharp: Image) -> None:
    photo, transform = photographed(sharp)
    restored = softly_restored(sharp)
    found = match_detail(restored, align_face(photo, transform), transform)
    assert error(found, sharp) < 0.7 * error(restored, sharp)


@faces
def test_details_that_it_lost_come_back_too(sharp: Image) -> None:
    """A mole of three of the photograph's pixels."""
    spotted = sharp.copy()
    cv2.circle(spotted, (220, 320), 7, (0.1, 0.05, 0.05), -1, cv2.LINE_AA)
    photo, transform = photographed(spotted)
    restored = softly_restored(sharp)
    found = match_detail(restored, align_face(photo, transform), transform)
    spot = np.s_[316:325, 216:225]
    missing = [float((each[spot] - spotted[spot]).mean()) for each in (found, restored)]
    assert missing[0] < 0.75 * missing[1]


@faces
def test_noise_does_not_come_back_and_details_do(sharp: Image) -> None:
    photo, transform = photographed(sharp)
    noise = np.random.default_rng(0).normal(0, 0.04, photo.shape).astype(np.float32)
    restored = softly_restored(sharp)
    found = match_detail(restored, align_face(np.clip(photo + noise, 0, 1), transform), transform)
    assert error(found, sharp) < error(restored, sharp)


@faces
def test_of_jpegs_blocks_less_comes_back_than_of_the_details(sharp: Image) -> None:
    photo, transform = photographed(sharp)
    restored = softly_restored(sharp)
    found = match_detail(restored, align_face(as_jpeg(photo, 60), transform), transform)
    assert error(found, sharp) < error(restored, sharp)


@faces
def test_a_blurred_photograph_takes_nothing_from_the_restored_face(sharp: Image) -> None:
    photo, transform = photographed(cv2.GaussianBlur(sharp, (0, 0), 2 * PIXELS))
    restored = softly_restored(sharp)
    np.testing.assert_array_equal(match_detail(restored, align_face(photo, transform), transform), restored)


def test_a_face_larger_than_the_crop_is_left_as_it_is() -> None:
    transform = face_transform((FFHQ_TEMPLATE * 1.5).astype(np.float32))
    sharp = FACES[0]
    np.testing.assert_array_equal(match_detail(softly_restored(sharp), sharp, transform), softly_restored(sharp))


@faces
def test_of_a_face_larger_than_the_crop_the_finest_details_stay(sharp: Image) -> None:
    photo = cv2.resize(sharp, (1024, 1024), interpolation=cv2.INTER_NEAREST)
    transform = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25]])
    placed = PlacedFace(align_face(photo, transform), softly_restored(align_face(photo, transform)), None, transform)
    fitted = fit_face(placed, match_color=True)
    large = np.s_[300:860, 300:724]
    kept, lost = (
        np.abs(blend_layers(photo, face_layers(photo, [each], 1, gray=False), [1.0])[large] - photo[large]).mean()
        for each in (fitted, replace(fitted, finer=0.0))
    )
    assert fitted.finer > 0.9
    assert kept < 0.3 * lost


def of_a_stranger(sharp: Image) -> Image:
    """The face with darker eyes and a wider mouth: changes of two to six of the photograph's pixels."""
    changed = sharp.copy()
    for point, axes in (((193, 240), (16, 12)), ((319, 240), (16, 12)), ((257, 371), (70, 10))):
        cv2.ellipse(changed, point, axes, 0.0, 0, 360, (0.25, 0.1, 0.1), -1, cv2.LINE_AA)
    return np.asarray(sharp + 0.3 * (cv2.GaussianBlur(changed, (0, 0), 2.0) - sharp), np.float32)


@faces
@pytest.mark.parametrize("spoiled", ["clean", "noisy", "JPEG"])
def test_a_strangers_features_become_the_photographs(sharp: Image, spoiled: str) -> None:
    photo, transform = photographed(sharp)
    noise = np.random.default_rng(0).normal(0, 0.02, photo.shape).astype(np.float32)
    photo = {"clean": photo, "noisy": np.clip(photo + noise, 0, 1), "JPEG": as_jpeg(photo, 70)}[spoiled]
    restored = of_a_stranger(sharp)
    found = keep_features(restored, align_face(photo, transform), transform).image
    assert error(found, sharp) < 0.7 * error(restored, sharp)


@faces
@pytest.mark.parametrize("blur", [0.4, 1.0, 1.5], ids="of {} pixels".format)
def test_they_do_under_the_photographs_blur_too(sharp: Image, blur: float) -> None:
    photo, transform = photographed(cv2.GaussianBlur(sharp, (0, 0), blur * PIXELS))
    restored = of_a_stranger(sharp)
    found = keep_features(restored, align_face(photo, transform), transform).image
    assert error(found, sharp) < (0.8 if blur < 1.2 else 0.9) * error(restored, sharp)


@faces
def test_a_blurred_photograph_blurs_no_feature(sharp: Image) -> None:
    photo, transform = photographed(cv2.GaussianBlur(sharp, (0, 0), 1.5 * PIXELS))
    crop = align_face(photo, transform)
    kept = keep_features(sharp, crop, transform)
    assert kept.spoiled == 0.0
    assert error(kept.image, sharp) < 0.25 * error(crop, sharp)


@faces
def test_noise_comes_back_by_less_than_half(sharp: Image) -> None:
    photo, transform = photographed(sharp)
    noise = np.random.default_rng(0).normal(0, 0.04, photo.shape).astype(np.float32)
    noisy = align_face(np.clip(photo + noise, 0, 1), transform)
    clean = align_face(photo, transform)
    kept = [keep_features(sharp, each, transform) for each in (noisy, clean)]
    assert kept[0].spoiled == 1.0 and kept[1].spoiled < 0.2
    assert kept[0].clean == 0.0 and kept[1].clean == 1.0
    came = error(kept[0].image, kept[1].image)
    assert came < 0.5 * error(noisy, clean)


@faces
def test_where_noise_alone_is_in_the_way_half_of_the_background_stays(sharp: Image) -> None:
    clean, transform = photographed(sharp)
    noise = np.random.default_rng(0).normal(0, 0.04, clean.shape).astype(np.float32)
    soft = cv2.GaussianBlur(clean, (0, 0), 2.0)
    for photo, share in ((clean, 1.0), (np.clip(clean + noise, 0, 1), 0.5), (np.clip(soft + noise, 0, 1), 1.0)):
        placed = PlacedFace(align_face(photo, transform), sharp, None, transform)
        fitted = fit_face(placed, match_color=True)
        assert fit_face(placed, match_color=True, upscaled=False).share == 1.0
        (layer,) = face_layers(clean, [fitted], 1, gray=False)
        assert layer.mask.max() == pytest.approx(share, abs=0.1)


@pytest.mark.parametrize("beyond", [0.0, 500.0], ids=["inside the picture", "mostly outside"])
def test_a_crop_looks_as_the_photograph_shows_it_wherever_it_lies(beyond: float) -> None:
    photo, transform = photographed(FACES[0])
    moved = transform.copy()
    moved[:, 2] -= beyond
    expected = align_face(photo, transform)
    assert error(as_photographed(FACES[0], transform, PIXELS / 2), expected) < 2.0
    assert error(as_photographed(FACES[0], moved, PIXELS / 2), expected) < 4.0
