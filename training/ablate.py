"""What each part of the loss brings: the same short run without it, judged on held-out faces.

python -m training.ablate --steps 1000
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.evaluate import Judge, Score, evaluate, table
from training.losses import Weights
from training.methods import build_methods
from training.sources import cache_folder
from training.train import EXPORTED, parse, run

VARIANTS = {
    "pixel": Weights(perceptual=0, identity=0, adversarial=0),
    "pixel, LPIPS": Weights(identity=0, adversarial=0),
    "pixel, LPIPS, identity": Weights(adversarial=0),
    "pixel, LPIPS, identity, adversarial": Weights(),
    "all but LPIPS": Weights(perceptual=0),
}
LEVELS = ("near-clean", "strong")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000, help="of each variant")
    parser.add_argument("--initial", type=Path, help="weights that all variants start from")
    parser.add_argument("--faces", type=int, default=24, help="held-out faces to judge on")
    parser.add_argument("--out", type=Path, default=cache_folder() / "ablation")
    args = parser.parse_args()
    start = [] if args.initial is None else ["--initial", str(args.initial)]
    judge, scores = Judge(), list[Score]()
    for number, (name, weights) in enumerate(VARIANTS.items()):
        folder = args.out / str(number)
        words = ["--steps", str(args.steps), "--critic-from", str(args.steps // 4), "--folder", str(folder), *start]
        run(parse(words), weights)
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        methods = {name: build_methods(folder / EXPORTED, ["ours"], device)["ours"]}
        paths = sorted((cache_folder() / "heldout").glob("*.jpg"))[: args.faces]
        scores += evaluate("held-out", paths, methods, judge, LEVELS)[0]
    text = table(scores)
    (args.out / "table.md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
