"""Checks every stage on this machine's GPU, without Ray: right results, memory, what happens without it, and times.

    python -m load.gpu_check [--device cuda] [--size 1024] [--rounds 5] [--only TEXT ...] [--out artifacts]

Each network runs in each precision that it supports, and its result is compared with that of the CPU in float32, within
the bounds of load/gpu_cases.py. Then memory is made short on purpose (load/gpu_memory.py), and the official pipeline
runs in half precision in tiles of 400 pixels, as its own script does, beside ours. Weights and packages that are not
here are named; nothing is downloaded. Prints a Markdown table, writes OUT/gpu_check.json, and exits with 1 if a result
is out of its bound.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from deployments.errors import StageError
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.geometry import align_face, face_transform
from deployments.models import weights
from deployments.runtime.device import resolve_device
from deployments.stages import StageName
from load.gpu_cases import Case, Result, cases, photo
from load.gpu_memory import device_mib, out_of_memory, peak_mib, start_peak

PARITY_SIDE = 256
"""Pixels of the photo that the CPU computes too: RRDBNet takes seconds for it there."""
MEMORY_SIDE = 256
OFFICIAL_TILE = 400
Row = dict[str, Any]


def synchronize(device: str) -> None:
    """Wait for the GPU: a call of torch returns before its work is done."""
    if device == "cuda":
        torch.cuda.synchronize()


def timed(work: Callable[[], object], device: str, rounds: int) -> Row:
    """Minimum and median of `rounds` calls in milliseconds, after one that does not count."""
    work()
    times = []
    for _ in range(rounds):
        synchronize(device)
        began = time.perf_counter()
        work()
        synchronize(device)
        times.append((time.perf_counter() - began) * 1e3)
    return {"min_ms": min(times), "median_ms": statistics.median(times)}


def deviation(found: Result, expected: Result) -> tuple[float, float]:
    """The largest and the root mean square difference; infinite where one is empty or not finite."""
    if not expected.size or found.shape != expected.shape or not np.isfinite(found).all():
        return float("inf"), float("inf")
    difference = np.abs(found.astype(np.float64) - expected)
    return float(difference.max()), float(np.sqrt((difference**2).mean()))


def run_case(case: Case, device: str, side: int, rounds: int, references: dict[tuple[str, str], Result]) -> Row:
    """Parity, peak memory and times of one case; `references` keeps the CPU's results by stage and model."""
    key = (case.stage, case.model)
    parity_side = min(side, PARITY_SIDE)
    if key not in references:
        references[key] = case.work(case.load("cpu", "float32"), parity_side)
    start_peak(device)
    stage = case.load(device, case.precision)
    largest, rms = deviation(case.work(stage, parity_side), references[key])
    measured = timed(lambda: case.work(stage, side), device, rounds)
    return {
        "stage": str(case.stage),
        "model": case.model,
        "seeded": case.seeded,
        "precision": case.precision,
        "device": stage.report.device,
        "largest": largest,
        "rms": rms,
        "bound": asdict(case.bound),
        "passed": largest <= case.bound.largest and rms <= case.bound.rms,
        "contrast": float(references[key].std()),
        "peak_mib": peak_mib(device),
        **measured,
        "throughput": case.amount(side) / measured["median_ms"] * 1e3,
        "unit": f"{case.unit}/s",
    }


def together(chosen: list[Case], rows: list[Row], device: str, side: int) -> Row:
    """Peak memory with one case of each stage loaded at once, the one that takes most."""
    start_peak(device)
    ascending = sorted(zip(chosen, rows, strict=True), key=lambda pair: pair[1]["peak_mib"])
    heaviest = {case.stage: case for case, _ in ascending}
    stages = [(case, case.load(device, case.precision)) for case in heaviest.values()]
    for case, stage in stages:
        case.work(stage, side)
    return {
        "cases": [case.name for case in heaviest.values()],
        "peak_mib": peak_mib(device),
        "gpu_mib": device_mib(device),
    }


def official_and_ours(device: str, side: int, rounds: int, chosen: list[Case]) -> Row:
    """The official pipeline, detection to pasting, beside ours with the same networks, factor 2."""
    from load.official import gfpganer, real_esrgan, seeded_gfpgan

    half = device == "cuda"  # a CPU has no fast float16
    model = next(name for name in ("realesrgan-x4plus", "realesr-general-x4v3") if weights.locate(name) is not None)
    background = real_esrgan(model, tile=OFFICIAL_TILE, half=half)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = weights.locate("gfpgan-v1.4") or seeded_gfpgan(Path(folder) / "seeded.pth")
        pipeline = gfpganer(checkpoint, 2, background)
    background.device = pipeline.device = pipeline.face_helper.device = torch.device(device)
    background.model.to(device)
    pipeline.gfpgan.to(device)
    detector = pipeline.face_helper.face_det
    detector.device = torch.device(device)
    detector.mean_tensor = detector.mean_tensor.to(device)
    for module in (detector, pipeline.face_helper.face_parse):
        module.to(device)
    image = photo(side)
    bgr = np.ascontiguousarray(np.rint(image[..., ::-1] * 255).astype(np.uint8))

    def official() -> None:
        with torch.device(device):  # their parser's constants are made at each call
            pipeline.enhance(bgr, paste_back=True)

    precision = {StageName.UPSCALER: "float16" if half else "float32", StageName.RESTORER: "float32"}
    wanted = {StageName.DETECTOR: "retinaface-mobile0.25", StageName.RESTORER: "gfpgan-v1.4", StageName.UPSCALER: model}
    stages = {
        case.stage: case.load(device, case.precision)
        for case in chosen
        if wanted.get(case.stage) == case.model and case.precision == precision.get(case.stage, "float32")
    }

    def ours() -> None:
        found = stages[StageName.DETECTOR].detect(image).faces
        transforms = [face_transform(face.landmarks) for face in found]
        crops = [align_face(image, transform) for transform in transforms]
        restored = stages[StageName.RESTORER].restore(crops)
        enlarged = stages[StageName.UPSCALER].upscale(image, 2)
        placed = [PlacedFace(c, r.image, r.region, t) for c, r, t in zip(crops, restored, transforms, strict=True)]
        blend_faces(enlarged, placed, 2, match_color=True, gray=False)

    found: Row = {"upscaler": model, "half": half, "tile": OFFICIAL_TILE}
    for name, work in {"official": official, "ours": ours}.items():
        start_peak(device)
        found[name] = timed(work, device, rounds) | {"peak_mib": peak_mib(device)}
    return found


def check(device: str, side: int, rounds: int, only: list[str]) -> Row:
    """Everything, as one JSON object."""
    found, skipped = cases(device)
    chosen = [case for case in found if not only or any(text in case.name for text in only)]
    references: dict[tuple[str, str], Result] = {}
    rows = []
    for case in chosen:
        print(case.name, file=sys.stderr)
        try:
            rows.append(run_case(case, device, side, rounds, references))
        except (StageError, RuntimeError, ImportError) as error:
            rows.append({"stage": str(case.stage), "model": case.model, "precision": case.precision, "passed": False,
                         "error": f"{type(error).__name__}: {error}"})  # fmt: skip
    report: Row = {
        "device": torch.cuda.get_device_name() if device == "cuda" else platform.processor() or "cpu",
        "torch": torch.__version__,
        "side": side,
        "rounds": rounds,
        "cases": rows,
        "together": together(chosen, rows, device, side) if rows and all("error" not in row for row in rows) else None,
        "out_of_memory": [],
        "official": None,
        "skipped": skipped,
    }
    if not only or "memory" in only:
        try:
            report["out_of_memory"] = [asdict(outcome) for outcome in out_of_memory(device, MEMORY_SIDE)]
        except (StageError, RuntimeError) as error:
            report["out_of_memory"] = [{"name": "forced", "passed": False, "detail": str(error)}]
    if not only or "official" in only:
        try:
            report["official"] = official_and_ours(device, side, rounds, found)
        except Exception as error:  # other people's code, which may not run on this machine
            skipped["official pipeline"] = f"{type(error).__name__}: {error}"
    report["passed"] = all(row["passed"] for row in [*rows, *report["out_of_memory"]])
    return report


def table(report: Row) -> str:
    """Markdown."""
    lines = [
        f"{report['device']}, torch {report['torch']}, {report['side']} px, {report['rounds']} rounds\n",
        "| stage | network | precision | largest, rms difference | bound | peak MiB | min ms | median ms | speed | |",
        "|---|---|---|---|---|---:|---:|---:|---:|---|",
    ]
    for row in report["cases"]:
        name = f"{row['model']}{' (seeded)' if row.get('seeded') else ''}"
        head = f"| {row['stage']} | {name} | {row['precision']} |"
        if "error" in row:
            lines.append(f"{head} {row['error'].splitlines()[0]} | | | | | | FAILED |")
            continue
        bound = row["bound"]
        lines.append(
            f"{head} {row['largest']:.3g}, {row['rms']:.2g} | {bound['largest']:g}, {bound['rms']:g} {bound['unit']} "
            f"| {row['peak_mib']:,.0f} | {row['min_ms']:,.1f} | {row['median_ms']:,.1f} "
            f"| {row['throughput']:.3g} {row['unit']} | {'' if row['passed'] else 'FAILED'} |"
        )
    if report["together"]:
        lines.append(f"| all at once | | | | | {report['together']['peak_mib']:,.0f} | | | | |")
    for name in ("official", "ours") if report["official"] else ():
        row = report["official"][name]
        lines.append(
            f"| whole, {name} | {report['official']['upscaler']} | | | | {row['peak_mib']:,.0f} "
            f"| {row['min_ms']:,.1f} | {row['median_ms']:,.1f} | | |"
        )
    lines += [""] + [
        f"- {'ok' if o['passed'] else 'FAILED'}: {o['name']}: {o['detail']}" for o in report["out_of_memory"]
    ]
    return "\n".join(lines + [f"- skipped: {name}: {reason}" for name, reason in report["skipped"].items()])


def main(arguments: list[str] | None = None) -> int:
    """Run, write and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cuda", "cpu"], help="default: cuda where there is a GPU")
    parser.add_argument("--size", type=int, default=1024, help="side of the photo that is timed, pixels")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="parts of cases' names, or `memory`, or `official`")
    parser.add_argument("--out", type=Path, default=Path("artifacts"))
    given = parser.parse_args(arguments)
    device = resolve_device(given.device or "auto").type
    report = check(device, given.size, given.rounds, given.only)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "gpu_check.json").write_text(json.dumps(report, indent=2) + "\n")
    print(table(report))
    return 0 if report["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
