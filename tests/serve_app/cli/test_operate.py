"""`visage doctor` and `visage weights`."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.models.manifest import manifest
from load.service import ROOT, free_port
from serve_app.cli.main import main
from serve_app.cli.signing_key import self_made
from serve_app.keys import new_key
from tests.helpers.fakes import FakeStages
from tests.helpers.loopback import listening
from tests.helpers.redis_server import redis_server
from tests.serve_app.test_keys import file_of


def config_for(folder: Path, port: int, **settings: Any) -> str:
    config = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    config["http_options"]["port"] = port
    config["applications"][0]["args"] = settings
    path = folder / "serve.yaml"
    path.write_text(yaml.safe_dump(config))
    return str(path)


def examined(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """The exit code, and the checks by name."""
    code = main(["doctor", "--json", *arguments])
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] == (code == 0)
    checks: dict[str, list[dict[str, Any]]] = {}
    for check in found["checks"]:
        checks.setdefault(check["name"], []).append(check)
    return code, checks


@pytest.mark.slow
def test_it_examines_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _, checks = examined(capsys, config_for(tmp_path, taken.getsockname()[1]))
    assert set(checks) >= {"Python", "packages", "Ray", "memory", "/dev/shm", "page", "port", "CPU", "weights", "GPU"}
    assert checks["Python"][0]["state"] == "ok" and checks["packages"][0]["state"] == "ok"
    assert checks["port"][0]["state"] == "warning" and "--url" in checks["port"][0]["remedy"]
    _, checks = examined(capsys, config_for(tmp_path, free_port()))
    assert checks["port"][0]["state"] == "ok"
    bare = tmp_path / "bare.yaml"
    bare.write_text("applications: []")
    _, checks = examined(capsys, str(bare))
    assert checks["port"][0]["found"].startswith("127.0.0.1:8000"), "where the service listens then"
    assert all(check["remedy"] for found in checks.values() for check in found if check["state"] == "problem")


@pytest.mark.slow
def test_missing_and_damaged_weights_are_problems_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path))
    config = config_for(tmp_path, free_port())
    code, checks = examined(capsys, config)
    assert code == 1 and "retinaface-mobile0.25" in checks["weights"][0]["found"]
    assert "visage weights fetch" in checks["weights"][0]["remedy"]
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / manifest()["lpips-alex"].file).write_bytes(b"damaged")
    _, checks = examined(capsys, config)
    assert any("has 7 bytes" in check["found"] and check["state"] == "problem" for check in checks["weights"])


def test_it_examines_what_the_settings_ask_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path))  # no weights: they take seconds to verify, and are not the matter
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    signing, _ = self_made("Studio Anna")
    (tmp_path / "c2pa.pem").write_bytes(signing)
    _, entry = new_key()
    with redis_server(tmp_path) as server:
        settings = {
            "jobs": {"redis": server.address},
            "keys": {"source": file_of(tmp_path / "keys.yaml", entry)},
            "c2pa": {"source": f"file:{tmp_path / 'c2pa.pem'}"},
            "storage": "s3://results",
            "metrics": {"engine": "torch"},
        }
        _, checks = examined(capsys, config_for(tmp_path, free_port(), **settings))
    assert checks["jobs"][0]["state"] == checks["API keys"][0]["state"] == "ok"
    assert "memory" in checks["jobs"][0]["found"]
    assert checks["signatures"][0]["state"] == "warning" and "chmod 600" in checks["signatures"][0]["remedy"]
    assert "Studio Anna" in checks["signatures"][0]["found"] and "valid until 20" in checks["signatures"][0]["found"]
    assert checks["storage"][0]["state"] == "problem" and "AWS_ACCESS_KEY_ID" in checks["storage"][0]["found"]
    assert "torch runs the metrics" in checks["OpenVINO"][0]["found"]

    ends_soon = datetime.now(UTC) - timedelta(days=3652 - 7)
    (tmp_path / "c2pa.pem").write_bytes(self_made("Studio Anna", ends_soon)[0])
    with redis_server(tmp_path, save="60 1") as server:
        settings |= {"jobs": {"redis": server.address}, "keys": {"source": "file:/no/such/file"}}
        _, checks = examined(capsys, config_for(tmp_path, free_port(), **settings))
    assert checks["jobs"][0]["state"] == "problem" and "CONFIG SET save ''" in checks["jobs"][0]["found"]
    assert checks["API keys"][0]["state"] == "problem" and "/no/such/file" in checks["API keys"][0]["found"]
    assert "soon" in checks["signatures"][0]["found"] and "renew" in checks["signatures"][0]["remedy"]

    _, checks = examined(capsys, config_for(tmp_path, free_port()))
    assert not checks.keys() & {"jobs", "storage", "API keys", "signatures", "settings"}
    code, checks = examined(capsys, config_for(tmp_path, free_port(), jobs={"max_waitin": 3}))
    assert code == 1 and "max_waitin" in checks["settings"][0]["found"]


def test_it_examines_a_running_service(capsys: pytest.CaptureFixture[str]) -> None:
    with listening() as url:
        code, checks = examined(capsys, "--url", url)
    assert (
        code == 0 and "gfpgan-v1.4" in checks["restorer"][0]["found"] and "megapixels" in checks["limits"][0]["found"]
    )
    with listening(FakeStages(fail={"states": RuntimeError("weights are missing")})) as url:
        code, checks = examined(capsys, "--url", url)
    assert code == 1 and checks["restorer"][0]["found"] == "weights are missing"


def test_a_service_that_does_not_answer_has_an_exit_code_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--url", f"http://127.0.0.1:{free_port()}"]) == 3
    assert "does not answer" in capsys.readouterr().err


def test_weights_are_listed_and_unknown_names_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", "list"]) == 0 and "visage-face" in capsys.readouterr().out
    assert main(["weights", "verify", "no-such-model"]) == 2
    assert "visage weights: error: no such model" in capsys.readouterr().err


def test_serve_runs_the_service_of_a_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("applications: 3")
    assert main(["serve", str(bad)]) == 1
    assert "bad.yaml cannot be used" in capsys.readouterr().err
