"""A Recorder that remembers."""

from __future__ import annotations

from collections import defaultdict

from deployments.telemetry import Instrument, check_labels


class RecordedValues:
    """What was recorded, by instrument and labels, in order."""

    def __init__(self) -> None:
        self.values: dict[tuple[Instrument, frozenset[tuple[str, str]]], list[float]] = defaultdict(list)

    def __call__(self, instrument: Instrument, value: float, **labels: str) -> None:
        check_labels(instrument, labels)
        self.values[instrument, frozenset((name, str(label)) for name, label in labels.items())].append(value)

    def of(self, instrument: Instrument, **labels: str) -> list[float]:
        """The values that were recorded with exactly these labels."""
        return self.values[instrument, frozenset(labels.items())]

    def labels_of(self, instrument: Instrument, label: str) -> set[str]:
        """The values that a label had."""
        return {dict(labels)[label] for found, labels in self.values if found is instrument}
