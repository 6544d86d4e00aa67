"""What each part of the loss brings: the same short run without it, judged on held-out faces.

python -m training.ablate --steps 1000 [--processes 2]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import torch

from training.evaluate import Judge, Score, evaluate, table
from training.methods import build_methods
from training.sources import cache_folder
from training.train import EXPORTED

VARIANTS: dict[str, dict[str, float]] = {
    "pixel": {"perceptual": 0, "identity": 0, "adversarial": 0},
    "pixel, LPIPS": {"identity": 0, "adversarial": 0},
    "pixel, LPIPS, identity": {"adversarial": 0},
    "pixel, LPIPS, identity, adversarial": {},
    "all but LPIPS": {"perceptual": 0},
}
LEVELS = ("near-clean", "strong")


def command(steps: int, batch: int, processes: int, folder: Path, changed: dict[str, float]) -> list[str]:
    """The run of a variant; the critic joins after a quarter of it."""
    launcher = ["torch.distributed.run", "--nproc-per-node", str(processes), "-m"] if processes > 1 else []
    words = ["--steps", steps, "--batch", batch, "--critic-from", steps // 4, "--folder", folder]
    weights = [word for name, value in changed.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", *launcher, "training.train", *map(str, [*words, *weights])]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000, help="of each variant")
    parser.add_argument("--batch", type=int, default=2, help="faces a step and process")
    parser.add_argument("--processes", type=int, default=1, help="that train one variant together: one a core")
    parser.add_argument("--faces", type=int, default=24, help="held-out faces to judge on")
    parser.add_argument("--out", type=Path, default=cache_folder() / "ablation")
    args = parser.parse_args()
    for number, changed in enumerate(VARIANTS.values()):
        # A variant that ended is not run again; one that was stopped goes on.
        run = command(args.steps, args.batch, args.processes, args.out / str(number), changed)
        subprocess.run(run, check=True)
    judge, scores = Judge(), list[Score]()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    paths = sorted((cache_folder() / "heldout").glob("*.jpg"))[: args.faces]
    for number, name in enumerate(VARIANTS):
        restorer = args.out / str(number) / EXPORTED
        methods = {name: build_methods(restorer, ["ours"], device)["ours"]}
        scores += evaluate("held-out", paths, methods, judge, LEVELS)[0]
    text = table(scores)
    (args.out / "table.md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
