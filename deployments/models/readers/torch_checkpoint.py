"""Reads state dicts that torch.save wrote, without running anything that a pickle may name."""

from __future__ import annotations

from pathlib import Path

import torch


def read_state_dict(path: Path) -> dict[str, torch.Tensor]:
    """A state dict, whichever of the usual keys it is under and whether or not DataParallel named its modules.

    `map_location` because some of the files were saved from a GPU; `weights_only` because a pickle can run anything.
    """
    state = torch.load(path, map_location="cpu", weights_only=True)
    for key in ("params_ema", "params"):
        state = state.get(key, state)
    return {name.removeprefix("module."): tensor for name, tensor in state.items()}
