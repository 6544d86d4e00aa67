"""Each stage's numbers beside those of the official code, with the same weights."""

from __future__ import annotations

from pathlib import Path

import cv2
import lpips
import numpy as np
import pytest
import torch
from insightface.data import get_image
from insightface.utils.face_align import norm_crop
from numpy.typing import NDArray
from skimage.data import astronaut
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from deployments.config import (
    DetectorConfig,
    KernelChoice,
    MetricsConfig,
    RestorerConfig,
    UpscalerConfig,
    VerifierConfig,
)
from deployments.contract import Image
from deployments.detector import Detector
from deployments.metrics import Metrics
from deployments.models import weights
from deployments.models.network import Network, build_network, load_network
from deployments.models.readers.torch_checkpoint import read_state_dict
from deployments.models.registry import architecture_of
from deployments.restorer import Restorer
from deployments.runtime.enlarger import MIRRORED
from deployments.runtime.torch_enlarger import TorchEnlarger
from deployments.upscaler import FACTORS, Upscaler
from deployments.verifier import Verifier
from load.official import gfpganer, real_esrgan


def image(pixels: NDArray[np.uint8]) -> Image:
    return np.ascontiguousarray(pixels, np.float32) / np.float32(255)


@pytest.mark.parametrize("name", ["t1", "astronaut"])
def test_boxes_and_landmarks_are_facexlibs(name: str) -> None:
    rgb = astronaut() if name == "astronaut" else np.ascontiguousarray(get_image("t1")[..., ::-1])
    official = load_network("retinaface-mobile0.25").module.detect_faces(rgb[..., ::-1], 0.97)  # type: ignore[operator]
    faces = Detector.load(DetectorConfig(min_score=0.97)).detect(image(rgb)).faces
    assert len(faces) == len(official)
    for row in official:
        twin = min(faces, key=lambda face: float(np.abs(face.box - row[:4]).max()))
        assert np.abs(twin.box - row[:4]).max() < 0.01
        assert np.abs(twin.landmarks.ravel() - row[5:]).max() < 0.01
        assert twin.score == pytest.approx(row[4], abs=1e-5)


def test_the_restored_face_is_gfpganers(seeded: Path) -> None:
    """With the official weights where they are, else with the official architecture and seeded ones."""
    checkpoint = weights.locate("gfpgan-v1.4") or seeded
    face = cv2.resize(astronaut()[40:190, 150:300], (512, 512), interpolation=cv2.INTER_CUBIC)

    official = gfpganer(checkpoint, 1, None)
    network = official.gfpgan
    # Their noise is random where the weights use it; ours is off, so theirs is too.
    official.gfpgan = lambda x, **options: network(x, **(options | {"randomize_noise": False}))
    _, (expected,), _ = official.enhance(face[..., ::-1], has_aligned=True, paste_back=False)

    filled = build_network("gfpgan-v1-clean")
    filled.load_state_dict(read_state_dict(checkpoint))
    network_of_ours = Network("gfpgan-v1.4", filled.eval(), architecture_of("gfpgan-v1.4"))
    restorer = Restorer(network_of_ours, None, RestorerConfig(parsing=False))
    ours = restorer.restore([image(face)])[0].image
    difference = np.abs(np.rint(ours * 255) - expected[..., ::-1].astype(np.float32))
    assert expected.std() > 5  # a picture, not a flat field that anything would equal
    assert difference.max() <= 1


def over(model: str, tile_pixels: int, kernel: KernelChoice = "torch") -> Upscaler:
    """An upscaler of one network in float32 with tiles of this size."""
    config = UpscalerConfig(model=model, precision="float32", kernel=kernel)
    if kernel == "auto":
        return Upscaler.load(config)
    return Upscaler(dict.fromkeys(FACTORS, TorchEnlarger(load_network(model), config, tile_pixels)), config)


@pytest.fixture(scope="module")
def small() -> NDArray[np.uint8]:
    """A picture, RGB."""
    return np.ascontiguousarray(astronaut()[30:150, 140:300])


@pytest.fixture(scope="module")
def enlarged(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What RealESRGANer makes of it with a factor of 4, where the picture goes on beyond its edges as ours does."""
    wide = MIRRORED
    mirrored = cv2.copyMakeBorder(small, wide, wide, wide, wide, cv2.BORDER_REFLECT_101)
    bgr = real_esrgan().enhance(mirrored[..., ::-1], outscale=4)[0]
    return np.ascontiguousarray(bgr[4 * wide : -4 * wide, 4 * wide : -4 * wide, ::-1])


@pytest.mark.parametrize("kernel", ["torch", "auto"])
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_the_upscaled_picture_is_real_esrganers_untiled_one(
    small: NDArray[np.uint8], enlarged: NDArray[np.uint8], factor: int, kernel: KernelChoice
) -> None:
    upscaler = over("realesr-general-x4v3", 120 * 120, kernel)
    tiles: list[int] = []
    ours = upscaler.upscale(image(small), factor, on_progress=lambda done, total: tiles.append(total))
    assert tiles[-1] > 1
    expected = enlarged.astype(np.float32)
    if factor != 4:
        # RealESRGANer goes on with Lanczos interpolation, which skips pixels when it makes smaller; we average.
        size = (small.shape[1] * factor, small.shape[0] * factor)
        expected = cv2.resize(expected, size, interpolation=cv2.INTER_AREA)
    assert np.abs(ours * 255 - expected).max() < 1.0


def test_bfloat16_stays_within_half_a_step_of_float32_on_average() -> None:
    picture = image(astronaut()[30:150, 140:300])
    exact, quick = (Upscaler.load(UpscalerConfig(precision=p)).upscale(picture, 2) for p in ("float32", "bfloat16"))
    difference = np.abs(exact - quick) * 255
    assert difference.mean() < 0.5
    assert np.sqrt((difference**2).mean()) < 1.0  # 48 dB


def test_x4plus_out_of_ncnn_enlarges_and_its_tiles_agree_within_1_of_255() -> None:
    """A narrow strip cut in two: the net is too slow on a CPU for more, and one edge in its middle is what it takes."""
    rgb = np.ascontiguousarray(astronaut()[84:92, 150:350])
    whole = over("realesrgan-x4plus-ncnn", 10**6).upscale(image(rgb), 2)
    told: list[int] = []
    tiled = over("realesrgan-x4plus-ncnn", 48 * 220).upscale(image(rgb), 2, lambda done, total: told.append(total))
    assert told[-1] > 1
    assert np.abs(whole - tiled).max() < 1 / 255
    back = cv2.resize(whole, rgb.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.sqrt(((back - image(rgb)) ** 2).mean()) < 0.05  # a picture of the same thing, not noise


def test_the_figures_are_the_libraries_own() -> None:
    first = image(astronaut()[:256, :256])
    second = np.clip(cv2.GaussianBlur(first, (0, 0), 1.5) + np.float32(0.02), 0, 1)
    quality = Metrics.load(MetricsConfig()).measure(first, second)
    assert quality.psnr == pytest.approx(peak_signal_noise_ratio(second, first, data_range=1), abs=1e-6)
    ssim = structural_similarity(second, first, data_range=1, channel_axis=2)
    assert quality.ssim == pytest.approx(ssim, abs=1e-6)
    oracle = lpips.LPIPS(
        net="alex", pnet_rand=True, verbose=False
    )  # its own heads; the backbone's file is in no package
    oracle.net.load_state_dict(load_network("lpips-alex").module.net.state_dict())  # type: ignore[union-attr]
    tensors = [torch.from_numpy(x).permute(2, 0, 1)[None] * 2 - 1 for x in (first, second)]
    with torch.no_grad():
        assert quality.lpips == pytest.approx(oracle(*tensors).item(), abs=1e-5)


def test_the_lpips_heads_in_our_file_are_those_of_the_lpips_package() -> None:
    from deployments.models.readers.flax import read_parameters

    heads = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False).lins
    parameters = read_parameters(weights.require("lpips-alex"))
    for index, head in enumerate(heads):
        ours = parameters[f"NetLinLayer_{index}/Conv_0/kernel"].transpose(3, 2, 0, 1)
        assert np.array_equal(head.model[-1].weight.detach().numpy(), ours)


def test_identity_features_are_insightfaces() -> None:
    verifier = Verifier.load(VerifierConfig())
    rgb = np.ascontiguousarray(get_image("t1")[..., ::-1])
    faces = Detector.load(DetectorConfig()).detect(image(rgb)).faces[:2]
    crops = [norm_crop(rgb, face.landmarks) for face in faces]
    arcface = verifier.arcface
    first, second = (arcface.get_feat(np.ascontiguousarray(crop[..., ::-1]))[0] for crop in crops)
    (identity,) = verifier.compare([image(crops[0])], [image(crops[1])])
    assert identity.similarity == pytest.approx(arcface.compute_sim(first, second), abs=1e-4)
    assert identity.feature_norm == pytest.approx(float(np.linalg.norm(first)), rel=1e-4)
