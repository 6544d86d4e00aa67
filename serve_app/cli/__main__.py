"""`python -m serve_app.cli`: the command `visage` where it is not installed."""

from __future__ import annotations

import sys

from serve_app.cli.main import main

sys.exit(main())
