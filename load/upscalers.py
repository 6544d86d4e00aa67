"""The upscaler on this CPU by torch and by the kernel, in one process, on an image of a megapixel.

    python -m load.upscalers [--rounds 3] [--factor 2] [--float32]

Rounds alternate between the contestants. Seconds are the minimum and the median; CPU seconds, of all threads, are what
to go by where other work shares the machine. PSNR is against the first contestant. `--float32` adds torch in float32,
and puts it first.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from deployments.config import UpscalerConfig
from deployments.contract import Image
from deployments.upscaler import COMPACT, Upscaler
from load.bench.pictures import one_megapixel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--factor", type=int, default=2, choices=(1, 2, 3, 4))
    parser.add_argument("--float32", action="store_true")
    options = parser.parse_args()
    settings = [("torch", "bfloat16"), ("auto", "float32"), ("auto", "bfloat16")]
    if options.float32:
        settings.insert(0, ("torch", "float32"))
    contestants = [
        Upscaler.load(UpscalerConfig.model_validate({"device": "cpu", "model": COMPACT, "kernel": k, "precision": p}))
        for k, p in settings
    ]
    image = np.ascontiguousarray(one_megapixel(), np.float32) / np.float32(255)
    wall: list[list[float]] = [[] for _ in contestants]
    cpu: list[list[float]] = [[] for _ in contestants]
    results: list[Image] = []
    for _ in range(options.rounds):
        results.clear()
        for upscaler, walls, cpus in zip(contestants, wall, cpu, strict=True):
            began, began_cpu = time.perf_counter(), time.process_time()
            results.append(upscaler.upscale(image, options.factor))
            walls.append(time.perf_counter() - began)
            cpus.append(time.process_time() - began_cpu)
    for upscaler, walls, cpus, result in zip(contestants, wall, cpu, results, strict=True):
        error = float(np.mean((result.astype(np.float64) - results[0]) ** 2))
        apart = f"{-10 * np.log10(error):.1f} dB" if error else "-"
        name = f"{upscaler.report.details['kernel']}, {upscaler.report.precision}"
        seconds = " | ".join(f"{min(values):.2f} / {statistics.median(values):.2f}" for values in (walls, cpus))
        print(f"{name:30} | s {seconds} CPU s | {apart}")


if __name__ == "__main__":
    main()
