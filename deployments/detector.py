"""Stage one: where the faces are, with five landmarks each (RetinaFace through facexlib)."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

import deployments.shim  # noqa: F401 - must run before torchvision is imported
from deployments import weights
from deployments.config import DetectorConfig
from deployments.contract import Face, Image, InferenceFailed, StageReport, check_image
from deployments.networks import load_network
from deployments.runtime import inference, resolve_device, set_threads
from deployments.worker import Stop, never

from facexlib.detection.retinaface_utils import decode, decode_landm  # isort: skip
from torchvision.ops import nms  # isort: skip

STAGE = "detector"

_MEAN_BGR = (104.0, 117.0, 123.0)  # RetinaFace.mean_tensor
_NMS_IOU = 0.4  # RetinaFace.detect_faces
_COARSE_SIDE = 640  # RetinaFace was trained at 640 and 840 pixels
_COARSE_FACE = 320  # its largest anchors have 256 and 512 pixels: at full size bigger faces are missed
_CONTAINED = 0.7  # of the smaller box: more than that inside a larger one and it is the same face, or part of it


class Detector:
    """RetinaFace with filters that suit photographs."""

    def __init__(self, config: DetectorConfig) -> None:
        """Loads and warms up; raises ModelUnavailable where the weights are missing."""
        self.config = config
        self.device = resolve_device(config.device)
        set_threads(config.cpu_threads)
        self.model = self._choose()
        self._network = load_network(self.model).to(self.device)
        self.detect(np.zeros((_COARSE_SIDE, _COARSE_SIDE, 3), np.float32))

    def _choose(self) -> str:
        if self.config.model != "auto":
            return self.config.model
        heavy = "retinaface-resnet50"
        use_heavy = self.device.type == "cuda" and weights.locate(heavy) is not None
        return heavy if use_heavy else "retinaface-mobile0.25"

    @property
    def report(self) -> StageReport:
        """What runs here."""
        return StageReport(STAGE, (self.model,), str(self.device), "float32")

    def detect(self, image: Image, stop: Stop = never) -> list[Face]:
        """The faces in `image`, largest first, in its own pixel coordinates.

        Raises ContractViolation, OutOfMemory or InferenceFailed. No face is an empty list, not an error.
        """
        check_image(image, STAGE)
        longest = max(image.shape[:2])
        with inference(STAGE):
            candidates = self._candidates(image, self.config.max_side)
            if longest > _COARSE_SIDE:
                coarse = self._candidates(image, _COARSE_SIDE)
                side = (coarse[:, 2:4] - coarse[:, :2]).max(axis=1, initial=0.0)
                coarse = coarse[side > _COARSE_FACE * min(1.0, longest / self.config.max_side)]
                candidates = np.concatenate([candidates, coarse])
        keep = distinct(candidates, self.config)
        faces = [Face(row[:4], row[5:].reshape(5, 2), float(row[4])) for row in candidates[keep]]
        faces.sort(key=lambda face: -face.area)
        return faces[: self.config.max_faces]

    def _candidates(self, image: Image, side: int) -> NDArray[np.float32]:
        """(N, 15) float32: box, score, landmarks, sorted by score, after non-maximum suppression.

        Computes what RetinaFace.detect_faces does without keeping the picture on the network.
        """
        scale = min(1.0, side / max(image.shape[:2]))
        if scale < 1.0:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        height, width = image.shape[:2]
        bgr = torch.from_numpy(np.ascontiguousarray(image[..., ::-1])).to(self.device).permute(2, 0, 1)[None] * 255.0
        bgr -= torch.tensor(_MEAN_BGR, device=self.device).view(1, 3, 1, 1)
        location, confidence, points = self._network(bgr)
        priors = _priors(height, width).to(self.device)
        variance = self._network.cfg["variance"]  # type: ignore[index]
        size = torch.tensor([width, height], dtype=torch.float32, device=self.device) / scale
        boxes = decode(location[0], priors, variance) * size.repeat(2)
        landmarks = decode_landm(points[0], priors, variance) * size.repeat(5)
        scores = confidence[0, :, 1]
        if not torch.isfinite(scores).all():
            raise InferenceFailed(STAGE, "the detector returned scores that are no numbers")
        confident = scores > self.config.min_score
        boxes, landmarks, scores = boxes[confident], landmarks[confident], scores[confident]
        order = nms(boxes, scores, _NMS_IOU)
        rows = torch.cat([boxes, scores[:, None], landmarks], dim=1)[order]
        return rows.float().cpu().numpy()  # type: ignore[no-any-return]


def distinct(candidates: NDArray[np.float32], config: DetectorConfig) -> list[int]:
    """Indices of the rows of `candidates` (see Detector._candidates) that are a person's whole face.

    Drops what is too small, what lies inside a larger face, and what has its eyes in one place.
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
def _priors(height: int, width: int) -> torch.Tensor:
    """RetinaFace's anchors for a picture, (N, 4) centre and size relative to it; facexlib's PriorBox, vectorised."""
    anchors = []
    for step, sizes in ((8, (16, 32)), (16, (64, 128)), (32, (256, 512))):
        y = (torch.arange(-(-height // step)) + 0.5) * step / height
        x = (torch.arange(-(-width // step)) + 0.5) * step / width
        centers = torch.stack(torch.meshgrid(y, x, indexing="ij"), dim=-1).flip(-1).reshape(-1, 1, 2).expand(-1, 2, 2)
        extents = torch.tensor([[size / width, size / height] for size in sizes]).expand(len(centers), 2, 2)
        anchors.append(torch.cat([centers, extents], dim=-1).reshape(-1, 4))
    return torch.cat(anchors)
