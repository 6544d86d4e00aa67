"""What the command line exits with."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """A value never changes its meaning."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    OK = 0, "everything is done, now or before"
    SOME_FAILED = 1, "a file, or a check of the doctor, failed; the others are done"
    USAGE = 2, "the command is wrong"
    CANNOT_WORK = 3, "weights are missing, or the service cannot be reached or refuses the API key"
    INTERRUPTED = 130, "Ctrl-C"
