"""What the client of one request got. Apart from telemetry.py, because the table of errors loads no image libraries."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from deployments.telemetry import CLIENT_LEFT, NO_STAGE


@dataclass
class RequestRecord:
    """Status and stage; an error inside an event stream has a status of its own."""

    status: str = CLIENT_LEFT
    stage: str = NO_STAGE


_current: ContextVar[RequestRecord | None] = ContextVar("request_record", default=None)


def begin_record() -> RequestRecord:
    """A record for the request that this context serves, and the tasks that it starts."""
    record = RequestRecord()
    _current.set(record)
    return record


def note_error(status: int, stage: str) -> None:
    """Say in the current request's record, if there is one, what it was answered."""
    record = _current.get()
    if record is not None:
        record.status, record.stage = str(status), stage
