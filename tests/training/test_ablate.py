"""The ablation: each variant is the recipe's own run but for the losses it leaves out."""

from __future__ import annotations

from pathlib import Path

from training.ablate import VARIANTS, command
from training.losses import Weights
from training.train import parse


def test_every_variant_is_a_run_that_the_recipe_understands() -> None:
    for changed in VARIANTS.values():
        words = command(100, 1, 1, Path("out"), changed)
        assert words[1:3] == ["-m", "training.train"]
        args = parse(words[3:])
        assert (args.steps, args.critic_from, args.batch, args.folder) == (100, 25, 1, Path("out"))
        for name, value in vars(Weights()).items():
            assert getattr(args, name) == changed.get(name, value)


def test_several_processes_train_one_variant_together() -> None:
    words = command(100, 1, 2, Path("out"), {})
    assert words[2:6] == ["torch.distributed.run", "--nproc-per-node", "2", "-m"]
