"""Which network restores, and what happens to a batch that does not fit or fails."""

from __future__ import annotations

import dataclasses
import gc
import weakref
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image as PILImage
from torch import nn

from deployments.config import EngineChoice, RestorerConfig
from deployments.contract import FACE_SIZE, RestoredFace
from deployments.errors import Cancelled, ContractViolation, InferenceFailed, ModelUnavailable, OutOfMemory
from deployments.models.architecture import Architecture, Purpose
from deployments.models.manifest import manifest, sha256_of
from deployments.models.network import Network
from deployments.models.registry import ARCHITECTURES, architecture_of
from deployments.restorer import GFPGAN, NO_PRIOR, PARSER, Restorer, choose_model
from tests.helpers.images import noise, to_float

OWN = "visage-face"
FALLBACK_SR = "realesr-general-x4v3"
DATA = Path(__file__).parent / "data"  # a face that the generator drew, small, and what became of it


@pytest.fixture
def nothing_here(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path))
    monkeypatch.delenv("VISAGE_WEIGHTS_SOURCE", raising=False)


def test_without_gfpgans_weights_our_own_network_takes_its_place(nothing_here: None) -> None:
    assert choose_model(RestorerConfig()) == OWN
    assert choose_model(RestorerConfig(fallback=FALLBACK_SR)) == FALLBACK_SR


@pytest.mark.slow
def test_our_own_network_comes_with_the_repository_and_knows_faces(nothing_here: None) -> None:
    restorer = Restorer.load(RestorerConfig(engine="torch"))  # a graph would be made anew in this folder
    assert restorer.report.models == (OWN,) and restorer.report.notes == ()
    assert restorer.report.details["facial_prior"] is True


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["auto", "torch"])
def test_our_own_network_restores_a_known_face_as_it_always_did(engine: EngineChoice) -> None:
    small, golden = (
        np.asarray(PILImage.open(DATA / name).convert("RGB")) for name in ("face-128px.png", "face.visage-face.png")
    )
    face = to_float(cv2.resize(small, (FACE_SIZE, FACE_SIZE), interpolation=cv2.INTER_CUBIC))
    (restored,) = Restorer.load(RestorerConfig(model=OWN, parsing=False, engine=engine)).restore([face])
    assert np.abs(restored.image - to_float(golden)).max() <= 2 / 255
    assert np.abs(restored.image - face).mean() > 2 / 255, "the face came back as it was"


def test_where_the_fallback_is_forbidden_the_stage_refuses_to_start(nothing_here: None) -> None:
    with pytest.raises(ModelUnavailable, match="no fallback is allowed"):
        Restorer.load(RestorerConfig(fallback="forbidden"))


@pytest.mark.parametrize("model", [GFPGAN, FALLBACK_SR])
def test_without_any_weights_the_stage_refuses_to_start_and_says_what_to_do(nothing_here: None, model: str) -> None:
    with pytest.raises(ModelUnavailable, match="Run: make weights"):
        Restorer.load(RestorerConfig(model=model))


def test_with_gfpgans_weights_gfpgan_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.models.weights.locate", lambda name: name)
    assert choose_model(RestorerConfig(fallback="forbidden")) == GFPGAN
    assert choose_model(RestorerConfig(model=OWN)) == OWN


class _Invert(nn.Module):
    """A stand-in for GFPGAN: speaks [-1, 1], inverts, fails on batches larger than `most`."""

    def __init__(self, most: int = 100) -> None:
        super().__init__()
        self.most = most
        self.batches: list[int] = []

    def forward(self, x: torch.Tensor, return_rgb: bool, randomize_noise: bool) -> tuple[torch.Tensor, list]:
        assert not randomize_noise, "the same face must always give the same result"
        assert x.min() >= -1 and x.max() <= 1 and x.min() < -0.5
        self.batches.append(len(x))
        if len(x) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return -x, []


def _over(network: nn.Module, max_batch_size: int = 4, parser: nn.Module | None = None) -> Restorer:
    """A Restorer over stand-ins, without loading anything."""
    return Restorer(
        Network(GFPGAN, network, architecture_of(GFPGAN)),
        None if parser is None else Network(PARSER, parser, architecture_of(PARSER)),
        RestorerConfig(max_batch_size=max_batch_size, device="cpu"),
    )


def _faces(count: int) -> list[np.ndarray]:
    return [noise(FACE_SIZE, FACE_SIZE, seed=seed) for seed in range(count)]


def test_faces_come_back_restored_in_their_order_a_batch_at_a_time() -> None:
    network, faces = _Invert(), _faces(5)
    restored = _over(network, 2).restore(faces)
    assert network.batches == [2, 2, 1]
    for face, result in zip(faces, restored, strict=True):
        np.testing.assert_allclose(result.image, 1 - face, atol=1e-6)
        assert result.image.flags.c_contiguous and result.region is None


def test_a_batch_that_does_not_fit_is_halved_and_no_face_is_lost_or_doubled() -> None:
    network, faces = _Invert(most=1), _faces(4)
    restorer = _over(network, 4)
    restored = restorer.restore(faces)
    assert network.batches == [4, 2, 1, 1, 1, 1]
    assert restorer.memory_retries == 2
    for face, result in zip(faces, restored, strict=True):
        np.testing.assert_allclose(result.image, 1 - face, atol=1e-6)


def test_where_a_single_face_does_not_fit_the_stage_is_out_of_memory() -> None:
    with pytest.raises(OutOfMemory, match="restorer"):
        _over(_Invert(most=0)).restore(_faces(2))


BLACK, HUGE, BROKEN = (np.full((FACE_SIZE, FACE_SIZE, 3), value, np.float32) for value in (0.0, 0.25, 0.75))


class _FailsOnFaces(nn.Module):
    """Inverts; on the face HUGE it is out of memory whatever the batch, on BROKEN it returns NaN or raises."""

    def __init__(self, broken: Exception | None = None) -> None:
        super().__init__()
        self.broken = broken
        self.faces: list[float] = []

    def forward(self, x: torch.Tensor, return_rgb: bool, randomize_noise: bool) -> tuple[torch.Tensor, list]:
        first = (x[:, 0, 0, 0] + 1) / 2
        if (first == 0.25).any():
            raise torch.OutOfMemoryError("CUDA out of memory")
        if self.broken is not None and (first == 0.75).any():
            raise self.broken
        self.faces += first.tolist()
        result = -x
        result[first == 0.75] = float("nan")
        return result, []


@pytest.mark.parametrize("broken", [None, RuntimeError("shapes differ")])
def test_a_face_that_fails_fails_alone_and_the_others_are_restored_once(broken: Exception | None) -> None:
    network = _FailsOnFaces(broken)
    good = _faces(3)
    restored = _over(network, 4).restore_each([good[0], HUGE, BROKEN, good[1], BLACK, good[2]])
    kinds = [type(result).__name__ for result in restored]
    assert kinds == ["RestoredFace", "OutOfMemory", "InferenceFailed", "RestoredFace", "RestoredFace", "RestoredFace"]
    for face, index in zip((good[0], good[1], BLACK, good[2]), (0, 3, 4, 5), strict=True):
        result = restored[index]
        assert isinstance(result, RestoredFace)
        np.testing.assert_allclose(result.image, 1 - face, atol=1e-6)
    assert len(network.faces) <= 6, "a face that was done was done again"
    with pytest.raises(OutOfMemory):
        _over(_FailsOnFaces(), 4).restore([good[0], HUGE, good[1]])


def test_after_the_gpu_is_lost_no_other_face_is_tried() -> None:
    network = _FailsOnFaces(RuntimeError("CUDA error: an illegal memory access was encountered"))
    with pytest.raises(InferenceFailed, match="illegal memory access"):
        _over(network, 2).restore_each([BROKEN, *_faces(3)])
    assert network.faces == []


def test_errors_that_stand_for_faces_do_not_keep_the_batch_alive() -> None:
    gc.disable()
    try:
        results = _over(_FailsOnFaces(), 1).restore_each([*_faces(1), HUGE])
        image = weakref.ref(results[0].image)  # type: ignore[union-attr]
        error = results[1]
        del results
        assert isinstance(error, OutOfMemory) and image() is None
    finally:
        gc.enable()


def test_a_face_that_overflows_in_half_precision_is_computed_again_in_float32() -> None:
    class Overflows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.calls: list[tuple[int, bool]] = []

        def forward(self, x: torch.Tensor, **options: bool) -> tuple[torch.Tensor, list]:
            half = torch.is_autocast_enabled("cpu")
            self.calls.append((len(x), half))
            result = -x
            if half:
                result[x[:, 0, 0, 0] == -1] = float("inf")
            return result, []

    network, faces = Overflows(), [*_faces(2), BLACK]
    restorer = _over(network)
    restorer.precision = "bfloat16"
    restored = restorer.restore(faces)
    assert network.calls == [(3, True), (1, False)]
    for face, result in zip(faces, restored, strict=True):
        np.testing.assert_allclose(result.image, 1 - face, atol=0.01)
    assert restorer.report.precision == "bfloat16" and restorer.report.details["faces_in_float32"] == 1


def test_a_face_that_came_out_as_no_picture_is_a_failure() -> None:
    class Broken(_Invert):
        def forward(self, x: torch.Tensor, **options: bool) -> tuple[torch.Tensor, list]:  # type: ignore[override]
            result = x.clone()
            result[0, 0, 0, 0] = float("nan")
            return result, []

    with pytest.raises(InferenceFailed, match="no image"):
        _over(Broken()).restore(_faces(1))


def test_when_the_caller_has_left_no_further_batch_is_begun() -> None:
    network = _Invert()
    with pytest.raises(Cancelled):
        _over(network, 1).restore(_faces(3), is_cancelled=lambda: len(network.batches) == 1)
    assert network.batches == [1]


def test_no_faces_are_no_work() -> None:
    network = _Invert()
    assert _over(network).restore([]) == [] and network.batches == []


@pytest.mark.parametrize("face", [noise(FACE_SIZE, FACE_SIZE - 1), noise(256, 256), noise(512, 512) * 2])
def test_what_is_no_aligned_face_is_refused_before_anything_runs(face: np.ndarray) -> None:
    network = _Invert()
    with pytest.raises(ContractViolation, match="restorer"):
        _over(network).restore([*_faces(1), face])
    assert network.batches == []


def test_the_region_is_face_and_hair_but_not_neck_clothes_or_hat() -> None:
    class Parser(nn.Module):
        """Says class k in row k of the picture."""

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor]:
            scores = torch.zeros(len(x), 19, FACE_SIZE, FACE_SIZE)
            for row in range(19):
                scores[:, row, row] = 1.0
            return (scores,)

    (found,) = _over(_Invert(), parser=Parser()).restore(_faces(1))
    assert found.region is not None and found.region.dtype == np.float32
    inside = [row for row in range(19) if found.region[row].all()]
    assert inside == [*range(1, 14), 17]
    assert not found.region[[0, 14, 15, 16, 18]].any()


def test_the_report_says_whether_the_network_knows_faces() -> None:
    report = _over(_Invert()).report
    assert report.notes == () and report.details["facial_prior"] is True
    upscaler = Network(FALLBACK_SR, _Invert(), architecture_of(FALLBACK_SR))
    report = Restorer(upscaler, None, RestorerConfig(device="cpu")).report
    assert report.notes == (NO_PRIOR,) and report.details["facial_prior"] is False


def test_an_upscaler_in_the_restorers_place_sees_the_face_at_half_its_size() -> None:
    class Enlarge(nn.Module):
        sizes: list[torch.Size] = []  # noqa: RUF012

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.sizes.append(x.shape)
            return x.repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)

    network = Enlarge()
    restorer = Restorer(Network(FALLBACK_SR, network, architecture_of(FALLBACK_SR)), None, RestorerConfig(device="cpu"))
    (restored,) = restorer.restore(_faces(1))
    assert network.sizes == [(1, 3, 256, 256)] and restored.image.shape == (FACE_SIZE, FACE_SIZE, 3)


def test_a_precision_that_the_network_does_not_support_is_refused_at_start() -> None:
    architecture = dataclasses.replace(architecture_of(GFPGAN), precisions=frozenset({"float32"}))
    with pytest.raises(RuntimeError, match=r"gfpgan-v1\.4 does not support bfloat16"):
        Network(GFPGAN, _Invert(), architecture).require_precision(torch.bfloat16)
    assert "float16" not in architecture_of(GFPGAN).precisions, "GFPGAN overflows in it"


def test_a_new_restorer_is_one_architecture_and_one_entry_of_the_manifest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What CONTRIBUTING.md, "Add a network", promises: settings accept it and the stage runs it."""
    checkpoint = tmp_path / "brighter.pth"
    torch.save({"offset": torch.full((1,), 0.25)}, checkpoint)

    class Brighter(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.offset = nn.Parameter(torch.zeros(1))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.offset

    brighter = Architecture("brighter", frozenset({Purpose.RESTORATION}), Brighter, facial_prior=True)
    entry = (
        manifest()
        .models["visage-face"]
        .model_copy(
            update={
                "file": checkpoint.name,
                "bytes": checkpoint.stat().st_size,
                "sha256": sha256_of(checkpoint),
                "architecture": "brighter",
                "sources": (),
            }
        )
    )
    monkeypatch.setitem(ARCHITECTURES, "brighter", brighter)
    monkeypatch.setitem(manifest().models, "brighter-v1", entry)
    monkeypatch.setenv("VISAGE_WEIGHTS_SOURCE", str(tmp_path))
    restorer = Restorer.load(RestorerConfig(model="brighter-v1", parsing=False, device="cpu"))
    (restored,) = restorer.restore([np.full((FACE_SIZE, FACE_SIZE, 3), 0.5, np.float32)])
    np.testing.assert_allclose(restored.image, 0.75)
    assert restorer.report.models == ("brighter-v1",)
