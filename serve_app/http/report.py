"""The header that says of a picture what JSON would say beside it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

REPORT_HEADER = "X-Visage-Report"
MAX_REPORT_BYTES = 6_000
"""Servers and proxies take 8 KiB for a header, or for all of them."""


def report_header(model: BaseModel, *optional: str, exclude: set[str] | None = None) -> str:
    """`model` without the keys `exclude`, as compact JSON in ASCII.

    Beyond MAX_REPORT_BYTES the `optional` keys are left out, the first one first; `truncated` then has their names.
    """
    content: dict[str, Any] = model.model_dump(mode="json", exclude=exclude)
    left_out: list[str] = []
    while len(text := _compact(content)) > MAX_REPORT_BYTES and len(left_out) < len(optional):
        left_out.append(optional[len(left_out)])
        content.pop(left_out[-1], None)
        content["truncated"] = left_out
    return text


def _compact(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":"))
