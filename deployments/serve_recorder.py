"""The Recorder of a Serve replica: Ray's metrics, which every node exports for Prometheus; and Serve's log for ours."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ray.serve import metrics

from deployments.telemetry import Instrument, Kind, check_labels

_REFRESH_S = 1.0
"""Ray exports a gauge only in the interval in which it was set (10 s), and drops it after the next."""


class ServeRecorder:
    """Records through ray.serve.metrics, which adds the labels application, deployment and replica."""

    def __init__(self) -> None:
        self._record: dict[str, Callable[..., None]] = {}
        self._gauges: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}

    def __call__(self, instrument: Instrument, value: float, **labels: str) -> None:
        """See Recorder; raises ValueError for other labels than the instrument has."""
        check_labels(instrument, labels)
        if instrument.name not in self._record:
            self._record[instrument.name] = _made(instrument)
        if instrument.kind is Kind.GAUGE:
            if not self._gauges:
                threading.Thread(target=self._keep_telling, name="gauges", daemon=True).start()
            self._gauges[instrument.name, tuple(labels.items())] = value
        if value or instrument.kind is not Kind.COUNTER:  # Ray refuses to add nothing to a counter
            self._record[instrument.name](value, tags=labels)

    def _keep_telling(self) -> None:
        while True:
            time.sleep(_REFRESH_S)
            for (name, labels), value in list(self._gauges.items()):
                self._record[name](value, tags=dict(labels))


def _made(instrument: Instrument) -> Callable[..., None]:
    common: dict[str, Any] = {"description": instrument.help, "tag_keys": instrument.labels}
    if instrument.kind is Kind.COUNTER:
        return metrics.Counter(instrument.name, **common).inc
    if instrument.kind is Kind.GAUGE:
        return metrics.Gauge(instrument.name, **common).set
    # Ray wants bounds above 0; a similarity below the first bound is in the first bucket all the same.
    bounds = [bound for bound in instrument.buckets if bound > 0]
    return metrics.Histogram(instrument.name, boundaries=bounds, **common).observe


def log_through_serve() -> None:
    """Let this replica's log of Visage go where Serve's goes, in its format, with the request's id.

    Serve gives its handlers only to its own logger. Without this our lines have neither an id nor the form of JSON.
    """
    ours, serves = logging.getLogger("visage"), logging.getLogger("ray.serve")
    ours.setLevel(logging.INFO)
    if serves.handlers:
        ours.handlers = list(serves.handlers)
        ours.propagate = False
