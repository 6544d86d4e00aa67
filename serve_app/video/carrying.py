"""A face's last restoration, carried along by optical flow: used again, or mixed with a new one."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from deployments.contract import Image, Mask
from serve_app.video.flow import flow_to, moved

STILL = 2.5 / 255
"""Mean difference of a crop to the one that was restored, after motion, up to which that restoration will do."""
_MAX_CARRIED_S = 0.4
"""After which the face is restored again; sooner while few restorations are in it: their mean is more like the person
than any."""
_KEPT, _KEPT_BEFORE = 0.5, 0.5
"""Of the earlier restoration, moved, and of what it was made from, where only motion changed the crop: the former
does not flicker, the latter has less noise in it."""
_CHANGED = 8.0 / 255
"""Difference of the crop to the earlier one, moved, at which only exp(-1) of that is kept."""
_ERROR_SIGMA = 4.0


@dataclass(frozen=True)
class Memory:
    """What a track had last."""

    crop: Image
    """Before restoration, with less noise."""
    restored: Image
    region: Mask | None
    time: float
    count: int
    """Restorations in it."""

    @property
    def good_for_s(self) -> float:
        """Seconds for which it may be carried along."""
        return _MAX_CARRIED_S * (1 - 0.5 ** (self.count - 1))


@dataclass(frozen=True)
class Carried:
    """What a track had last, as it would look now."""

    crop: Image
    """This frame's, with the earlier one where that fits."""
    restored: Image
    region: Mask | None
    fits: Mask
    """1 where only motion changed the crop."""
    change: float
    """Mean difference of the crop to the earlier one after motion."""


def carry(crop: Image, before: Memory) -> Carried:
    """What a track had last, moved as its face has moved since."""
    flow = flow_to(before.crop, crop)
    earlier = moved(before.crop, flow)
    error = cv2.GaussianBlur(np.abs(crop - earlier).mean(axis=2), (0, 0), _ERROR_SIGMA)
    fits = np.exp(-np.square(error / np.float32(_CHANGED)))
    return Carried(
        crop + _KEPT_BEFORE * fits[..., None] * (earlier - crop),
        moved(before.restored, flow),
        None if before.region is None else moved(before.region, flow),
        fits,
        float(error.mean()),
    )


def mix(new: Image, region: Mask | None, old: Carried, count: int) -> tuple[Image, Mask | None]:
    """The new restoration with as much of the earlier one, which is the mean of `count`, as still fits by pixel."""
    mixed = np.clip(
        new + np.float32(min(_KEPT, count / (count + 1))) * old.fits[..., None] * (old.restored - new), 0.0, 1.0
    )
    if region is None or old.region is None:
        return mixed, region
    return mixed, np.clip(region + np.float32(0.5) * (old.region - region), 0.0, 1.0)
