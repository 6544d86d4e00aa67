"""Several processes that train one network: one thread each is what a CPU with few cores does best."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta

import torch
from torch import distributed, nn

PATIENCE = timedelta(days=1)  # a paused run is no lost one


def join() -> tuple[int, int]:
    """This process's rank and how many there are, as torchrun's environment says; 0 and 1 without one."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world > 1:
        distributed.init_process_group("gloo", timeout=PATIENCE)
    return int(os.environ.get("RANK", "0")), world


def average_gradients(parameters: Iterable[nn.Parameter], world: int) -> None:
    """Give every process the mean of all processes' gradients."""
    if world == 1:
        return
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.flatten() for g in gradients])
    distributed.all_reduce(flat)
    flat /= world
    parts = torch.split(flat, [g.numel() for g in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def any_asked(asked: bool, world: int) -> bool:
    """Whether any process was asked to stop, so that all stop after the same step."""
    if world == 1:
        return asked
    word = torch.tensor([int(asked)])
    distributed.all_reduce(word, distributed.ReduceOp.MAX)
    return bool(word.item())
