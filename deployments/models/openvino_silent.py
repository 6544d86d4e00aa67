"""OpenVINO without its telemetry; has to be imported in place of `openvino`.

Importing openvino 2026.4 sends an event to its vendor, and converting a model more of them, wherever the package
openvino-telemetry is installed. Without that package OpenVINO goes on quietly. The lock leaves it out; other ways to
install Visage bring it along.
"""

from __future__ import annotations

import sys

if "openvino_telemetry" not in sys.modules:
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # as if it were not installed

import openvino

__all__ = ["openvino"]
