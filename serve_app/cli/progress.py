"""What a batch shows on standard error: a bar with the time left on a terminal, and a line a photo."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tqdm import tqdm

from serve_app.cli.files import Source
from serve_app.client.types import StageEvent


class BatchProgress:
    """Counts photos, with the fractions of those that are being worked on."""

    def __init__(self, total: int | None, *, quiet: bool = False) -> None:
        """`total` is None where nobody knows it: with --watch."""
        self._fractions: dict[str, float] = {}
        self._quiet = quiet
        self._bar = tqdm(
            total=total,
            disable=True if quiet else None,  # None: shown on a terminal only
            file=sys.stderr,
            unit="photo",
            bar_format="{percentage:3.0f}% {bar} {n:.1f}/{total_fmt} [{elapsed}, {remaining} left]" if total else None,
        )

    def of(self, source: Source) -> Callable[[StageEvent], None]:
        """What is to be called with the events of one photo."""

        def take(event: StageEvent) -> None:
            if (percent := event.get("percent")) is not None:
                self._advance(str(source), percent / 100)

        return take

    def skipped(self, line: str) -> None:
        """One photo needs no work, so that it does not count."""
        if self._bar.total:
            self._bar.total -= 1
        self._say(line)

    def finished(self, source: str, line: str) -> None:
        """One photo is done, or will not be."""
        self._advance(source, 1.0)
        del self._fractions[source]
        self._say(line)

    def _say(self, line: str) -> None:
        if not self._quiet or line.startswith("FAILED"):
            tqdm.write(line, file=sys.stderr)

    def _advance(self, source: str, fraction: float) -> None:
        before = self._fractions.get(source, 0.0)
        self._fractions[source] = max(before, fraction)
        self._bar.update(self._fractions[source] - before)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bar.close()
