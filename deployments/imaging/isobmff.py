"""The boxes that HEIF, AVIF and JPEG XL files consist of (ISO/IEC 14496-12, 4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from deployments.errors import TooComplex, Undecodable
from deployments.imaging.structure import END_MISSING

MAX_BOXES = 20_000
"""In one list of boxes."""


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """The type of each box between `start` and `end`, and where its body begins and ends.

    Raises Undecodable for one that is longer than what is left, TooComplex for more than MAX_BOXES.
    """
    end = len(data) if end is None else end
    for _ in range(MAX_BOXES):
        if start + 8 > end:
            return
        size, body = int.from_bytes(data[start : start + 4], "big"), start + 8
        if size == 1:
            size, body = int.from_bytes(data[body : body + 8], "big"), body + 8
        after = end if size == 0 else start + size
        if after > end:
            raise Undecodable(END_MISSING)
        if after < body:
            raise ValueError("a box is shorter than its header")
        yield data[start + 4 : start + 8], body, after
        start = after
    raise TooComplex(f"The file has more than {MAX_BOXES} boxes.")


class Reader:
    """Big-endian integers and strings from a part of a file; raises ValueError beyond its end."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self.position, self._end = data, start, end

    def integer(self, size: int) -> int:
        """An unsigned integer of `size` bytes; 0 for size 0."""
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        at, self.position = self.position, self.position + size
        if self.position > self._end:
            raise ValueError("a box ends too early")
        return self._data[at : self.position]

    def string(self) -> bytes:
        """Up to and without the next zero byte."""
        end = self._data.find(b"\0", self.position, self._end)
        if end < 0:
            end = self._end
        at, self.position = self.position, end + 1
        return self._data[at:end]

    def version_and_flags(self) -> tuple[int, int]:
        """The start of a full box."""
        return self.integer(1), self.integer(3)
