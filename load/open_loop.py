"""An open-loop load test: requests are sent when they are due, whether or not earlier ones were answered.

    python -m load.open_loop URL [--rates 0.25 0.5 1 2] [--seconds 60] [--deadline 30] [--megapixels 0.25] [--factor 2]

Arrivals are a Poisson process with a fixed seed. Latency counts from the moment at which a request was due, so a
service that falls behind cannot hide it (coordinated omission). Goodput is what was answered 200 within the
deadline, a second. Prints one Markdown row a rate. It stops by itself, and refuses addresses that are not on this
machine.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import cv2
import httpx
import numpy as np
from skimage.data import astronaut

SEED = 0
HEADER = "| offered, req/s | sent | answered 200 | p50 | p95 | p99 | goodput, req/s | other answers |\n|" + "---:|" * 8


@dataclass
class Outcome:
    """What became of the requests at one rate."""

    rate: float
    seconds: float
    latencies_s: list[float] = field(default_factory=list)
    """Of those answered 200, from when they were due."""
    elapsed_s: float = 0.0
    """Until the last answer; under overload that is longer than requests were offered."""
    others: Counter[str] = field(default_factory=Counter)
    """Answers that were not 200, by status and code."""

    def goodput(self, deadline_s: float) -> float:
        """Requests a second that were answered 200 within the deadline, until the last answer."""
        return sum(latency <= deadline_s for latency in self.latencies_s) / max(self.seconds, self.elapsed_s)

    def row(self, deadline_s: float) -> str:
        """A row below HEADER."""
        sent = len(self.latencies_s) + self.others.total()
        percentiles = ["-"] * 3
        if self.latencies_s:
            percentiles = [f"{value:.2f} s" for value in np.percentile(self.latencies_s, (50, 95, 99))]
        others = ", ".join(f"{count} x {name}" for name, count in sorted(self.others.items())) or "none"
        cells = [f"{self.rate:g}", sent, len(self.latencies_s), *percentiles, f"{self.goodput(deadline_s):.3f}", others]
        return "| " + " | ".join(map(str, cells)) + " |"


def arrivals(rate: float, seconds: float, seed: int = SEED) -> list[float]:
    """When requests are due, in seconds from the start: a Poisson process."""
    rng = np.random.default_rng(seed)
    gaps = rng.exponential(1.0 / rate, size=int(3 * rate * seconds) + 50)
    due = np.cumsum(gaps)
    return [float(moment) for moment in due[due < seconds]]


def photo(megapixels: float) -> bytes:
    """A JPEG with one face, of about this size."""
    side = round((megapixels * 1e6) ** 0.5)
    resized = cv2.resize(astronaut()[..., ::-1], (side, side), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", resized, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


async def run(client: httpx.AsyncClient, rate: float, seconds: float, data: bytes, factor: int) -> Outcome:
    """Offer `rate` requests a second for `seconds`, and wait for every answer."""
    outcome = Outcome(rate, seconds)
    started = time.monotonic()

    async def send(due: float) -> None:
        await asyncio.sleep(max(0.0, started + due - time.monotonic()))
        try:
            answer = await client.post(
                "/api/v1/enhance", files={"file": ("photo.jpg", data)}, data={"upscale_factor": str(factor)}
            )
        except httpx.HTTPError as error:
            outcome.others[type(error).__name__] += 1
            return
        if answer.status_code == httpx.codes.OK:
            outcome.latencies_s.append(time.monotonic() - started - due)
        else:
            outcome.others[f"{answer.status_code} {answer.headers.get('x-error-code', '')}".strip()] += 1

    await asyncio.gather(*(send(due) for due in arrivals(rate, seconds)))
    outcome.elapsed_s = time.monotonic() - started
    return outcome


def require_this_machine(url: str) -> None:
    """Raise ValueError for an address that is not on this machine."""
    host = urlsplit(url).hostname or ""
    if host != "localhost" and not (host and ipaddress.ip_address(host).is_loopback):
        raise ValueError(f"{url} is not on this machine")


async def sweep(arguments: argparse.Namespace) -> int:
    """Run every rate and print the table; 1 if the service answered nothing at some rate."""
    data = photo(arguments.megapixels)
    limits = httpx.Limits(max_connections=None)
    silent = 0
    async with httpx.AsyncClient(base_url=arguments.url, timeout=600, limits=limits) as client:
        print(f"{arguments.megapixels:g} MP, factor {arguments.factor}, {arguments.seconds:g} s a rate, ", end="")
        print(f"deadline {arguments.deadline:g} s\n\n{HEADER}")
        for rate in arguments.rates:
            outcome = await run(client, rate, arguments.seconds, data, arguments.factor)
            silent += not outcome.latencies_s
            print(outcome.row(arguments.deadline), flush=True)
    return 1 if silent else 0


def main(words: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.1, 0.2, 0.4, 1.0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--deadline", type=float, default=60.0)
    parser.add_argument("--megapixels", type=float, default=0.25)
    parser.add_argument("--factor", type=int, default=2)
    arguments = parser.parse_args(words)
    try:
        require_this_machine(arguments.url)
    except ValueError as error:
        parser.error(str(error))
    return asyncio.run(sweep(arguments))


if __name__ == "__main__":
    sys.exit(main())
