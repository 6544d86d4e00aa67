"""`python -m serve_app` with settings that want what is not there: a plain message, before Ray is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from load.service import ROOT, free_port
from tests.helpers.redis_server import redis_server


def refusal(folder: Path, args: dict[str, Any]) -> str:
    file = folder / "serve.yaml"
    application = {"name": "visage", "route_prefix": "/api", "import_path": "serve_app.app:build", "args": args}
    file.write_text(yaml.safe_dump({"applications": [application]}))
    run = subprocess.run(
        [sys.executable, "-m", "serve_app", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1 and "Traceback" not in run.stderr and len(run.stderr.splitlines()) < 10
    return run.stderr


@pytest.mark.slow
def test_a_redis_that_writes_to_its_disk_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    with redis_server(tmp_path, save="60 1") as server:
        said = refusal(tmp_path, {"jobs": {"redis": server.address}})
    assert "save is '60 1'" in said and "CONFIG SET save ''" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"jobs": {"redis": f"redis://127.0.0.1:{free_port()}/0"}}, "cannot be used"),
        ({"keys": {"source": "file:/no/such/file"}}, "/no/such/file"),
        ({"storage": {"url": "s3://bucket", "endpoint": "http://127.0.0.1:9"}}, "AWS_ACCESS_KEY_ID"),
        ({"jobs": {"max_waitin": 3}}, "max_waitin"),
    ],
)
def test_what_is_not_there_or_not_known_is_named(tmp_path: Path, args: dict[str, Any], said: str) -> None:
    assert said in refusal(tmp_path, args)
