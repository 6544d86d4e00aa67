"""A client of Visage's API, sync (`Visage`) and async (`AsyncVisage`). docs/api.md has examples.

This package needs httpx and httpx-sse, and nothing else of Visage: it may be copied into another project.
"""

from serve_app.client.client import AsyncVisage, Visage
from serve_app.client.result import RequestFailed, Result

__all__ = ["AsyncVisage", "RequestFailed", "Result", "Visage"]
