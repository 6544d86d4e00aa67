"""Where the traces of OpenTelemetry go, if Ray Serve's tracing is switched on: `tracing_config` of the configuration.

Serve makes the spans of its proxy, of the ingress and of every call of a stage, and hands the trace from one to the
next; http/telemetry.py adds those in which stages and steps worked. None has a part of a photo, a name or an address.
"""

from __future__ import annotations

from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def span_processors() -> list[SpanProcessor]:
    """Called by Serve in each of its processes.

    Sends OTLP over HTTP to where the standard variable OTEL_EXPORTER_OTLP_ENDPOINT says. Raises ImportError where the
    extra `tracing` is not installed.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return [BatchSpanProcessor(OTLPSpanExporter())]
