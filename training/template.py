"""The geometry of an aligned face of 512 px: where its eyes and mouth are, and how ArcFace wants to see it."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from insightface.utils.face_align import arcface_dst
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from deployments.contract import FACE_SIZE, IDENTITY_SIZE
from deployments.imaging.geometry import FFHQ_TEMPLATE

FACE_CENTRE, FACE_HALF_AXES = (256.0, 290.0), (110.0, 140.0)
EYE_SIGMA_PX, MOUTH_SIGMA_PX = 28.0, 34.0


def arcface_matrix() -> NDArray[np.float64]:
    """The similarity (2, 3) that carries a pixel of ArcFace's 112 px picture into the aligned face."""
    return np.asarray(cv2.estimateAffinePartial2D(arcface_dst.astype(np.float32), FFHQ_TEMPLATE, method=cv2.LMEDS)[0])


def arcface_crop(faces: Tensor, top: int = 0, left: int = 0) -> Tensor:
    """ArcFace's view (N, 3, 112, 112) of aligned faces (N, 3, H, W), windows that begin at (`top`, `left`)."""
    y, x = np.mgrid[0:IDENTITY_SIZE, 0:IDENTITY_SIZE]
    places = np.stack([x, y, np.ones_like(x)], -1) @ arcface_matrix().T - (left, top)
    size = np.array([faces.shape[3], faces.shape[2]])
    grid = torch.from_numpy((2 * (places + 0.5) / size - 1).astype(np.float32)).to(faces.device)
    # The mean over 3 by 3 stands for the low-pass that shrinking by 3.57 wants.
    smooth = F.avg_pool2d(faces, 3, 1, 1)
    grid = grid[None].expand(len(faces), -1, -1, -1)
    return F.grid_sample(smooth, grid, padding_mode="border", align_corners=False)


def importance_map() -> Tensor:
    """How much each pixel of a face matters, (1, 1, 512, 512): 1 outside, about 2 on the face, 4 on eyes and mouth."""
    y, x = np.mgrid[0:FACE_SIZE, 0:FACE_SIZE].astype(np.float64)
    (cx, cy), (ax, ay) = FACE_CENTRE, FACE_HALF_AXES
    weight = 1 + np.exp(-(((x - cx) / ax) ** 4 + ((y - cy) / ay) ** 4))
    mouth = FFHQ_TEMPLATE[3:].mean(0)
    for (px, py), sigma in (
        (FFHQ_TEMPLATE[0], EYE_SIGMA_PX),
        (FFHQ_TEMPLATE[1], EYE_SIGMA_PX),
        (mouth, MOUTH_SIGMA_PX),
    ):
        weight += 2 * np.exp(-(((x - px) / (1.5 * sigma)) ** 2 + ((y - py) / sigma) ** 2) / 2)
    return torch.from_numpy(weight.astype(np.float32))[None, None]
