"""What the restorer is compared with: doing nothing, Real-ESRGAN on the small face, GFPGAN."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import cv2
import torch
from safetensors.torch import load_file
from torch import Tensor

from deployments.models import weights
from deployments.models.network import load_network
from deployments.models.visage_face import VisageFaceRestorer
from training.data import read_rgb, save_rgb, to_picture, to_tensor
from training.degrade import Picture
from training.sources import cache_folder

Method = Callable[[Picture], Picture]
SMALL_PX = 128  # an x4 network makes 512 of it


def load_restorer(path: Path) -> VisageFaceRestorer:
    """The network of an exported file, float32, ready to use."""
    net = VisageFaceRestorer()
    net.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return net.eval().requires_grad_(False)


def build_methods(restorer: Path, wanted: list[str], device: torch.device) -> dict[str, Method]:
    """The methods by their names, in the table's order; those whose weights are missing are left out and named."""
    builders: dict[str, Callable[[], Method]] = {
        "input": lambda: lambda face: face,
        "general-x4v3": lambda: _enlarger("realesr-general-x4v3", device),
        "x4plus": lambda: _enlarger("realesrgan-x4plus-ncnn", device),
        "GFPGAN v1.4": lambda: _gfpgan(device),
        "ours": lambda: _ours(restorer, device),
    }
    methods = {}
    for name, build in builders.items():
        if wanted and name not in wanted:
            continue
        if name == "GFPGAN v1.4" and weights.locate("gfpgan-v1.4") is None:
            print("GFPGAN v1.4: its weights are not on this machine, so it is left out")
            continue
        methods[name] = build() if name in {"input", "ours"} else remembered(name, build())
    return methods


def remembered(name: str, restore: Method) -> Method:
    """Keeps what a method that never changes made of a face, since the slowest ones take seconds for each."""
    folder = cache_folder() / "evaluation" / "outputs" / name

    def look_up(face: Picture) -> Picture:
        path = folder / f"{hashlib.sha256(face.tobytes()).hexdigest()}.png"
        if not path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part.png")
            save_rgb(part, restore(face))
            os.replace(part, path)
        return read_rgb(path)

    return look_up


def _enlarger(model: str, device: torch.device) -> Method:
    """Real-ESRGAN on the face reduced to 128 px: what is done without a face restorer."""
    weights.fetch(model)
    network = load_network(model)
    network.module.to(device)

    def restore(face: Picture) -> Picture:
        small = cv2.resize(face, (SMALL_PX, SMALL_PX), interpolation=cv2.INTER_AREA)
        return _run(network, to_tensor(small), device)

    return restore


def _gfpgan(device: torch.device) -> Method:
    network = load_network("gfpgan-v1.4")
    network.module.to(device)
    return lambda face: _run(network, to_tensor(face), device)


def _ours(path: Path, device: torch.device) -> Method:
    net = load_restorer(path).to(device)
    return lambda face: _run(net, to_tensor(face), device)


def _run(net: Callable[[Tensor], Tensor], face: Tensor, device: torch.device) -> Picture:
    with torch.inference_mode():
        return to_picture(net(face[None].to(device))[0])
