"""API keys: made, kept as hashes, found and taken back."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from load.service import ROOT
from serve_app import keys
from serve_app.keys import ApiKey, KeyRing, KeysCannotBeRead, Scope, new_key


def file_of(path: Path, *entries: ApiKey) -> str:
    path.write_text(yaml.safe_dump({"keys": [entry.model_dump(mode="json", exclude_none=True) for entry in entries]}))
    return f"file:{path}"


def test_the_command_makes_a_key_whose_entry_lets_it_in(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "serve_app.keys", "new", "studio", "--scopes", "jobs", "--faces-per-day", "5"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    presented = next(line.strip() for line in shown.splitlines() if line.startswith("    visage_"))
    file = tmp_path / "keys.yaml"
    file.write_text("keys:\n" + shown[shown.index("- id") :])
    assert presented not in file.read_text()
    found = KeyRing(f"file:{file}").find(presented)
    assert found is not None and (found.name, set(found.scopes), found.faces_per_day) == ("studio", {Scope.JOBS}, 5)


def test_only_the_whole_key_is_let_in(tmp_path: Path) -> None:
    presented, entry = new_key()
    _, other = new_key()
    ring = KeyRing(file_of(tmp_path / "keys.yaml", entry, other))
    assert ring.find(presented) == entry
    for wrong in (
        "",
        "visage",
        presented[:-1],
        presented + "x",
        presented.replace(entry.id, other.id),
        "ä_b_c",
        "\udc80__",
    ):
        assert ring.find(wrong) is None
    assert len(presented.rpartition("_")[2]) >= 43  # 256 bits


def test_the_hash_is_of_the_key_and_the_key_is_not_in_the_entry() -> None:
    presented, entry = new_key(name="x")
    assert entry.sha256 == hashlib.sha256(presented.encode()).hexdigest()
    assert presented.rpartition("_")[2] not in entry.model_dump_json()


def test_keys_may_be_in_the_environment_and_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    (valid, first), (expired, second) = new_key(expires="2999-01-01"), new_key(expires="2020-01-01")
    listed = {"keys": [first.model_dump(mode="json"), second.model_dump(mode="json")]}
    monkeypatch.setenv("SOME_KEYS", yaml.safe_dump(listed))
    ring = KeyRing("env:SOME_KEYS")
    assert ring.find(valid) == first and ring.find(expired) is None


def test_a_key_that_is_taken_out_of_the_file_is_refused_and_a_broken_file_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (presented, entry), (other, second) = new_key(), new_key()
    file = tmp_path / "keys.yaml"
    ring = KeyRing(file_of(file, entry), look_s=0)
    assert ring.find(presented) and not ring.find(other)
    file_of(file, second)
    os.utime(file, (1, 1))  # whatever the clock's resolution
    assert ring.find(other) and not ring.find(presented)
    file.write_text("keys: [")
    assert ring.find(other)


@pytest.mark.parametrize("text", ["", "keys: [{id: x}]", "keys: [", "others: []"])
def test_a_service_whose_keys_cannot_be_read_does_not_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text(text)
    with pytest.raises(KeysCannotBeRead, match=r"keys\.yaml"):
        KeyRing(f"file:{file}")
    with pytest.raises(KeysCannotBeRead):
        KeyRing(f"file:{tmp_path}/none")
    with pytest.raises(KeysCannotBeRead, match="NO_SUCH_VARIABLE"):
        KeyRing("env:NO_SUCH_VARIABLE")


def test_the_command_refuses_what_an_entry_may_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        keys.main(["new", "x", "--scopes", "everything"])
    assert "everything" in capsys.readouterr().err
