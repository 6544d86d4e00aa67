"""Time and memory against pixels and against faces: measured, fitted by straight lines, and drawn.

    python -m load.growth [--megapixels 0.25 1 4 16] [--faces 0 1 8 32] [--out docs/growth.svg]

Each point is one request in a fresh process of its own, at factor 1, after one that does not count; memory is that
process's peak. The line is fitted by least squares; R² says how straight it is. All stages are in that one process, as
`visage enhance` has them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from load.bench.pictures import crowd, sharp_face
from load.evaluate_bench import Picture, png
from serve_app.cli.local import LocalEnhancer
from serve_app.settings import Settings

_GRAY = 118


@dataclass(frozen=True)
class Point:
    """One measured request."""

    x: float
    """Megapixels, or faces."""
    seconds: float
    peak_gb: float


@dataclass(frozen=True)
class Line:
    """y = constant + slope * x."""

    constant: float
    slope: float
    r2: float

    @classmethod
    def through(cls, xs: list[float], ys: list[float]) -> Line:
        """By least squares."""
        slope, constant = np.polyfit(xs, ys, 1)
        rest = np.asarray(ys) - (constant + slope * np.asarray(xs))
        spread = float(np.var(ys))
        return cls(float(constant), float(slope), 1 - float(np.mean(rest**2)) / spread if spread else 1.0)


def with_pixels(megapixels: float) -> Picture:
    """A picture without faces that is sharp everywhere: the six faces upside down and mirrored would still be found, so
    it is their clothes, over and over."""
    cloth = crowd()[560:880, 100:1200]
    side = round((megapixels * 1e6) ** 0.5)
    times = side // cloth.shape[0] + 1, side // cloth.shape[1] + 1, 1
    return np.ascontiguousarray(np.tile(cloth, times)[:side, :side])


def with_faces(count: int) -> Picture:
    """Four megapixels with so many faces on gray, the same one."""
    picture = np.full((2000, 2000, 3), _GRAY, np.uint8)
    head = sharp_face()[10:240, 110:340]
    for index in range(count):
        top, left = 20 + 320 * (index // 6), 20 + 320 * (index % 6)
        picture[top : top + head.shape[0], left : left + head.shape[1]] = head
    return picture


def measure(kind: str, amount: float) -> Point:
    """In this process; run it in a fresh one."""
    picture = with_pixels(amount) if kind == "megapixels" else with_faces(int(amount))
    settings = Settings.model_validate({"limits": {"max_upload_bytes": 10**9}})
    enhancer = LocalEnhancer.load(settings)
    options = {"upscale_factor": 1, "faces": "none" if kind == "megapixels" or not amount else "all"}
    with asyncio.Runner() as runner:
        runner.run(enhancer.enhance(png(sharp_face()[:256, 100:356]), upscale_factor=1))
        data = png(picture)
        began = time.perf_counter()
        runner.run(enhancer.enhance(data, **options))  # type: ignore[arg-type]
        seconds = time.perf_counter() - began
    return Point(amount, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def in_fresh_process(kind: str, amount: float) -> Point:
    """See measure."""
    command = [sys.executable, "-m", "load.growth", "--point", kind, str(amount)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Point(**json.loads(output.splitlines()[-1]))


def draw(measured: dict[str, list[Point]], path: Path) -> None:
    """Two panels, time and memory, for each of what was varied."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "visage"  # the same picture for the same figures
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(2, len(measured), figsize=(4.5 * len(measured), 6), squeeze=False)
    for column, (kind, points) in enumerate(measured.items()):
        for row, (name, unit) in enumerate((("seconds", "s"), ("peak_gb", "GB"))):
            xs, ys = [point.x for point in points], [float(getattr(point, name)) for point in points]
            line = Line.through(xs, ys)
            panel = panels[row][column]
            panel.plot(xs, ys, "o", color="#1f6feb")
            ends = np.array([0.0, max(xs)])
            panel.plot(ends, line.constant + line.slope * ends, color="#8b949e", linewidth=1)
            panel.set_title(
                f"{line.constant:.2f} + {line.slope:.3g} {unit} a {_UNIT[kind]}, R² {line.r2:.3f}", fontsize=9
            )
            panel.set_xlabel(kind)
            panel.set_ylabel("time, s" if unit == "s" else "peak memory, GB")
            panel.set_ylim(bottom=0)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


_UNIT = {"megapixels": "megapixel", "faces": "face"}


def main(words: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megapixels", type=float, nargs="+", default=[0.25, 1, 4, 16])
    parser.add_argument("--faces", type=float, nargs="+", default=[0, 1, 8, 32])
    parser.add_argument("--out", type=Path, default=Path("docs/growth.svg"))
    parser.add_argument("--point", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.point:
        print(json.dumps(measure(arguments.point[0], float(arguments.point[1])).__dict__))
        return 0
    measured = {}
    for kind in _UNIT:
        measured[kind] = [in_fresh_process(kind, amount) for amount in getattr(arguments, kind)]
        print(f"| {kind} | s | peak GB |\n|---:|---:|---:|")
        for point in measured[kind]:
            print(f"| {point.x:g} | {point.seconds:.2f} | {point.peak_gb:.2f} |", flush=True)
        for name in ("seconds", "peak_gb"):
            line = Line.through([p.x for p in measured[kind]], [getattr(p, name) for p in measured[kind]])
            print(f"{name}: {line.constant:.2f} + {line.slope:.3f} a {_UNIT[kind]}, R² {line.r2:.4f}\n")
    draw(measured, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
