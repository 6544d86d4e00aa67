"""Visage's own compact face restorer; the network is in deployments/models/visage_face.py, its recipe in training/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from torch import nn


def _build() -> nn.Module:
    from deployments.models.visage_face import VisageFaceRestorer

    return VisageFaceRestorer()


VISAGE_FACE = Architecture(
    name="visage-face",
    purposes=frozenset({Purpose.RESTORATION}),
    build=_build,
    graph_inputs=((1, 3, 512, 512),),
    precisions=frozenset({"float32", "bfloat16", "float16"}),
    facial_prior=True,
)
