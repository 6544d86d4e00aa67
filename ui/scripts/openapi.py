"""Writes the service's OpenAPI document to ui/openapi.json, or with --check only tells whether it has drifted.

.venv/bin/python ui/scripts/openapi.py [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

UI = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(UI.parent))

from serve_app.api import StatusSource, create_app  # noqa: E402
from serve_app.pipeline import Pipeline, Stages  # noqa: E402
from serve_app.settings import Settings  # noqa: E402

DOCUMENT = UI / "openapi.json"


def document() -> str:
    """The document as the service gives it; no stage is needed for that."""
    nothing: Any = None
    app = create_app(Pipeline(cast(Stages, nothing), Settings()), cast(StatusSource, nothing))
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or check; 1 where the stored document is not the service's."""
    now = document()
    if "--check" not in sys.argv:
        DOCUMENT.write_text(now)
        return 0
    if DOCUMENT.read_text() == now:
        return 0
    print("ui/openapi.json is not what the service says any more: run `make ui-api` and commit what changes.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
