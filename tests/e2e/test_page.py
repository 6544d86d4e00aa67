"""The page in a real browser, against the real service with real models; the checks themselves are in ui/e2e."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from load.film_clip import moving_portrait, worn, write_clip
from load.service import ROOT, START_TIMEOUT_S, Service, free_port
from tests.helpers.photo_files import make_pictures
from tests.helpers.redis_server import redis_server
from tests.helpers.waiting import PATIENCE_S, wait_until, wait_until_listening

UI = ROOT / "ui"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIMIT_S = 3000
"""Of all tests in a browser; each has a limit of its own, in ui/playwright.config.ts."""
FEW_PORTRAITS, MANY_PORTRAITS = 6, 46  # beside four other files
LOG = ROOT / "artifacts" / "e2e.log"
"""What the browser tests say, as they say it."""

pytestmark = pytest.mark.timeout(LIMIT_S + 2 * START_TIMEOUT_S)


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
    wait_until(lambda: httpx.get(service.url).is_success, lambda: "the page did not come up", pause_s=0.5)
    return service


def test_the_page_does_all_that_it_promises(served: Service, tmp_path: Path) -> None:
    """Choosing, restoring, comparing, saving, every failure and its retry, axe on every state."""
    make_pictures(tmp_path)
    killed = {"VISAGE_KILL_PID": str(served.replicas("Ingress")[0])}
    run_playwright(served.url, tmp_path, killed | {"VISAGE_PORTRAITS": str(FEW_PORTRAITS)})


@pytest.mark.skipif("VISAGE_FUZZ" not in os.environ, reason="fifty photos take minutes: make fuzz")
def test_fifty_files_go_through_in_one_sitting(served: Service, tmp_path: Path) -> None:
    make_pictures(tmp_path)
    run_playwright(served.url, tmp_path, {"VISAGE_PORTRAITS": str(MANY_PORTRAITS)}, "8-many.spec.ts")


def test_a_film_is_restored_and_compared_on_the_page(tmp_path: Path) -> None:
    """Over a real Redis and fake stages: poster, progress over a reload, players in step, and where none are taken."""
    browser()
    write_clip(tmp_path / "film.mp4", worn(moving_portrait(24, 480, 360), 240, 180), rate=12)
    port = free_port()
    with redis_server(tmp_path) as redis:
        command = [sys.executable, "-m", "tests.e2e.film_service", redis.address, str(port)]
        process = subprocess.Popen(command, cwd=ROOT)
        try:
            wait_until_listening(port, process)
            run_playwright(f"http://127.0.0.1:{port}", tmp_path, {"VISAGE_JOBS": "1"}, "9-film.spec.ts")
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def run_playwright(url: str, pictures: Path, variables: dict[str, str], *files: str) -> None:
    """Run the browser tests in `files`, or all; fails with what they said."""
    environment = os.environ | {
        "VISAGE_URL": url,
        "VISAGE_BROWSER": browser(),
        "VISAGE_PICTURES": str(pictures),
        "VISAGE_SCREENS": str(ROOT / "artifacts" / "screens"),
        "FORCE_COLOR": "0",
        **variables,
    }
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as output:
        run = subprocess.run(
            ["npx", "--no-install", "playwright", "test", *files],
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
