"""Trains the restorer: `python -m training.train`, the same command again to go on where it was stopped."""

from __future__ import annotations

import argparse
import collections
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from deployments.models.visage_face import VisageFaceRestorer
from training import frozen, parallel
from training.data import FacePairs
from training.export import export
from training.losses import IdentityLoss, PerceptualLoss, PixelLoss, Weights
from training.schedule import Schedule
from training.sources import cache_folder
from training.start import start_as_general_x4v3, start_from
from training.trainer import Losses, Trainer
from training.validate import validate

CHECKPOINT = "checkpoint.pt"
EXPORTED = "visage-face.safetensors"
MEAN_OVER_STEPS = 100


def batches(
    pairs: FacePairs, first: int, last: int, batch: int, workers: int, rank: int = 0, world: int = 1
) -> Iterator[tuple[Tensor, Tensor]]:
    """A process's batches of the steps `first` to `last` - 1; which faces they hold depends on nothing else."""
    numbers = [(step * world + rank) * batch + i for step in range(first, last) for i in range(batch)]
    yield from DataLoader(pairs, batch, sampler=numbers, num_workers=workers, worker_init_fn=begin_worker)


def begin_worker(number: int) -> None:
    """One thread each; and a signal to the whole group must not end a worker before its trainer has saved."""
    cv2.setNumThreads(1)
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, signal.SIG_IGN)


def build_losses(weights: Weights) -> Losses:
    """The losses whose weight is not 0, with the frozen networks they look through."""
    return Losses(
        weights,
        PixelLoss(),
        PerceptualLoss(frozen.lpips_alex()) if weights.perceptual > 0 else None,
        IdentityLoss(frozen.arcface()) if weights.identity > 0 else None,
    )


def prepare(args: argparse.Namespace, weights: Weights, rank: int = 0, world: int = 1) -> Trainer:
    """A trainer at its first step, or where the folder's checkpoint is."""
    torch.manual_seed(args.seed)
    net = VisageFaceRestorer()
    if args.initial is not None:
        start_from(net, args.initial)
    else:
        start_as_general_x4v3(net, frozen.general_x4v3())
    path = args.folder / CHECKPOINT
    state = torch.load(path, map_location="cpu", weights_only=True) if path.is_file() else None
    begin = 0
    if state is not None:
        # A run that reached its end goes on with a new cycle; any other goes on with the one it was in.
        begin = int(state["step"]) if args.new_cycle else int(state["cycle_start"])
    schedule = Schedule(begin, args.steps, args.critic_from, rate=args.rate)
    device = torch.device(args.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    trainer = Trainer(net, build_losses(weights), schedule, args.seed, device, rank, world)
    if state is not None:
        trainer.load(state)
    return trainer


class Stop:
    """Becomes true when the process is asked to end, so that it can save first."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def run(args: argparse.Namespace, weights: Weights) -> None:
    """Train to the last step, saving as it goes."""
    args.folder.mkdir(parents=True, exist_ok=True)
    rank, world = parallel.join()
    trainer = prepare(args, weights, rank, world)
    stop, recent = Stop(), collections.deque[dict[str, float]](maxlen=MEAN_OVER_STEPS)
    saved = shown = time.monotonic()
    pairs = FacePairs(args.faces, args.seed)
    print(
        f"process {rank} of {world}: {len(pairs)} faces, step {trainer.step} of {args.steps}, {trainer.device}",
        flush=True,
    )
    for degraded, target in batches(pairs, trainer.step, args.steps, args.batch, args.workers, rank, world):
        recent.append(trainer.train_step(degraded, target))
        if rank == 0 and trainer.step % args.show_every == 0:
            now = time.monotonic()
            per_step, shown = (now - shown) / args.show_every, now
            print(progress_line(trainer, recent, per_step), flush=True)
        ending = parallel.any_asked(stop.asked, world)
        if rank == 0 and (ending or time.monotonic() - saved > args.save_every_s):
            save(trainer, args)
            saved = time.monotonic()
        if ending:
            return
    if rank == 0:
        save(trainer, args)


def save(trainer: Trainer, args: argparse.Namespace) -> None:
    """Checkpoint, exported average, and its figures on held-out faces."""
    trainer.save(args.folder / CHECKPOINT)
    export(trainer.average, args.folder / EXPORTED, trainer.step)
    if trainer.losses.perceptual is not None and args.held_out.is_dir():
        lpips = trainer.losses.perceptual.lpips
        print(f"step {trainer.step}: held-out {validate(trainer.average, lpips, args.held_out)}", flush=True)


def progress_line(trainer: Trainer, recent: collections.deque[dict[str, float]], per_step_s: float) -> str:
    """Step, time left, and the means of the last losses."""
    left_min = per_step_s * (trainer.schedule.end - trainer.step) / 60
    means = {name: np.mean([r[name] for r in recent if name in r]) for name in recent[-1]}
    parts = " ".join(f"{name} {mean:.4f}" for name, mean in means.items())
    return f"step {trainer.step}/{trainer.schedule.end} {per_step_s:.2f} s/step {left_min:.0f} min left | {parts}"


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The options, from the command line unless `words` are given."""
    folder = cache_folder()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=60_000, help="the step at which the run ends")
    parser.add_argument("--batch", type=int, default=2, help="faces a step and process")
    parser.add_argument("--rate", type=float, default=1e-4, help="the highest learning rate")
    parser.add_argument("--critic-from", type=int, default=20_000, help="the step at which the critic joins")
    parser.add_argument("--new-cycle", action="store_true", help="warm up again from the checkpoint's step")
    parser.add_argument("--initial", type=Path, help="weights to start from instead of realesr-general-x4v3")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faces", type=Path, default=folder / "faces")
    parser.add_argument("--held-out", type=Path, default=folder / "heldout")
    parser.add_argument("--folder", type=Path, default=folder / "run", help="of the checkpoint")
    parser.add_argument("--device", help="cpu or cuda; by default a GPU where there is one")
    parser.add_argument("--workers", type=int, default=1, help="processes that make pairs")
    parser.add_argument("--show-every", type=int, default=20, help="steps")
    parser.add_argument("--save-every-s", type=float, default=240)
    for name, value in vars(Weights()).items():
        parser.add_argument(f"--{name}", type=float, default=value, help="weight of this loss; 0 leaves it out")
    return parser.parse_args(words)


def main() -> None:
    """Run from the command line."""
    args = parse()
    run(args, Weights(args.pixel, args.perceptual, args.identity, args.adversarial))


if __name__ == "__main__":
    main()
