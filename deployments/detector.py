"""The detector: finds faces and five landmarks each (RetinaFace through facexlib)."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

import deployments.models.torchvision_compat  # noqa: F401 - before torchvision is imported
from deployments.config import AUTO, DetectorConfig
from deployments.contract import Face, Image, StageReport, check_image, check_landmarks
from deployments.errors import InferenceFailed
from deployments.models import weights
from deployments.models.network import Network, load_network
from deployments.runtime.device import inference, resolve_device
from deployments.runtime.inference_thread import IsCancelled, never_cancelled
from deployments.runtime.torch_stage import TorchStage
from deployments.stages import StageName

from facexlib.detection.retinaface_utils import decode, decode_landm  # isort: skip
from torchvision.ops import box_iou, nms  # isort: skip

ON_GPU = "retinaface-resnet50"
ON_CPU = "retinaface-mobile0.25"

_NMS_IOU = 0.4  # RetinaFace.detect_faces
_COARSE_SIDE = 640  # RetinaFace was trained at 640 and 840 pixels
# Its largest anchors have 256 and 512 pixels. Sides of faces in the fine pass, in pixels: beyond the first it may miss
# them, beyond the second its landmarks are worse (10% of the eye distance at 810 pixels) than the coarse pass's (4%).
_MISSED_FACE, _BLURRED_FACE = 320, 640
_SAME_FACE = 0.5  # intersection over union of the two passes' boxes
_CONTAINED = 0.7  # of the smaller box: more than that inside a larger one and it is the same face, or part of it


class Detector(TorchStage):
    """RetinaFace with filters that suit photos."""

    name = StageName.DETECTOR

    def __init__(self, network: Network, config: DetectorConfig) -> None:
        super().__init__(config)
        self.config = config
        self._network = network
        network.module.to(self.device)

    @classmethod
    def load(cls, config: DetectorConfig) -> Detector:
        """See Stage.load."""
        detector = cls(load_network(choose_model(config)), config)
        detector.detect(np.zeros((_COARSE_SIDE, _COARSE_SIDE, 3), np.float32))
        return detector

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        return StageReport(self.name, (self._network.name,), str(self.device), "float32")

    def detect(self, image: Image, is_cancelled: IsCancelled = never_cancelled) -> list[Face]:
        """The faces in `image`, largest first, in its own pixel coordinates.

        Raises ContractViolation, OutOfMemory or InferenceFailed. No face is an empty list, not an error.
        """
        check_image(image, self.name)
        longest = max(image.shape[:2])
        with inference(self.name):
            candidates = self._candidates(image, self.config.max_side)
            if longest > _COARSE_SIDE:
                coarse = self._candidates(image, _COARSE_SIDE)
                candidates = merge_passes(candidates, coarse, min(1.0, self.config.max_side / longest))
        keep = distinct(candidates, self.config)
        faces = [
            Face(row[:4], check_landmarks(row[5:].reshape(5, 2), self.name), float(row[4])) for row in candidates[keep]
        ]
        faces.sort(key=lambda face: -face.area)
        return faces[: self.config.max_faces]

    def _candidates(self, image: Image, side: int) -> NDArray[np.float32]:
        """(N, 15) float32: box, score, landmarks, sorted by score, after non-maximum suppression.

        Computes what RetinaFace.detect_faces does without keeping the image on the network.
        """
        scale = min(1.0, side / max(image.shape[:2]))
        if scale < 1.0:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        height, width = image.shape[:2]
        batch = torch.from_numpy(image).to(self.device).permute(2, 0, 1)[None]
        location, confidence, points = self._network(batch)
        priors = anchors(height, width).to(self.device)
        variance = self._network.module.cfg["variance"]  # type: ignore[index]
        size = torch.tensor([width, height], dtype=torch.float32, device=self.device) / scale
        boxes = decode(location[0], priors, variance) * size.repeat(2)
        landmarks = decode_landm(points[0], priors, variance) * size.repeat(5)
        scores = confidence[0, :, 1]
        if not torch.isfinite(scores).all():
            raise InferenceFailed(self.name, "the detector returned scores that are not finite")
        confident = scores > self.config.min_score
        boxes, landmarks, scores = boxes[confident], landmarks[confident], scores[confident]
        order = nms(boxes, scores, _NMS_IOU)
        rows = torch.cat([boxes, scores[:, None], landmarks], dim=1)[order]
        return rows.float().cpu().numpy()


def merge_passes(fine: NDArray[np.float32], coarse: NDArray[np.float32], fine_scale: float) -> NDArray[np.float32]:
    """The candidates (see Detector._candidates) of two passes over one image; `fine_scale` is the fine one's reduction.

    Large faces, which the fine pass may miss, are added from the coarse one. Where both see the same face, the fine
    candidate stays, up to the size at which its landmarks become worse than the coarse one's.
    """
    side = (coarse[:, 2:4] - coarse[:, :2]).max(axis=1, initial=0.0) * fine_scale
    same = (box_iou(torch.from_numpy(fine[:, :4]), torch.from_numpy(coarse[:, :4])) > _SAME_FACE).numpy()
    blurred = side > _BLURRED_FACE
    missed = (side > _MISSED_FACE) & ~same.any(axis=0)
    return np.concatenate([fine[~same[:, blurred].any(axis=1)], coarse[blurred | missed]])


def distinct(candidates: NDArray[np.float32], config: DetectorConfig) -> list[int]:
    """Indices of the rows of `candidates` (see Detector._candidates) that are a whole face each.

    Drops boxes that are too small, that lie inside a larger face, or whose eyes coincide.
    """
    width, height = (candidates[:, 2:4] - candidates[:, :2]).T
    eyes = np.linalg.norm(candidates[:, 5:7] - candidates[:, 7:9], axis=1)
    plausible = (np.minimum(width, height) >= config.min_face_size) & (eyes > 0.1 * width)
    kept: list[int] = []
    for index in sorted(np.flatnonzero(plausible), key=lambda i: -width[i] * height[i]):
        if all(_overlap(candidates[index], candidates[other]) <= _CONTAINED for other in kept):
            kept.append(int(index))
    return kept


def _overlap(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """The boxes' common area over the smaller one's."""
    common = np.minimum(first[2:4], second[2:4]) - np.maximum(first[:2], second[:2])
    smaller = min(float(np.prod(box[2:4] - box[:2])) for box in (first, second))
    return float(np.prod(np.maximum(common, 0.0))) / max(smaller, 1e-6)


@lru_cache(maxsize=8)
def anchors(height: int, width: int) -> torch.Tensor:
    """RetinaFace's anchors for an image, (N, 4) center and size relative to it; facexlib's PriorBox, vectorized."""
    found = []
    for step, sizes in ((8, (16, 32)), (16, (64, 128)), (32, (256, 512))):
        y = (torch.arange(-(-height // step)) + 0.5) * step / height
        x = (torch.arange(-(-width // step)) + 0.5) * step / width
        centers = torch.stack(torch.meshgrid(y, x, indexing="ij"), dim=-1).flip(-1).reshape(-1, 1, 2).expand(-1, 2, 2)
        extents = torch.tensor([[size / width, size / height] for size in sizes]).expand(len(centers), 2, 2)
        found.append(torch.cat([centers, extents], dim=-1).reshape(-1, 4))
    return torch.cat(found)


def choose_model(config: DetectorConfig) -> str:
    """The model that `config` names, or for auto the best one that is on this machine."""
    if config.model != AUTO:
        return config.model
    on_gpu = resolve_device(config.device).type == "cuda"
    return ON_GPU if on_gpu and weights.locate(ON_GPU) is not None else ON_CPU
