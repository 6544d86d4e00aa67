"""Admission control: limits uploads, concurrent and queued requests, the memory they hold, and requests per minute."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from statistics import median

from limits import RateLimitItemPerMinute

from deployments import telemetry
from deployments.errors import RateLimited, StageBusy, Step
from deployments.telemetry import Recorder
from serve_app.http.rate_counter import RateCounter, rate_counter
from serve_app.settings import LimitSettings

MEGABYTE = 1_000_000
_LAST, _FEWEST = 9, 3
"""Requests whose times tell how long the next ones will take, at most and at least. The median counts: a large photo
among small ones turns none of them away."""


class Admission:
    """Counts the requests of one ingress replica."""

    def __init__(
        self,
        limits: LimitSettings,
        clock: Callable[[], float] = time.monotonic,
        record: Recorder = telemetry.ignore,
    ) -> None:
        """`record` is told of every change."""
        self._limits = limits
        self._clock = clock
        self._record = record
        self._took_s = deque[float](maxlen=_LAST)
        self._slots = asyncio.Semaphore(limits.max_concurrent)
        self._inside = 0
        self._working = 0
        self._preview_turn = asyncio.Semaphore(1)
        self._previews = 0
        self._uploads: Counter[str] = Counter()
        self._held_bytes = 0
        self._rate = RateLimitItemPerMinute(limits.requests_per_minute) if limits.requests_per_minute else None
        self._counter: RateCounter = rate_counter(limits.rate_limit_storage)
        record(telemetry.SLOTS, limits.max_concurrent)
        self._tell_requests()
        self._tell_uploads()

    async def check_rate(self, client: str) -> None:
        """Raise RateLimited if `client` has used up its requests of the last minute."""
        if self._rate is not None and not await self._counter.hit(self._rate, client):
            raise RateLimited

    @contextmanager
    def upload(self, client: str) -> Iterator[None]:
        """Count an upload while it arrives; raises StageBusy at once where all, or this client's, are taken."""
        if self._uploads.total() >= self._limits.max_uploads:
            raise StageBusy(Step.UPLOAD, "too many uploads are arriving")
        if self._uploads[client] >= self._limits.max_uploads_per_client:
            raise StageBusy(Step.UPLOAD, "too many uploads of one client are arriving")
        self._uploads[client] += 1
        self._tell_uploads()
        try:
            yield
        finally:
            self._uploads[client] -= 1
            self._uploads += Counter()  # drops clients without uploads
            self._tell_uploads()

    @contextmanager
    def memory(self) -> Iterator[HeldMemory]:
        """Account for the bytes that a request holds, until it ends."""
        held = HeldMemory(self)
        try:
            yield held
        finally:
            self._held_bytes -= held.size
            self._record(telemetry.HELD_BYTES, self._held_bytes)

    def hold(self, size: int) -> None:
        """Add to what all requests hold; raises StageBusy where that is too much."""
        if self._held_bytes + size > self._limits.max_held_megabytes * MEGABYTE:
            raise StageBusy(Step.UPLOAD, "the uploads of all requests hold too much memory")
        self._held_bytes += size

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a slot and hold it; raises StageBusy at once where too many requests wait already, or so much work
        that this one would wait too long."""
        if self._inside >= self._limits.max_concurrent + self._limits.max_waiting:
            raise StageBusy(Step.INGRESS, "too many requests are waiting")
        if self.expected_wait_s() > self._limits.max_wait_s:
            raise StageBusy(Step.INGRESS, f"a request would wait longer than {self._limits.max_wait_s:g} s")
        self._inside += 1
        self._tell_requests()
        try:
            async with self._slots:
                began = self._clock()
                self._working += 1
                self._tell_requests()
                try:
                    yield
                finally:
                    self._working -= 1
                self._took_s.append(self._clock() - began)
        finally:
            self._inside -= 1
            self._tell_requests()

    def _tell_requests(self) -> None:
        self._record(telemetry.RUNNING, self._working)
        self._record(telemetry.WAITING, self._inside - self._working)

    def _tell_uploads(self) -> None:
        self._record(telemetry.UPLOADS, self._uploads.total())
        self._record(telemetry.HELD_BYTES, self._held_bytes)

    @asynccontextmanager
    async def preview_slot(self) -> AsyncIterator[None]:
        """Wait for the turn of a preview: one at a time, beside the slots, because a person waits for it."""
        if self._previews >= self._limits.max_waiting + 1:
            raise StageBusy(Step.INGRESS, "too many previews are waiting")
        self._previews += 1
        try:
            async with self._preview_turn:
                yield
        finally:
            self._previews -= 1

    def expected_wait_s(self) -> float:
        """Seconds that a request which comes now will wait for a slot, by how long the last ones took; 0 while too few
        have ended well. (A refusal takes no time, and says nothing of the next request.)"""
        if len(self._took_s) < _FEWEST:
            return 0.0
        in_front = max(0, self._inside + 1 - self._limits.max_concurrent)
        return in_front * median(self._took_s) / self._limits.max_concurrent


class HeldMemory:
    """What one request holds."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.size = 0

    def add(self, size: int) -> None:
        """Hold `size` more bytes; raises StageBusy where all requests together would hold too much."""
        self._admission.hold(size)
        self.size += size
