"""What the service tells a monitoring system, each instrument declared once.

The docs' table, the Grafana board, the alert rules' test and the tests derive from `INSTRUMENTS`. Nothing here knows
Ray or Prometheus: whoever measures calls a `Recorder`, and in a replica that is deployments.serve_recorder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PREFIX = "ray_"
"""Ray's exporter puts it before every name."""


class Kind(StrEnum):
    """Prometheus' types of metrics. A recorder adds to a counter, sets a gauge and observes in a histogram."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Instrument:
    """One metric in Prometheus' naming: the base unit is in the name, counters end in `_total`."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    """Beside those of Ray Serve: application, deployment, replica."""
    buckets: tuple[float, ...] = ()
    """Upper bounds of a histogram."""

    @property
    def exported(self) -> str:
        """The name in Prometheus, without the endings of a histogram's parts."""
        return PREFIX + self.name


Recorder = Callable[..., None]
"""`record(instrument, value, **labels)`, with a value for each of the instrument's labels."""


def ignore(instrument: Instrument, value: float, **labels: str) -> None:
    """A Recorder for whoever is not watched."""


class FaceFate(StrEnum):
    """What became of a detected face."""

    RESTORED = "restored"
    DOUBTFUL = "doubtful"
    """Restored, and below the request's `min_identity`."""
    WEAKENED = "weakened"
    """Blended with less strength than was asked for, or not at all, to stay the same person."""
    SKIPPED = "skipped"
    """Left out by the options, or out of focus."""


class JobFate(StrEnum):
    """What became of an attempt at a job."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    POSTPONED = "postponed"
    """It failed in a way that may pass, and waits for its next attempt."""
    LEFT = "left"
    """Cancelled, or taken over by another consumer."""


NO_STAGE = "none"
"""The label `stage` of a request without an error."""
CLIENT_LEFT = "499"
"""The label `status` of a request whose client left before the answer: nginx's number for it."""

_REQUEST_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
_STAGE_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0)
_SIMILARITY = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

REQUESTS = Instrument(
    "visage_requests_total",
    Kind.COUNTER,
    "POST requests that were answered, by status and by the stage that an error names. A stream that ends with an "
    "error event counts with that error's status.",
    ("status", "stage"),
)
REQUEST_SECONDS = Instrument(
    "visage_request_duration_seconds",
    Kind.HISTOGRAM,
    "Seconds from a request's first byte in the ingress to the last byte of its answer.",
    ("status",),
    _REQUEST_S,
)
STAGE_SECONDS = Instrument(
    "visage_stage_duration_seconds",
    Kind.HISTOGRAM,
    "Seconds that a stage, or a step of the ingress, worked for one call; without queues and transport.",
    ("stage",),
    _STAGE_S,
)
WAITING_SECONDS = Instrument(
    "visage_waiting_seconds",
    Kind.HISTOGRAM,
    "Seconds of a finished request in which nothing worked for it: queues and transport.",
    (),
    _STAGE_S,
)
SLOTS = Instrument("visage_slots", Kind.GAUGE, "Requests that this ingress replica may work on at once.")
RUNNING = Instrument("visage_requests_running", Kind.GAUGE, "Requests that hold a slot of this ingress replica.")
WAITING = Instrument("visage_queue_depth", Kind.GAUGE, "Requests that wait for a slot of this ingress replica.")
UPLOADS = Instrument("visage_uploads", Kind.GAUGE, "Requests whose body is arriving at this ingress replica.")
HELD_BYTES = Instrument("visage_upload_bytes", Kind.GAUGE, "Bytes of uploads that this ingress replica holds.")
FACES = Instrument(
    "visage_faces_total", Kind.COUNTER, "Faces in answered photos, by what became of them.", ("outcome",)
)
SIMILARITY = Instrument(
    "visage_identity_similarity",
    Kind.HISTOGRAM,
    "Cosine similarity of each restored face with the one in the photo, by whether the score is reliable.",
    ("reliable",),
    _SIMILARITY,
)
MEGAPIXELS = Instrument(
    "visage_megapixels_total", Kind.COUNTER, "Megapixels of answered photos and of their results.", ("image",)
)
WARNINGS = Instrument("visage_warnings_total", Kind.COUNTER, "Answers with a warning.")
JOBS = Instrument("visage_jobs_total", Kind.COUNTER, "Attempts at jobs that have ended, by outcome.", ("outcome",))
JOBS_WAITING = Instrument(
    "visage_jobs_waiting", Kind.GAUGE, "Jobs that wait. Every consumer tells of all: take the maximum."
)
MEMORY_RETRIES = Instrument(
    "visage_memory_retries_total",
    Kind.COUNTER,
    "Pieces of work that did not fit into the device's memory and were tried again in smaller ones.",
    ("stage",),
)
BATCH_SIZE = Instrument(
    "visage_batch_size",
    Kind.HISTOGRAM,
    "Items in one call of a stage that takes batches.",
    ("stage",),
    (1, 2, 4, 8, 16),
)

INSTRUMENTS: tuple[Instrument, ...] = (
    REQUESTS,
    REQUEST_SECONDS,
    STAGE_SECONDS,
    WAITING_SECONDS,
    SLOTS,
    RUNNING,
    WAITING,
    UPLOADS,
    HELD_BYTES,
    FACES,
    SIMILARITY,
    MEGAPIXELS,
    WARNINGS,
    JOBS,
    JOBS_WAITING,
    MEMORY_RETRIES,
    BATCH_SIZE,
)


def check_labels(instrument: Instrument, labels: dict[str, Any]) -> None:
    """Raise ValueError unless `labels` are exactly the instrument's."""
    if set(labels) != set(instrument.labels):
        raise ValueError(f"{instrument.name} has the labels {instrument.labels}, not {tuple(labels)}")
