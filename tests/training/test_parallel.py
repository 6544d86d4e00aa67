"""Several processes train one network: what they learn is the mean of what each saw."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
import torch
from torch import multiprocessing, nn

from training import parallel


def learn(rank: int, port: int, folder: Path) -> None:
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    assert parallel.join() == (rank, 2)
    layer = nn.Conv2d(2, 2, 3).to(memory_format=torch.channels_last)
    for parameter in layer.parameters():
        parameter.grad = torch.full_like(parameter, float(rank))
    parallel.average_gradients(layer.parameters(), 2)
    asked = parallel.any_asked(rank == 1, 2)
    torch.save([asked, *(p.grad for p in layer.parameters())], folder / f"{rank}.pt")


def test_processes_share_the_mean_gradient_and_stop_together(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    multiprocessing.spawn(learn, (port, tmp_path), nprocs=2)
    for rank in range(2):
        asked, *gradients = torch.load(tmp_path / f"{rank}.pt", weights_only=True)
        assert asked is True
        assert all(torch.equal(g, torch.full_like(g, 0.5)) for g in gradients)


def test_one_process_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.delenv("RANK", raising=False)
    assert parallel.join() == (0, 1)
    assert parallel.any_asked(True, 1) and not parallel.any_asked(False, 1)
