"""Works through a batch: one photo fails, the others go on; every outcome is a line of the report."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TextIO, Unpack

import httpx

from deployments.atomic_write import write_atomically
from serve_app.cli.files import Source
from serve_app.cli.progress import BatchProgress
from serve_app.client.client import OnProgress, RequestFailed, Result
from serve_app.client.types import EnhanceOptions

_CANNOT_WORK = ("model_unavailable", "unauthorized", "forbidden", "not_found")
"""Codes of errors that no other photo would escape."""

_PICTURES = ("restored_image", "crop", "background", "patch", "report")
"""Fields of a response that are pictures in base64, or show them."""


class Enhancer(Protocol):
    """AsyncVisage or LocalEnhancer."""

    async def enhance(
        self,
        photo: bytes,
        *,
        reference: bytes | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[EnhanceOptions],
    ) -> Result: ...

    async def close(self) -> None: ...


class Status(StrEnum):
    """What became of a photo."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Task:
    """One photo, and where its result goes."""

    source: Source
    target: Path | None
    """None: standard output."""


@dataclass
class Outcome:
    """A line of the report."""

    input: str
    output: str | None
    status: Status
    seconds: float = 0.0
    sha256: str | None = None
    """Of the original file."""
    error: str | None = None
    stage: str | None = None
    code: str | None = None
    data: dict[str, Any] | None = None
    """What the service says of the result: the response without the image."""

    def as_json(self) -> str:
        """One line; what does not apply is left out."""
        return json.dumps({name: value for name, value in vars(self).items() if value is not None}, ensure_ascii=False)


class CannotWork(Exception):
    """No photo can be done: the service cannot be reached, or weights are missing."""


@dataclass
class Batch:
    """How the photos are done, and how many became what."""

    enhancer: Enhancer
    options: EnhanceOptions
    progress: BatchProgress
    reference: bytes | None = None
    overwrite: bool = False
    report: TextIO | None = None
    jobs: int = 1
    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))

    async def run(self, tasks: AsyncIterator[Task]) -> None:
        """Do every task, `jobs` at a time; raises CannotWork where the rest would fail for the same reason."""
        queue: asyncio.Queue[Task | None] = asyncio.Queue(self.jobs)

        async def feed() -> None:
            async for task in tasks:
                await queue.put(task)
            for _ in range(self.jobs):
                await queue.put(None)

        async def work() -> None:
            while (task := await queue.get()) is not None:
                self._note(await self._do(task))

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(feed())
                for _ in range(self.jobs):
                    group.create_task(work())
        except* CannotWork as group_error:
            raise group_error.exceptions[0] from None

    async def _do(self, task: Task) -> Outcome:
        outcome = Outcome(str(task.source), None if task.target is None else str(task.target), Status.FAILED)
        if task.target is not None and task.target.exists() and not self.overwrite:
            outcome.status = Status.SKIPPED
            return outcome
        started = time.monotonic()
        try:
            photo = await asyncio.to_thread(_read, task.source)
            outcome.sha256 = hashlib.sha256(photo).hexdigest()
            result = await self.enhancer.enhance(
                photo, reference=self.reference, on_progress=self.progress.of(task.source), **self.options
            )
            await asyncio.to_thread(self._write, task, result)
            outcome.status = Status.DONE
            outcome.data = _without_pictures(dict(result.data))
        except RequestFailed as error:
            if error.code in _CANNOT_WORK:
                raise CannotWork(str(error)) from error
            outcome.error, outcome.stage, outcome.code = error.message, error.stage, error.code
        except httpx.ConnectError as error:
            raise CannotWork(f"The service cannot be reached: {error}") from error
        except (OSError, httpx.TransportError) as error:
            outcome.error = str(error) or type(error).__name__
        outcome.seconds = round(time.monotonic() - started, 3)
        return outcome

    def _write(self, task: Task, result: Result) -> None:
        if not result.image:
            return
        if task.target is None:
            sys.stdout.buffer.write(result.image)
            sys.stdout.buffer.flush()
            return
        for suffix, picture in _pictures_beside(result):
            beside = task.target.with_name(f"{task.target.stem}.{suffix}.png")
            write_atomically(beside, base64.b64decode(picture), overwrite=self.overwrite)
        if page := result.data.get("report"):
            write_atomically(task.target.with_name(f"{task.target.name}.html"), page.encode(), overwrite=self.overwrite)
        write_atomically(task.target, result.image, overwrite=self.overwrite)  # last: it says that the photo is done

    def _note(self, outcome: Outcome) -> None:
        self.counts[outcome.status] += 1
        if self.report is not None:
            self.report.write(outcome.as_json() + "\n")
            self.report.flush()
        if outcome.status is Status.SKIPPED:
            self.progress.skipped(_line(outcome))
        else:
            self.progress.finished(outcome.input, _line(outcome))


def _pictures_beside(result: Result) -> Iterator[tuple[str, str]]:
    """What options ask for beside the result, with what their names end in: crops of faces, and layers; base64."""
    for number, face in enumerate(result.data["faces"], 1):
        if crop := face.get("crop"):
            yield f"face-{number}", crop
    if layers := result.data.get("layers"):
        yield "background", layers["background"]
        for layer in layers["faces"]:
            yield f"layer-{layer['index'] + 1}", layer["patch"]


def _without_pictures(value: Any) -> Any:
    """What the service says of the result; the pictures have files of their own."""
    if isinstance(value, dict):
        return {name: _without_pictures(each) for name, each in value.items() if name not in _PICTURES}
    return [_without_pictures(each) for each in value] if isinstance(value, list) else value


def _read(source: Source) -> bytes:
    return sys.stdin.buffer.read() if source.path is None else source.path.read_bytes()


def _line(outcome: Outcome) -> str:
    if outcome.status is Status.SKIPPED:
        return f"skipped  {outcome.input}: {outcome.output} exists"
    if outcome.status is Status.FAILED:
        return f"FAILED   {outcome.input}: {outcome.error}"
    warning = (outcome.data or {}).get("warning")
    return f"done     {outcome.input} -> {outcome.output or 'standard output'}" + (f" ({warning})" if warning else "")
