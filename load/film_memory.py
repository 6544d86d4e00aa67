"""Measures the memory that a long film takes, minute by minute of the film: it must not grow.

    python -m load.film_memory [--minutes 10] [--rate 5] [--size 160x120]
    python -m load.film_memory --url http://127.0.0.1:8000 --pid PID --metrics http://127.0.0.1:PORT/metrics

The first restores a generated film in this process, as `visage video` does; the second sends it as a job to a service
whose command has the process id PID and was started with `--metrics-port PORT`, and looks at Ray's object store too.
The film is a portrait before a hand-held camera (load/film_clip.py), at factor 1 and without the background's network.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import httpx
import psutil

from load.film_clip import each_portrait, each_worn, write_clip
from serve_app.local_stage_client import LocalStageClient
from serve_app.settings import Settings
from serve_app.video.encoder import CODECS
from serve_app.video.film import VideoBounds
from serve_app.video.keeping import FolderStore
from serve_app.video.restoring import VideoOptions
from serve_app.video.run import FilmRun, sha256_of

MIB = 1 << 20
_LOOK_S = 0.5
_STORED = re.compile(r"^ray_object_store_used_memory\{[^}]*\} (\S+)$", re.MULTILINE)


@dataclass
class Memory:
    """The most that was seen in each minute of the film, in bytes; the looks before its tenth second are left out."""

    rate: int
    done: int = 0
    """Frames."""
    most: dict[int, dict[str, float]] = field(default_factory=dict)

    def note(self, seen: dict[str, float]) -> None:
        """Take note of one look."""
        if self.done >= 10 * self.rate:
            minute = self.most.setdefault((self.done - 1) // (60 * self.rate), {})
            minute.update({name: max(value, minute.get(name, 0.0)) for name, value in seen.items()})

    def table(self) -> str:
        """Markdown, a row a minute."""
        names = list(next(iter(self.most.values())))
        lines = [f"| minute of the film | {' | '.join(names)} |", "|---" + "|---:" * len(names) + "|"]
        for minute, seen in self.most.items():
            lines.append(f"| {minute + 1} | {' | '.join(f'{seen[name] / MIB:.0f}' for name in names)} |")
        return "\n".join(lines)


def here() -> dict[str, float]:
    """This process, and those that it has started."""
    own = psutil.Process()
    return {"this process, MiB": own.memory_info().rss, "decoder, MiB": _sum(own.children(recursive=True), "rss")}


def service(pid: int, metrics: str) -> dict[str, float]:
    """What belongs to the service's processes alone, and what is in the object store."""
    found = _STORED.findall(httpx.get(metrics, timeout=30).raise_for_status().text)
    stored = sum(map(float, found)) if found else float("nan")  # Ray has not reported yet
    family = psutil.Process(pid).children(recursive=True)
    consumers = [each for each in family if "JobConsumer" in _title(each)]
    return {
        "consumer, MiB": _sum(consumers, "uss"),
        "all processes, MiB": _sum(family, "uss"),
        "object store, MiB": stored,
    }


def _title(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline()[:1])
    return ""


def _sum(processes: list[psutil.Process], kind: str) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):  # it has ended
            total += getattr(process.memory_full_info(), kind)
    return total


@contextlib.contextmanager
def looking(memory: Memory, look: Callable[[], dict[str, float]]) -> Iterator[None]:
    """Look from another thread until the film is done."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_S):
            memory.note(look())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def restore_here(clip: Path, folder: Path, memory: Memory) -> None:
    """As the command does."""

    def advance(done: int, total: int) -> None:
        memory.done = done

    options, store = VideoOptions(1, background=False), FolderStore(folder / "pieces")
    stages = LocalStageClient.load(Settings())
    run = FilmRun(clip, sha256_of(clip), stages, options, CODECS["h264"], VideoBounds(), store, advance)
    await run.run(folder / "result.mp4", "mp4")


def restore_there(clip: Path, url: str, memory: Memory, frames: int) -> None:
    """As a job."""
    with httpx.Client(base_url=f"{url}/api/v1/jobs", timeout=120) as client:
        form = {"upscale_factor": "1", "background": "false"}
        told = client.post("/video", files={"file": clip.read_bytes()}, data=form).raise_for_status().json()
        while told["status"] in ("queued", "running"):
            time.sleep(_LOOK_S)
            told = client.get(f"/{told['id']}").raise_for_status().json()
            memory.done = told["percent"] * frames // 100
        if told["status"] != "succeeded":
            raise RuntimeError(f"The film was not restored: {told}")


def generate(clip: Path, frames: int, size: tuple[int, int], rate: int) -> None:
    """The film; in a process apart, whose memory is not looked at."""
    width, height = size
    write_clip(clip, each_worn(each_portrait(frames, 2 * width, 2 * height), width, height), rate)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=int, default=5, help="Frames a second.")
    parser.add_argument("--size", default="160x120")
    parser.add_argument("--url", help="Of a service.")
    parser.add_argument("--pid", type=int, help="Of its command.")
    parser.add_argument("--metrics", help="Where it exports its metrics.")
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))
    frames, memory = round(60 * arguments.minutes * arguments.rate), Memory(arguments.rate)
    with tempfile.TemporaryDirectory() as name:
        folder, clip = Path(name), Path(name) / "film.mp4"
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            pool.submit(generate, clip, frames, (width, height), arguments.rate).result()
        began = time.monotonic()
        if arguments.url:
            with looking(memory, lambda: service(arguments.pid, arguments.metrics)):
                restore_there(clip, arguments.url, memory, frames)
        else:
            with looking(memory, here):
                asyncio.run(restore_here(clip, folder, memory))
        took = time.monotonic() - began
    print(f"{frames} frames of {arguments.size} in {took:.0f} s\n\n{memory.table()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
