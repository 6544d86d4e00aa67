"""The trained network as one small file: float16 safetensors, with what a reader must know about it inside."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from deployments.atomic_write import atomic_write
from deployments.models.visage_face import VisageFaceRestorer
from training.sources import cache_folder

MOST_BYTES = 40_000_000
LICENSE = (
    "Trained on the output of MobileStyleGAN, a generator that learnt FFHQ (CC BY-NC-SA 4.0), through ArcFace "
    "features for non-commercial research: for non-commercial use."
)


def export(net: VisageFaceRestorer, path: Path, step: int) -> None:
    """Write the network's weights, half precision, atomically; raises ValueError when they are too many."""
    weights = {name: half(value) for name, value in net.state_dict().items()}
    size = sum(value.numel() * value.element_size() for value in weights.values())
    if size > MOST_BYTES:
        raise ValueError(f"{size} bytes of weights are more than {MOST_BYTES}")
    metadata = {
        "architecture": "VisageFaceRestorer",
        "step": str(step),
        "input": json.dumps({"shape": [3, 512, 512], "colors": "RGB", "range": [0, 1], "alignment": "FFHQ 512"}),
        "licence": LICENSE,
    }
    with atomic_write(path) as part:
        save_file(weights, part, metadata)


@torch.no_grad()
def lean_to_input(net: VisageFaceRestorer, keep: float, finish: float) -> None:
    """Make a trained network keep more of its input: fidelity on good faces for a little less look on middling ones.

    `keep` is added to the gate's logit; the finish is scaled by `finish`.
    """
    assert net.gate.c.bias is not None
    net.gate.c.bias += keep
    for parameter in net.finish.c.parameters():
        parameter.mul_(finish)


def half(value: Tensor) -> Tensor:
    """A tensor as float16 in plain layout; raises ValueError where it does not fit."""
    small = value.detach().cpu().contiguous().to(torch.float16)
    if not torch.isfinite(small).all():
        raise ValueError("a weight is too large for float16")
    return small


def main() -> None:
    """Export a checkpoint's averaged weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=cache_folder() / "run" / "checkpoint.pt")
    parser.add_argument("--out", type=Path, default=cache_folder() / "visage-face.safetensors")
    parser.add_argument("--keep", type=float, default=0.0, help="added to the gate's logit")
    parser.add_argument("--finish", type=float, default=1.0, help="by which the finish is scaled")
    args = parser.parse_args()
    state = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
    net = VisageFaceRestorer()
    net.load_state_dict(state["average"])
    lean_to_input(net, args.keep, args.finish)
    export(net, args.out, int(state["step"]))
    print(f"step {state['step']}: {args.out}, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
