"""Compares the restorer with the alternatives on faces it never saw: a table, and sheets to look at.

python -m training.evaluate --real FOLDER_OF_SHARP_ALIGNED_FACES --photographs FILE...
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from deployments.config import DetectorConfig, MetricsConfig, VerifierConfig
from deployments.contract import FACE_SIZE
from deployments.detector import Detector
from deployments.imaging.geometry import FFHQ_TEMPLATE, align_face, align_identity, face_transform
from deployments.metrics import Metrics
from deployments.verifier import Verifier
from training.data import read_rgb, save_rgb
from training.degrade import Picture, degrade
from training.methods import Method, build_methods
from training.sheets import Case, draw_sheet
from training.sources import cache_folder

LEVELS = ("near-clean", "light", "strong", "extreme")
SEED = 2024  # of the degradations; training draws from other seeds
WORST_CASES = 24
ROWS_A_SHEET = 12
MOST_FACES_A_PHOTOGRAPH = 6


@dataclass(frozen=True)
class Score:
    """How one method did on one degraded face."""

    data: str
    level: str
    face: str
    method: str
    lpips: float
    psnr_db: float
    ssim: float
    identity: float


class Judge:
    """The service's own metrics and identity check, on aligned faces."""

    def __init__(self, threads: int = 0) -> None:
        settings = {"device": "cpu", "cpu_threads": threads}
        self._metrics = Metrics.load(MetricsConfig.model_validate(settings))
        self._verifier = Verifier.load(VerifierConfig.model_validate(settings))

    def judge(self, shown: Picture, truth: Picture) -> tuple[float, float, float, float]:
        """LPIPS (AlexNet), PSNR in dB, SSIM, and cosine similarity of ArcFace's features."""
        a, b = (np.ascontiguousarray(p, np.float32) / np.float32(255) for p in (shown, truth))
        quality = self._metrics.measure(a, b)
        eyes = FFHQ_TEMPLATE.astype(np.float32)
        # Low-passing can end a rounding error above 1, which the verifier refuses.
        crops = [np.clip(align_identity(p, eyes), 0.0, 1.0) for p in (b, a)]
        identity = self._verifier.compare(crops[:1], crops[1:])[0].similarity
        return quality.lpips, quality.psnr, quality.ssim, identity


def evaluate(
    data: str, paths: list[Path], methods: dict[str, Method], judge: Judge, levels: tuple[str, ...] = LEVELS
) -> tuple[list[Score], list[Case]]:
    """Degrade every face at every level and try every method on it."""
    scores, cases = [], []
    for number, path in enumerate(paths):
        truth = read_rgb(path)
        if truth.shape[:2] != (FACE_SIZE, FACE_SIZE):
            raise ValueError(f"{path} is not an aligned face of {FACE_SIZE} px")
        for level in levels:
            degraded = degrade(truth, np.random.default_rng([SEED, number, LEVELS.index(level)]), level)
            shown = {}
            for name, method in methods.items():
                shown[name] = method(degraded)
                scores.append(Score(data, level, path.stem, name, *judge.judge(shown[name], truth)))
            cases.append(Case(f"{data} {path.stem} {level}", {**shown, "truth": truth}))
        print(f"\r{data}: {number + 1}/{len(paths)} faces ", end="", flush=True)
    print()
    return scores, cases


def table(scores: list[Score]) -> str:
    """The means as Markdown."""
    lines = ["| faces | level | method | LPIPS | PSNR dB | SSIM | identity |", "|---|---|---|---|---|---|---|"]
    groups = dict.fromkeys((s.data, s.level, s.method) for s in scores)
    for data, level, method in sorted(groups, key=lambda g: (g[0], LEVELS.index(g[1]))):
        mine = [s for s in scores if (s.data, s.level, s.method) == (data, level, method)]
        lpips, psnr, ssim, identity = np.mean([(s.lpips, s.psnr_db, s.ssim, s.identity) for s in mine], 0)
        lines.append(
            f"| {data} ({len(mine)}) | {level} | {method} | {lpips:.4f} | {psnr:.2f} | {ssim:.3f} | {identity:.3f} |"
        )
    return "\n".join(lines)


def worst(scores: list[Score], cases: list[Case]) -> list[Case]:
    """The cases in which our LPIPS is highest, beside the best that any other method reached."""
    by_case: dict[tuple[str, str, str], dict[str, float]] = {}
    for s in scores:
        by_case.setdefault((s.data, s.face, s.level), {})[s.method] = s.lpips
    pairs = list(zip(by_case.values(), cases, strict=True))
    pairs.sort(key=lambda pair: min((v for k, v in pair[0].items() if k != "ours"), default=0.0) - pair[0]["ours"])
    return [case for _, case in pairs[:WORST_CASES]]


def goals(scores: list[Score]) -> list[str]:
    """For each kind of faces and level a line: ours beside the best of the others."""
    lines = []
    for data, level in dict.fromkeys((s.data, s.level) for s in scores):
        means = {
            method: np.mean([(s.lpips, s.psnr_db, s.identity) for s in group], 0)
            for method in dict.fromkeys(s.method for s in scores)
            if (group := [s for s in scores if (s.data, s.level, s.method) == (data, level, method)])
        }
        ours, others = means.pop("ours", None), np.array([m for name, m in means.items() if "GFPGAN" not in name])
        if ours is None or not len(others):
            continue
        lpips, psnr, identity = others[:, 0].min(), others[:, 1].max(), others[:, 2].max()
        lines.append(
            f"{data}, {level}: LPIPS {100 * (1 - ours[0] / lpips):+.0f}% below the best of the others, "
            f"PSNR {ours[1] - psnr:+.2f} dB, identity {ours[2] - identity:+.3f}"
        )
    return lines


def pictures_in(folder: Path) -> list[Path]:
    """The PNG and JPEG files of a folder."""
    return sorted(path for path in folder.iterdir() if path.suffix in {".png", ".jpg", ".jpeg"})


def spread(cases: list[Case], most: int) -> list[Case]:
    """At most so many cases, from the first to the last in even steps."""
    return [cases[i] for i in sorted({round(i) for i in np.linspace(0, len(cases) - 1, min(most, len(cases)))})]


def photograph_cases(paths: list[Path], methods: dict[str, Method], threads: int) -> list[Case]:
    """The faces of photographs as they are, aligned as the service aligns them."""
    detector = Detector.load(DetectorConfig.model_validate({"device": "cpu", "cpu_threads": threads}))
    cases = []
    for path in paths:
        picture = read_rgb(path)
        image = np.ascontiguousarray(picture, np.float32) / np.float32(255)
        for number, face in enumerate(detector.detect(image).faces[:MOST_FACES_A_PHOTOGRAPH]):
            crop = align_face(image, face_transform(face.landmarks))
            aligned = np.ascontiguousarray((crop * 255).round(), np.uint8)
            cases.append(Case(f"{path.stem} {number}", {name: method(aligned) for name, method in methods.items()}))
    return cases


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--restorer", type=Path, default=cache_folder() / "run" / "visage-face.safetensors")
    parser.add_argument("--synthetic", type=Path, default=cache_folder() / "heldout", help="aligned faces")
    parser.add_argument("--synthetic-count", type=int, default=24)
    parser.add_argument("--real", type=Path, help="a folder of sharp aligned real faces of 512 px")
    parser.add_argument("--photographs", type=Path, nargs="*", default=[], help="pictures to look at, without truth")
    parser.add_argument("--methods", nargs="*", default=[], help="only these")
    parser.add_argument("--levels", nargs="*", default=LEVELS, choices=LEVELS, help="only these")
    parser.add_argument(
        "--threads", type=int, default=0, help="on the CPU; 0: every core, which only an idle CPU likes"
    )
    parser.add_argument("--out", type=Path, default=cache_folder() / "evaluation")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    levels = tuple(args.levels)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    methods = build_methods(args.restorer, args.methods, device)
    data = {"synthetic": pictures_in(args.synthetic)[: args.synthetic_count]}
    if args.real is not None:
        data["real"] = pictures_in(args.real)
    judge, scores, cases = Judge(args.threads), list[Score](), list[Case]()
    for name, paths in data.items():
        found = evaluate(name, paths, methods, judge, levels)
        scores, cases = scores + found[0], cases + found[1]
    for level in levels:
        of_level = [case for case in cases if case.title.endswith(level)]
        save_rgb(args.out / f"{level}.png", draw_sheet(spread(of_level, ROWS_A_SHEET)))
    if "ours" in methods:
        save_rgb(args.out / "worst.png", draw_sheet(worst(scores, cases)))
    if args.photographs:
        save_rgb(args.out / "photographs.png", draw_sheet(photograph_cases(args.photographs, methods, args.threads)))
    (args.out / "scores.json").write_text(json.dumps([asdict(s) for s in scores], indent=1))
    text = "\n\n".join([table(scores), *goals(scores)])
    (args.out / "table.md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
