"""The page in a real browser, against the real service with real models; the checks themselves are in ui/e2e."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from load.service import ROOT, START_TIMEOUT_S, Service
from tests.helpers.photo_files import make_pictures

UI = ROOT / "ui"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE_TIMEOUT_S = 60.0
LIMIT_S = 900
LOG = ROOT / "artifacts" / "e2e.log"
"""What the browser tests say, as they say it."""


def browser() -> str:
    """The browser's path; skips in plain words where there is none, or nothing to show in it."""
    found = os.environ.get("VISAGE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("NO BROWSER: the page was not tested end to end. Install chromium, or set VISAGE_BROWSER to one.")
    if shutil.which("npx") is None or not (UI / "node_modules").is_dir():
        pytest.skip("NO NODE PACKAGES: the page was not tested end to end. Run `make ui` with Node 20 or later.")
    if not (UI / "out" / "index.html").is_file():
        pytest.skip("NO PAGE: it was not tested end to end. Run `make ui`.")
    return found


@pytest.fixture
def served(service: Service) -> Service:
    """The service, once its page is there as well."""
    browser()
    until = time.monotonic() + PAGE_TIMEOUT_S
    while httpx.get(service.url).status_code != httpx.codes.OK:
        assert time.monotonic() < until, "the page did not come up"
        time.sleep(0.5)
    return service


@pytest.mark.timeout(LIMIT_S + START_TIMEOUT_S + 120)
def test_the_page_does_all_that_it_promises(served: Service, tmp_path: Path) -> None:
    """Choosing, restoring, comparing, saving, every failure and its retry, axe on every state."""
    make_pictures(tmp_path)
    environment = os.environ | {
        "VISAGE_URL": served.url,
        "VISAGE_BROWSER": browser(),
        "VISAGE_PICTURES": str(tmp_path),
        "VISAGE_SCREENS": str(ROOT / "artifacts" / "screens"),
        "VISAGE_KILL_PID": str(served.replicas("Ingress")[0]),
        "FORCE_COLOR": "0",
    }
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as output:
        run = subprocess.run(
            ["npx", "--no-install", "playwright", "test"],
            cwd=UI,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_S,
        )
    said = LOG.read_text(errors="replace")
    print(said)
    assert run.returncode == 0, said[-6000:]
    assert "skipped" not in said, "a check was left out, though nothing was missing"
