"""Writes the Grafana board from what the service measures.

.venv/bin/python configs/grafana/generate.py [--check]       (--check: only tell whether the stored board has drifted)
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BOARD = Path(__file__).with_name("visage.json")
sys.path.insert(0, str(BOARD.parents[2]))

from deployments import telemetry  # noqa: E402
from deployments.telemetry import Instrument  # noqa: E402

_SOURCE = {"type": "prometheus", "uid": "${source}"}
_COLUMNS, _WIDTH, _HEIGHT = 24, 8, 8
_WINDOW = "[$__rate_interval]"


@dataclass(frozen=True)
class Panel:
    """One graph: its lines are pairs of a PromQL expression and a legend."""

    title: str
    description: str
    unit: str
    lines: tuple[tuple[str, str], ...]


def rate(counter: Instrument, by: str, where: str = "") -> str:
    """A second, by a label."""
    return f"sum by ({by}) (rate({counter.exported}{where}{_WINDOW}))"


def quantile(share: float, histogram: Instrument, by: str = "", where: str = "") -> str:
    """Of a histogram, by a label."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share:g}, sum by ({labels}) (rate({histogram.exported}_bucket{where}{_WINDOW})))"


def mean(histogram: Instrument, by: str) -> str:
    """Of a histogram, by a label."""
    total, count = (f"sum by ({by}) (rate({histogram.exported}_{part}{_WINDOW}))" for part in ("sum", "count"))
    return f"{total} / {count}"


T = telemetry
PANELS = (
    Panel("Answers", "By status; 499 is a client that left.", "reqps", ((rate(T.REQUESTS, "status"), "{{status}}"),)),
    Panel(
        "Errors",
        "By the stage that the answer names.",
        "reqps",
        ((rate(T.REQUESTS, "stage, status", '{stage!="none"}'), "{{stage}} {{status}}"),),
    ),
    Panel(
        "Time of a photo",
        "Of those that were answered 200, from the first byte to the last.",
        "s",
        tuple((quantile(q, T.REQUEST_SECONDS, where='{status="200"}'), f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)),
    ),
    Panel(
        "Slots and queue",
        "Requests in all ingress replicas. A queue that stays means that a stage, or slots, are short.",
        "short",
        tuple(
            (f"sum({gauge.exported})", legend)
            for gauge, legend in ((T.SLOTS, "slots"), (T.RUNNING, "running"), (T.WAITING, "waiting"))
        ),
    ),
    Panel("Work of stages", "Mean seconds of a call.", "s", ((mean(T.STAGE_SECONDS, "stage"), "{{stage}}"),)),
    Panel(
        "Busy replicas",
        "Seconds of work a second: as many replicas as this are busy all the time.",
        "short",
        ((f"sum by (stage) (rate({T.STAGE_SECONDS.exported}_sum{_WINDOW}))", "{{stage}}"),),
    ),
    Panel(
        "Waiting",
        "Of a photo: queues and transport.",
        "s",
        tuple((quantile(q, T.WAITING_SECONDS), f"p{q * 100:g}") for q in (0.5, 0.95)),
    ),
    Panel("Batches", "Mean number of items in a call.", "short", ((mean(T.BATCH_SIZE, "stage"), "{{stage}}"),)),
    Panel(
        "Memory retries",
        "Work that did not fit into a device's memory and was cut smaller.",
        "ops",
        ((rate(T.MEMORY_RETRIES, "stage"), "{{stage}}"),),
    ),
    Panel("Faces", "By what became of them.", "ops", ((rate(T.FACES, "outcome"), "{{outcome}}"),)),
    Panel(
        "Identity similarity",
        "Of restored faces whose score is reliable.",
        "short",
        tuple((quantile(q, T.SIMILARITY, where='{reliable="true"}'), f"p{q * 100:g}") for q in (0.05, 0.25, 0.5)),
    ),
    Panel(
        "Warnings",
        "Share of answered photos with a warning.",
        "percentunit",
        (
            (
                f"sum(rate({T.WARNINGS.exported}{_WINDOW})) / "
                f'sum(rate({T.REQUESTS.exported}{{status="200"}}{_WINDOW}))',
                "warnings",
            ),
        ),
    ),
    Panel("Megapixels", "A second.", "short", ((rate(T.MEGAPIXELS, "image"), "{{image}}"),)),
    Panel(
        "Jobs that wait",
        "In all; those that run are in slots.",
        "short",
        ((f"max({T.JOBS_WAITING.exported})", "jobs"),),
    ),
    Panel("Jobs", "Attempts that have ended, by outcome.", "ops", ((rate(T.JOBS, "outcome"), "{{outcome}}"),)),
    Panel("Uploads", "Requests whose body is arriving.", "short", ((f"sum({T.UPLOADS.exported})", "uploads"),)),
    Panel("Upload memory", "Bytes of bodies that are held.", "bytes", ((f"sum({T.HELD_BYTES.exported})", "held"),)),
)


def board() -> dict[str, Any]:
    """The board as Grafana imports it."""
    across = _COLUMNS // _WIDTH
    panels = [
        {
            "id": number,
            "type": "timeseries",
            "title": panel.title,
            "description": panel.description,
            "datasource": _SOURCE,
            "gridPos": {
                "x": (number - 1) % across * _WIDTH,
                "y": (number - 1) // across * _HEIGHT,
                "w": _WIDTH,
                "h": _HEIGHT,
            },
            "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
            "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
            "targets": [
                {"refId": chr(ord("A") + index), "datasource": _SOURCE, "expr": expression, "legendFormat": legend}
                for index, (expression, legend) in enumerate(panel.lines)
            ],
        }
        for number, panel in enumerate(PANELS, 1)
    ]
    return {
        "uid": "visage",
        "title": "Visage",
        "tags": ["visage"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "label": "Data source", "type": "datasource", "query": "prometheus"}]
        },
        "panels": panels,
    }


def main() -> int:
    """Write or check; 1 where the stored board is not what the code says."""
    text = json.dumps(board(), indent=2) + "\n"
    if "--check" not in sys.argv:
        BOARD.write_text(text)
    elif not BOARD.exists() or BOARD.read_text() != text:
        print(f"{BOARD.name} is out of date: run `make docs` and commit what changes.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
