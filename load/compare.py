"""The official pipeline and ours in one run: same networks, same weights, same image; also over HTTP.

    python -m load.compare [--image FILE] [--factor 2] [--rounds 3] [--precision float32] [--url http://HOST:PORT]

Official: GFPGANer with a RealESRGANer behind it (load/official.py says what replaces their downloads). Without
GFPGAN's weights both sides run our own network on the face. `--url` adds a running service; without it that row is
left out.
Rounds alternate between the contestants and the minimum of each counts, since other work on the machine only adds time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

from deployments.errors import Step
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.codec import decode
from deployments.imaging.geometry import align_face, align_identity, enlarge_points, face_transform
from deployments.imaging.resample import to_common_size
from deployments.models import weights
from deployments.models.network import load_network
from deployments.stages import STAGES, StageName
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.timings import WAITING, StageTimings
from serve_app.settings import Settings

OVERHEAD_GOAL_MS = 150
OVERHEAD = "overhead"
ROWS = [Step.DECODE, *STAGES, Step.COMPOSE, Step.ENCODE]
"""Of the table, in about the order in which they run."""


@dataclass
class Times:
    """Milliseconds of each stage, one entry a round."""

    total: list[float] = field(default_factory=list)
    stages: list[dict[str, float]] = field(default_factory=list)

    def minimum(self, stage: str | None = None) -> float | None:
        """The minimum time of a stage, or of the whole."""
        values = self.total if stage is None else [row[stage] for row in self.stages if stage in row]
        return min(values) if values else None


def one_megapixel() -> NDArray[np.uint8]:
    """(1000, 1000, 3): the astronaut enlarged, since no free portrait of a megapixel comes with a package."""
    return cv2.resize(astronaut(), (1000, 1000), interpolation=cv2.INTER_CUBIC)


def official(image: NDArray[np.uint8], factor: int) -> Callable[[], dict[str, float]]:
    """The official pipeline, ready to run; its stages are timed by wrapping their calls."""
    from load.official import OursOnFace, gfpganer, real_esrgan, seeded_gfpgan

    background = real_esrgan()
    checkpoint = weights.locate("gfpgan-v1.4")
    if checkpoint is not None:
        pipeline = gfpganer(checkpoint, factor, background)
    else:
        with tempfile.TemporaryDirectory() as folder:
            seeded = seeded_gfpgan(Path(folder) / "seeded.pth")
            network = OursOnFace(load_network("visage-face"))
            pipeline = gfpganer(seeded, factor, background, network)
    times: dict[str, float] = {}
    helper = pipeline.face_helper
    _timed(helper, "get_face_landmarks_5", StageName.DETECTOR, times)
    _timed(pipeline, "gfpgan", StageName.RESTORER, times)
    _timed(background, "enhance", StageName.UPSCALER, times)
    _timed(helper, "paste_faces_to_input_image", Step.COMPOSE, times)
    bgr = np.ascontiguousarray(image[..., ::-1])

    def run() -> dict[str, float]:
        times.clear()
        pipeline.enhance(bgr, paste_back=True)
        return dict(times)

    return run


def _timed(owner: Any, name: str, stage: str, times: dict[str, float]) -> None:
    original = getattr(owner, name)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*arguments, **options)
        finally:
            times[stage] = times.get(stage, 0.0) + (time.perf_counter() - began) * 1e3

    owner.__dict__[name] = wrapper
    if hasattr(owner, "_modules"):
        owner._modules.pop(name, None)


def in_process(image: NDArray[np.uint8], factor: int, settings: Settings) -> Callable[[], dict[str, float]]:
    """Our stages called one after the other, with neither Ray nor HTTP."""
    stages = {name: spec.load(settings.config_of(name)) for name, spec in STAGES.items()}
    output = EnhanceOptions().output
    data = _png(image)

    def run() -> dict[str, float]:
        timings = StageTimings()
        with timings.timed(Step.DECODE):
            photo = decode(data, settings.limits.for_decoding(), [factor])
        with timings.timed(StageName.DETECTOR):
            faces = stages[StageName.DETECTOR].detect(photo.image).faces
        with timings.timed(StageName.RESTORER):
            transforms = [face_transform(face.landmarks) for face in faces]
            crops = [align_face(photo.image, transform) for transform in transforms]
            restored = stages[StageName.RESTORER].restore(crops)
        with timings.timed(StageName.UPSCALER):
            background = stages[StageName.UPSCALER].upscale(photo.image, factor)
        with timings.timed(Step.COMPOSE):
            placed = [
                PlacedFace(crop, face.image, face.region, transform)
                for crop, face, transform in zip(crops, restored, transforms, strict=True)
            ]
            result = blend_faces(background, placed, factor, match_color=True, gray=photo.gray)
        with timings.timed(StageName.VERIFIER):
            before = [align_identity(photo.image, face.landmarks) for face in faces]
            after = [align_identity(result, enlarge_points(face.landmarks, factor)) for face in faces]
            stages[StageName.VERIFIER].compare(before, after)
        with timings.timed(StageName.METRICS):
            pair = to_common_size(result, photo.image, settings.pipeline.max_compared_pixels)
            stages[StageName.METRICS].measure(*pair)
        with timings.timed(Step.ENCODE):
            output.encode(result, photo.alpha, photo.bits)
        measured = timings.as_ms()
        measured.pop(WAITING)
        return measured

    return run


def over_http(image: NDArray[np.uint8], factor: int, url: str) -> Callable[[], dict[str, float]]:
    """The running service. `overhead` is all of the client's time in which no stage worked: HTTP, queues, transport."""
    data = _png(image)
    client = httpx.Client(timeout=600)

    def run() -> dict[str, float]:
        began = time.perf_counter()
        answer = client.post(
            f"{url}/api/v1/enhance", files={"file": ("photo.png", data)}, data={"upscale_factor": str(factor)}
        )
        elapsed = (time.perf_counter() - began) * 1e3
        answer.raise_for_status()
        body = answer.json()["data"]
        timings: dict[str, float] = body["timings_ms"]
        worked = body["processing_time_ms"] - timings.pop(WAITING)
        return timings | {OVERHEAD: elapsed - worked}

    return run


def _png(image: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".png", image[..., ::-1])[1].tobytes()


def peak_memory_mb(contestant: str, arguments: argparse.Namespace) -> float:
    """Of a fresh process that runs one round of one contestant."""
    command = [sys.executable, "-m", "load.compare", "--only", contestant, "--factor", str(arguments.factor)]
    command += ["--precision", arguments.precision]
    if arguments.image:
        command += ["--image", str(arguments.image)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(output.split()[-1])


def table(contestants: dict[str, Times], memory: dict[str, float]) -> str:
    """Markdown, milliseconds."""
    stages = [*ROWS, OVERHEAD]
    lines = ["| ms | " + " | ".join(contestants) + " |", "|---|" + "---:|" * len(contestants)]
    for stage in [*stages, None]:
        cells = [times.minimum(stage) for times in contestants.values()]
        if any(cell is not None for cell in cells):
            shown = ["" if cell is None else f"{cell:,.0f}" for cell in cells]
            name = stage or "**whole**"
            lines.append(f"| {name} | " + " | ".join(shown) + " |")
    shown = [f"{memory[name]:,.0f}" if name in memory else "" for name in contestants]
    lines.append("| peak memory, MB | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def main() -> int:
    """Run and print the table; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", type=Path)
    parser.add_argument("--factor", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", choices=["auto", "float32", "bfloat16"], default="auto")
    parser.add_argument("--url", help="a running service to measure as well")
    parser.add_argument("--only", choices=["official", "ours"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()

    image = _read(arguments.image) if arguments.image else one_megapixel()
    settings = Settings.model_validate({"upscaler": {"precision": arguments.precision}})
    makers: dict[str, Callable[[], Callable[[], dict[str, float]]]] = {
        "official": lambda: official(image, arguments.factor),
        "ours": lambda: in_process(image, arguments.factor, settings),
    }
    if arguments.only:
        makers[arguments.only]()()
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return 0

    memory = {name: peak_memory_mb(name, arguments) for name in makers}
    if arguments.url:
        makers["over HTTP"] = lambda: over_http(image, arguments.factor, arguments.url.rstrip("/"))
    runs = {name: make() for name, make in makers.items()}
    results = {name: Times() for name in runs}
    for number in range(arguments.rounds):
        for name, run in runs.items():
            began = time.perf_counter()
            stages = run()
            results[name].total.append((time.perf_counter() - began) * 1e3)
            results[name].stages.append(stages)
            print(f"round {number + 1}: {name} {results[name].total[-1]:,.0f} ms", file=sys.stderr)

    height, width = image.shape[:2]
    print(f"{width}x{height} pixels, factor {arguments.factor}, minimum of {arguments.rounds} rounds\n")
    print(table(results, memory))
    if "over HTTP" in results:
        overhead = [row[OVERHEAD] for row in results["over HTTP"].stages]
        print(f"\nThe graph's overhead: median {statistics.median(overhead):.0f} ms (goal: {OVERHEAD_GOAL_MS}).")
    return 0


def _read(path: Path) -> NDArray[np.uint8]:
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise SystemExit(f"{path} is not an image that OpenCV can read")
    return np.ascontiguousarray(pixels[..., ::-1])


if __name__ == "__main__":
    sys.exit(main())
