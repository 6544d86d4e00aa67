"""What an input format consists of, and how a file's format is told. The formats themselves are in formats.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deployments.imaging.pixels import Pixels
from deployments.imaging.structure import FileStructure

Signature = tuple[int | None, ...]
"""The first bytes of a file; None: any byte."""


def signature(*parts: bytes | int) -> Signature:
    """From bytes, and numbers of bytes that may be anything."""
    return tuple(byte for part in parts for byte in (part if isinstance(part, bytes) else [None] * part))


@dataclass(frozen=True)
class InputFormat:
    """A format that uploads may have."""

    name: str
    title: str
    """As people write it."""
    extensions: tuple[str, ...]
    media_type: str
    signatures: tuple[Signature, ...]
    """One of them begins every such file; they decide, never a name or a declared type."""
    shown_by_browsers: bool
    """Whether every common browser shows it; for others the page asks for a preview."""
    inspect: Callable[[bytes], FileStructure]
    """Bounds what decoding may cost, in milliseconds; raises TooComplex, Undecodable, or ValueError for a
    damaged file."""
    read: Callable[[FileStructure], Pixels]
    """From what is known of the file to its pixels."""

    def begins(self, data: bytes) -> bool:
        """Whether `data` begins like a file in this format."""
        return any(
            len(data) >= len(each) and all(byte is None or byte == data[at] for at, byte in enumerate(each))
            for each in self.signatures
        )
