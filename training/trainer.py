"""One training run: network, its average, critic and optimisers, a step at a time, saved and resumed as a whole."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from deployments.atomic_write import atomic_write
from deployments.models.visage_face import VisageFaceRestorer
from training.data import window_offset
from training.losses import IdentityLoss, PatchCritic, PerceptualLoss, PixelLoss, Weights, critic_loss
from training.parallel import average_gradients
from training.prelu import quicken
from training.schedule import FULL_PX, Schedule

AVERAGE_DECAY = 0.998  # of a step
AVERAGE_EVERY = 5  # steps: averaging 12 million weights takes a CPU as long as a layer
GRADIENT_NORM = 0.5
CRITIC_RATE = 2e-4
# Rates relative to the schedule's. The hourglass is deep, and what it says early is amplified by the whole body: at
# 4e-4 it tore the network apart within 60 steps. The gate changes nothing but itself.
RATES = {"gate": 3.0, "finish": 3.0, "pos": 2.0, "pos2": 2.0}


@dataclass
class Losses:
    """The modules that judge an output, on the device they run on."""

    weights: Weights
    pixel: PixelLoss
    perceptual: PerceptualLoss | None
    identity: IdentityLoss | None

    def to(self, device: torch.device) -> Losses:
        """Move all of them."""
        for module in (self.pixel, self.perceptual, self.identity):
            if module is not None:
                module.to(device)
        return self


class Trainer:
    """Holds everything that a checkpoint holds."""

    def __init__(
        self,
        net: VisageFaceRestorer,
        losses: Losses,
        schedule: Schedule,
        seed: int,
        device: torch.device,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        self.device, self.seed, self.schedule, self.rank, self.world = device, seed, schedule, rank, world
        self.losses = losses.to(device)
        self.net = net.to(device=device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
        quicken(self.net)
        self.average = copy.deepcopy(self.net).eval().requires_grad_(False)
        torch.manual_seed(seed)
        self.critic = PatchCritic().to(device)
        self.optimizer = torch.optim.Adam(parameter_groups(self.net), lr=schedule.rate, betas=(0.9, 0.99), fused=True)
        self.critic_optimiser = torch.optim.Adam(self.critic.parameters(), lr=CRITIC_RATE, betas=(0.5, 0.99))
        self.step = 0

    def train_step(self, degraded: Tensor, target: Tensor) -> dict[str, float]:
        """Learn from one batch of whole faces (N, 3, 512, 512); gives each part of the loss, unweighted."""
        rng = np.random.default_rng([self.seed, self.step, self.rank])
        size = self.schedule.size_px(self.step)
        top, left = window_offset(size, FULL_PX, rng)
        phase = (int(rng.integers(4)), int(rng.integers(4)))
        degraded = degraded[:, :, top : top + size, left : left + size].to(self.device)
        target = target[:, :, top : top + size, left : left + size].to(self.device)
        degraded = degraded.contiguous(memory_format=torch.channels_last)
        self._set_rates()
        with torch.autocast(self.device.type, torch.bfloat16):
            output = self.net(degraded, top, left)
        output = output.float()
        parts = self._judge(output, degraded, target, top, left, phase)
        weights = self.losses.weights
        total = sum((parts[name] * getattr(weights, name) for name in parts), output.new_zeros(()))
        places = torch.Generator().manual_seed(int(rng.integers(2**31)))
        adversarial = weights.adversarial > 0 and self.schedule.critic_joined(self.step)
        if adversarial:
            fakes = self.critic.patches(output, top, left, places)
            self.critic.requires_grad_(False)
            parts["adversarial"] = -self.critic(fakes).mean()
            total = total + weights.adversarial * parts["adversarial"]
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        average_gradients(self.net.parameters(), self.world)
        norm = nn.utils.clip_grad_norm_(self.net.parameters(), GRADIENT_NORM)
        self.optimizer.step()
        result = {name: float(value.detach()) for name, value in parts.items()} | {"gradient": float(norm)}
        if adversarial:
            result["critic"] = self._teach_critic(fakes.detach(), target, top, left, places)
        self.step += 1
        self._update_average()
        return result

    def _judge(
        self, output: Tensor, degraded: Tensor, target: Tensor, top: int, left: int, phase: tuple[int, int]
    ) -> dict[str, Tensor]:
        losses = self.losses
        parts = {"pixel": losses.pixel(output, degraded, target, top, left)}
        if losses.perceptual is not None:
            parts["perceptual"] = losses.perceptual(output, degraded, target, top, left, phase)
        if losses.identity is not None:
            parts["identity"] = losses.identity(output, target, top, left)
        return parts

    def _teach_critic(self, fakes: Tensor, target: Tensor, top: int, left: int, places: torch.Generator) -> float:
        self.critic.requires_grad_(True)
        reals = self.critic.patches(target, top, left, places)
        loss = critic_loss(self.critic(reals), self.critic(fakes))
        self.critic_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(self.critic.parameters(), self.world)
        self.critic_optimiser.step()
        return float(loss.detach())

    def _set_rates(self) -> None:
        rate = self.schedule.learning_rate(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["relative"]

    @torch.no_grad()
    def _update_average(self) -> None:
        if self.step % AVERAGE_EVERY:
            return
        decay = min(AVERAGE_DECAY, self.step / (self.step + 20)) ** AVERAGE_EVERY
        means, values = list(self.average.parameters()), list(self.net.parameters())
        torch._foreach_lerp_(means, values, 1 - decay)

    def save(self, path: Path) -> None:
        """Write a checkpoint; a reader sees the old one or the new one, never half of one."""
        state = {
            "step": self.step,
            "cycle_start": self.schedule.start,
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "critic": self.critic.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "critic_optimiser": self.critic_optimiser.state_dict(),
        }
        with atomic_write(path) as part:
            torch.save(state, part)

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.step = int(state["step"])
        for name in ("net", "average", "critic", "optimizer", "critic_optimiser"):
            getattr(self, name).load_state_dict(state[name])


def parameter_groups(net: VisageFaceRestorer) -> list[dict[str, Any]]:
    """The network's parameters by how fast they learn."""
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in net.named_parameters():
        groups.setdefault(RATES.get(name.split(".")[0], 1.0), []).append(parameter)
    return [{"params": parameters, "relative": relative} for relative, parameters in groups.items()]
