"""`visage video` from the command line, over fake stages."""

from __future__ import annotations

import io
from pathlib import Path

import c2pa
import pytest
import yaml

from serve_app.cli.main import main
from serve_app.cli.settings_file import BUILDER
from serve_app.local_stage_client import LocalStageClient
from tests.helpers.fakes import FakeStages
from tests.helpers.films import moving_face, packets_of, read_film, write_film

pytestmark = pytest.mark.slow


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(LocalStageClient, "load", lambda settings: FakeStages(faces=[]))
    path = tmp_path / "film.mp4"
    write_film(path, moving_face(6, 64, 64))
    return path


def test_a_film_is_signed_as_photos_are_where_the_file_has_a_place_for_it(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, config, result = tmp_path / "studio.pem", tmp_path / "config.yaml", tmp_path / "out" / "result.mp4"
    assert main(["signing-key", str(key), "--name", "Studio Anna"]) == 0
    settings = {"c2pa": {"source": f"file:{key}"}}
    config.write_text(yaml.safe_dump({"applications": [{"import_path": BUILDER, "args": settings}]}))
    assert main(["video", str(film), "-o", str(result), "--config", str(config)]) == 0
    options = c2pa.Context.from_dict({"verify": {"remote_manifest_fetch": False}})
    reader = c2pa.Reader("video/mp4", io.BytesIO(result.read_bytes()), context=options)
    failed = {each["code"] for each in reader.get_validation_results()["activeManifest"]["failure"]}
    assert failed <= {"signingCredential.untrusted"}, "whose key it is nobody vouches for here"
    assert "Studio Anna" in reader.json() and "algorithmicallyEnhanced" in reader.json()
    assert read_film(result)[1] == read_film(film)[1] and packets_of(result, "audio") == packets_of(film, "audio")
    assert list(result.parent.iterdir()) == [result], "nothing else is left"
    capsys.readouterr()
    assert main(["video", str(film), "-o", str(tmp_path / "result.mkv"), "--config", str(config)]) == 0
    assert "is not signed" in capsys.readouterr().err
    key.unlink()
    assert main(["video", str(film), "-o", str(tmp_path / "other.mp4"), "--config", str(config)]) == 3
    assert "cannot be read" in capsys.readouterr().err and not (tmp_path / "other.mp4").exists()


def test_an_output_that_cannot_be_written_is_told_in_a_line(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["video", str(film), "-o", str(film / "result.mp4")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"FAILED   {film}: ")
