"""Optical flow: what moved where between two pictures, to carry a third along, and to measure flicker."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image, Mask

Flow = NDArray[np.float32]
"""(H, W, 2): where in the earlier picture each pixel of the later one was, as a distance in pixels, x then y."""

_FLOW_SIDE = 256
"""Pixels at which flow is computed: faces move smoothly, and the time grows with the square."""
_OCCLUDED = 1.0
"""Pixels by which flow there and back may miss, beside a hundredth of the way (Sundaram et al., ECCV 2010)."""


def flow_to(earlier: Image, later: Image) -> Flow:
    """Dense inverse search (Kroeger et al., ECCV 2016) from `later` back to `earlier`, both of one size."""
    height, width = later.shape[:2]
    scale = min(1.0, _FLOW_SIDE / max(height, width))
    size = max(16, round(width * scale)), max(16, round(height * scale))
    grays = [
        cv2.resize(
            np.rint(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) * 255).astype(np.uint8), size, interpolation=cv2.INTER_AREA
        )
        for each in (later, earlier)
    ]
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(grays[0], grays[1], None)
    if size == (width, height):
        return flow
    return cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) * np.array(
        (width / size[0], height / size[1]), np.float32
    )


def moved(picture: NDArray[np.float32], flow: Flow) -> NDArray[np.float32]:
    """A picture of the earlier time, or a mask, as it would look later."""
    height, width = flow.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(
        cv2.remap(
            picture, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    )


def warping_error(inputs: list[Image], outputs: list[Image]) -> float:
    """How much a film flickers: the mean difference of each output to the one before, moved as the input moved.

    What is hidden in one of two frames is left out. Lai et al., ECCV 2018; flow comes from the inputs, so that films
    made from one input compare. [0, 1], 0 is steady. `inputs` and `outputs` have one size.
    """
    errors = []
    for before, now, done_before, done in zip(inputs, inputs[1:], outputs, outputs[1:], strict=False):
        back = flow_to(before, now)
        seen = _seen(back, flow_to(now, before))
        difference = np.abs(done - moved(done_before, back)).mean(axis=2)
        errors.append(float((difference * seen).sum() / max(1.0, float(seen.sum()))))
    return float(np.mean(errors)) if errors else 0.0


def _seen(back: Flow, forth: Flow) -> Mask:
    """1 where going back and forth ends where it began."""
    miss = np.linalg.norm(back + moved(forth, back), axis=2)
    way = np.linalg.norm(back, axis=2) + np.linalg.norm(forth, axis=2)
    return (miss < _OCCLUDED + 0.01 * way).astype(np.float32)
