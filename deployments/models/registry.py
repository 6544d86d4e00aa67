"""Every network the service can run, and which models of the manifest fill them. Imports no model library."""

from __future__ import annotations

from deployments.models.architecture import Architecture, Purpose
from deployments.models.architectures import arcface, bisenet, gfpgan, lpips, realesrgan, retinaface, visage_face
from deployments.models.manifest import manifest

ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        retinaface.MOBILENET,
        retinaface.RESNET50,
        gfpgan.GFPGAN,
        visage_face.VISAGE_FACE,
        bisenet.BISENET,
        realesrgan.COMPACT_X4,
        realesrgan.RRDBNET_X2,
        realesrgan.RRDBNET_X4,
        arcface.ARCFACE,
        lpips.LPIPS_ALEX,
    )
}


def architecture_of(model: str) -> Architecture:
    """The architecture of a model in the manifest; raises KeyError for an unknown model and for a companion file."""
    name = manifest()[model].architecture
    if name is None:
        raise KeyError(f"{model} is a companion file, not a network")
    return ARCHITECTURES[name]


def models_for(purpose: Purpose) -> list[str]:
    """The names of the models in the manifest that can serve `purpose`, in the manifest's order."""
    return [
        name
        for name, model in manifest().models.items()
        if model.architecture is not None and purpose in ARCHITECTURES[model.architecture].purposes
    ]
