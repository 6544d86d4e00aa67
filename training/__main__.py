"""The whole recipe in one command: makes the faces that are missing, then trains, or goes on training."""

from __future__ import annotations

import os

import torch

from training.generate import HELD_OUT_FACES, HELD_OUT_SEED, TRAINING_FACES, TRAINING_SEED, generate
from training.losses import Weights
from training.train import parse, run


def main() -> None:
    """Takes the options of training.train."""
    args = parse()
    device = torch.device(args.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    threads = os.cpu_count() or 1
    generate(args.held_out, HELD_OUT_FACES, HELD_OUT_SEED, device, threads)
    generate(args.faces, TRAINING_FACES, TRAINING_SEED, device, threads)
    run(args, Weights(args.pixel, args.perceptual, args.identity, args.adversarial))


if __name__ == "__main__":
    main()
