"""The variables that Ray, Serve and the C library read when they start, as the service wants them."""

from __future__ import annotations

import os

VARIABLES = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "serve_app.proxy:middleware",
    # Three times as many seconds until the proxy listens. By itself Serve gives it 15 in all, and then ends the start;
    # where a machine is busy, Python alone takes longer to import what it needs.
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
    # How often the controller looks for what has changed, and replicas and proxy export their metrics. By itself it is
    # ten times a second, which takes 8% of a CPU all along: on two cores every photo then waits longer.
    "RAY_SERVE_CONTROL_LOOP_INTERVAL_S": "0.4",
    "RAY_SERVE_METRICS_EXPORT_INTERVAL_MS": "1000",
    # One heap for all threads of a process, since only the first can keep the memory of large images for the next ones
    # (deployments/runtime/memory.py). By itself Linux clears every page of each picture anew.
    "MALLOC_ARENA_MAX": "1",
}


def set_variables() -> None:
    """Set those that this process's environment has not got; Ray's processes inherit them."""
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)
