"""Two minutes of training, made small: the loss falls, a stopped run goes on exactly, and what is exported is it."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from deployments.models.visage_face import VisageFaceRestorer
from training.data import FacePairs
from training.export import export, lean_to_input
from training.losses import PixelLoss, Weights
from training.schedule import Schedule
from training.train import batches
from training.trainer import Losses, Trainer

STEPS = 48
WINDOW_PX = 96


def trainer_of(net: VisageFaceRestorer, critic_from: int = 10**6) -> Trainer:
    """A trainer on the CPU, with small windows and the losses that need no weights."""
    schedule = Schedule(0, STEPS, critic_from, rate=2e-3, warm_up=4, window_px=WINDOW_PX, full_from=2)
    losses = Losses(Weights(), PixelLoss(), None, None)
    return Trainer(copy.deepcopy(net), losses, schedule, 3, torch.device("cpu"))


def train(trainer: Trainer, faces: Path, last: int) -> list[float]:
    """Train to a step; gives the pixel losses."""
    pairs = FacePairs(faces, 3)
    return [
        trainer.train_step(degraded, target)["pixel"]
        for degraded, target in batches(pairs, trainer.step, last, batch=2, workers=0)
    ]


def test_the_loss_falls(small_net: VisageFaceRestorer, faces: Path) -> None:
    assert small_net.tail.bias is not None
    torch.nn.init.normal_(small_net.tail.bias, 0.3, 0.1)  # something to unlearn
    losses = train(trainer_of(small_net), faces, STEPS)
    assert np.mean(losses[-8:]) < 0.6 * np.mean(losses[:8])


def test_a_stopped_run_goes_on_exactly(small_net: VisageFaceRestorer, faces: Path, tmp_path: Path) -> None:
    whole = trainer_of(small_net, critic_from=2)
    train(whole, faces, 6)
    stopped = trainer_of(small_net, critic_from=2)
    train(stopped, faces, 3)
    stopped.save(tmp_path / "checkpoint.pt")
    resumed = trainer_of(VisageFaceRestorer(channels=12, layers=20, middle=8, inner=8), critic_from=2)
    resumed.load(torch.load(tmp_path / "checkpoint.pt", weights_only=True))
    train(resumed, faces, 6)
    for name in ("net", "average", "critic"):
        expected, found = getattr(whole, name).state_dict(), getattr(resumed, name).state_dict()
        assert all(torch.equal(expected[key], found[key]) for key in expected), name


def test_the_critic_joins_at_its_step(small_net: VisageFaceRestorer, faces: Path) -> None:
    trainer = trainer_of(small_net, critic_from=1)
    pairs = FacePairs(faces, 3)
    results = [trainer.train_step(*batch) for batch in batches(pairs, 0, 2, batch=1, workers=0)]
    assert "critic" not in results[0] and "critic" in results[1]


def test_what_is_exported_restores_as_what_was_trained(small_net: VisageFaceRestorer, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    export(small_net, path, step=5)
    read = VisageFaceRestorer(channels=12, layers=20, middle=8, inner=8)
    read.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    face = torch.rand(1, 3, 512, 512)
    with torch.no_grad():
        assert torch.allclose(read(face), small_net(face), atol=1 / 255)
    export(read, tmp_path / "again.safetensors", step=5)
    again = load_file(tmp_path / "again.safetensors")
    assert all(torch.equal(value, again[name]) for name, value in load_file(path).items())
    with safe_open(path, "pt") as file:
        assert file.metadata()["step"] == "5" and "non-commercial" in file.metadata()["licence"]


def test_a_network_that_leans_to_its_input_changes_it_less(small_net: VisageFaceRestorer) -> None:
    torch.nn.init.normal_(small_net.finish.c.weight, 0, 0.05)
    face = torch.rand(1, 3, 128, 128)
    with torch.no_grad():
        before = (small_net(face) - face).abs().mean()
        lean_to_input(small_net, 3.0, 0.5)
        assert (small_net(face) - face).abs().mean() < 0.9 * before
        lean_to_input(small_net, 60.0, 0.0)
        assert torch.allclose(small_net(face), face, atol=1e-5)


def test_a_weight_that_half_precision_cannot_hold_is_refused(small_net: VisageFaceRestorer, tmp_path: Path) -> None:
    torch.nn.init.constant_(small_net.tail.bias, 1e6)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="too large for float16"):
        export(small_net, tmp_path / "net.safetensors", step=0)
    assert not list(tmp_path.iterdir())


def test_the_schedule_warms_up_falls_and_ends_on_whole_faces() -> None:
    schedule = Schedule(100, 1100, critic_from=600, warm_up=10)
    rates = [schedule.learning_rate(step) for step in range(100, 1100)]
    assert rates[0] < rates[9] and max(rates) <= schedule.rate and rates[-1] < 0.05 * schedule.rate
    assert (schedule.size_px(100), schedule.size_px(1099)) == (384, 512)
    assert not schedule.critic_joined(599) and schedule.critic_joined(600)
