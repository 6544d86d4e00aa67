"""`visage enhance` as a user meets it: files in, files out, exit codes. The stages are fakes but for one test."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from PIL import Image as PILImage

from load.service import ROOT, free_port
from serve_app.cli.local import LocalEnhancer
from serve_app.cli.main import main
from serve_app.client import RequestFailed, Visage
from serve_app.keys import new_key
from serve_app.pipeline.options import EnhanceOptions
from serve_app.settings import Settings
from tests.e2e.fake_service import SlowFakeStages
from tests.helpers.fakes import FakeStages
from tests.helpers.images import PHOTO, png, small_face
from tests.helpers.loopback import listening
from tests.helpers.photo_formats import heic
from tests.helpers.waiting import PATIENCE_S, wait_until
from tests.serve_app.test_keys import file_of

VISAGE = [sys.executable, "-m", "serve_app.cli"]


def ten_files(folder: Path) -> list[Path]:
    """A photo in each of the nine formats and a broken one, in a folder and one below it; and what is no photo."""
    below = folder / "Urlaub 1987" / "Jürgen & Ana"
    below.mkdir(parents=True)
    face = PILImage.fromarray(small_face()[40:168, 30:158])
    exif = PILImage.Exif()
    exif[0x0112] = 6
    clear = face.copy()
    clear.putalpha(PILImage.linear_gradient("L").resize(face.size))
    face.rotate(90, expand=True).save(folder / "a.jpg", exif=exif)
    clear.save(folder / "a.webp", lossless=True)
    (folder / "deep.png").write_bytes(png(np.asarray(face, np.uint16) * 257))
    face.convert("L").save(folder / "GRAY.TIFF")
    face.save(folder / "b.avif")
    (folder / "c.jxl").write_bytes(imagecodecs.jpegxl_encode(np.asarray(face)))
    (below / "d.heic").write_bytes(heic(np.asarray(face)))
    face.save(below / "e.bmp")
    face.quantize(64).save(below / "f.gif")
    (below / "broken.jpg").write_bytes((folder / "a.jpg").read_bytes()[:700])
    (folder / "notes.txt").write_text("not a photo")
    (folder / ".hidden.png").write_bytes(PHOTO)
    return [path for path in folder.rglob("*.*") if path.suffix != ".txt" and not path.name.startswith(".")]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with listening() as found:
        yield found


def lines_of(report: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in report.read_text().splitlines()]


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


RESULTS = {
    "a.jpg.png", "a.webp.png", "deep.png", "GRAY.png", "b.png", "c.png",
    "Urlaub 1987/Jürgen & Ana/d.png", "Urlaub 1987/Jürgen & Ana/e.png", "Urlaub 1987/Jürgen & Ana/f.png",
}  # fmt: skip


@pytest.mark.slow
def test_a_folder_with_a_broken_file_is_done_but_for_that_file_and_goes_on_where_it_stopped(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out, report = tmp_path / "in", tmp_path / "in" / "out", tmp_path / "report.jsonl"
    assert len(ten_files(given)) == 10
    command = ["enhance", str(given), "-o", str(out), "--url", url, "--report", str(report), "--jobs", "3"]
    assert main(command) == 1
    assert files_below(out) == RESULTS, "each file is there, whole, under a name of its own; nothing else is"
    said = capsys.readouterr().err
    assert "FAILED" in said and "broken.jpg" in said and "9 done, 0 skipped, 1 failed" in said
    lines = {line["input"]: line for line in lines_of(report)}
    assert len(lines) == 10
    failed = lines.pop(str(given / "Urlaub 1987" / "Jürgen & Ana" / "broken.jpg"))
    assert failed["status"] == "failed" and failed["code"] == "undecodable" and failed["stage"] == "decode"
    for name, line in lines.items():
        assert line["status"] == "done" and line["seconds"] > 0 and line["data"]["faces"]
        assert line["sha256"] == hashlib.sha256(Path(name).read_bytes()).hexdigest()
        with PILImage.open(line["output"]) as result:
            assert result.size == (line["data"]["width"], line["data"]["height"])

    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.png")}
    (out / "GRAY.png").unlink()
    assert main(command) == 1
    assert "1 done, 8 skipped, 1 failed" in capsys.readouterr().err
    assert {path for path in before if path.stat().st_mtime_ns != before[path]} == {out / "GRAY.png"}
    assert [line["status"] for line in lines_of(report)[10:]].count("skipped") == 8, "the report is added to"


def test_a_result_is_replaced_only_when_told(url: str, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(PHOTO)
    target = tmp_path / "result.jpg"
    target.write_bytes(b"precious")
    command = ["enhance", str(tmp_path / "photo.png"), "-o", str(target), "--url", url, "-q"]
    assert main(command) == 0 and target.read_bytes() == b"precious"
    assert main([*command, "--overwrite"]) == 0
    with PILImage.open(target) as result:
        assert result.format == "JPEG", "the name of OUT decides the format"


@pytest.mark.slow
def test_patterns_and_pipes(url: str, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(PHOTO)
    assert main(["enhance", str(tmp_path / "*.png"), "-o", str(tmp_path / "out"), "--url", url, "-q"]) == 0
    assert files_below(tmp_path / "out") == {"one.png", "two.png"}
    run = subprocess.run([*VISAGE, "enhance", "-", "--url", url], input=PHOTO, capture_output=True, cwd=ROOT)
    assert run.returncode == 0 and run.stdout == (tmp_path / "out" / "one.png").read_bytes()


def test_names_may_be_long_or_no_utf8_and_results_may_go_above_their_photos(url: str, tmp_path: Path) -> None:
    scans, report = tmp_path / "scans", tmp_path / "report.jsonl"
    scans.mkdir()
    names = [os.fsdecode(b"\xe9t\xe9.png"), f"{'n' * 251}.png", "new\nline.png"]
    for name in names:
        (scans / name).write_bytes(PHOTO)
    assert main(["enhance", str(scans), "-o", str(tmp_path), "--url", url, "--report", str(report), "-q"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"scans", "report.jsonl", *names}
    assert {line["input"] for line in lines_of(report)} == {str(scans / name) for name in names}


@pytest.mark.slow
def test_every_option_of_a_request_is_one_of_the_command(url: str, tmp_path: Path) -> None:
    help_text = subprocess.run([*VISAGE, "enhance", "--help"], capture_output=True, text=True, cwd=ROOT).stdout
    assert [name for name in EnhanceOptions.model_fields if f"--{name.replace('_', '-')}" not in help_text] == []
    (tmp_path / "photo.png").write_bytes(PHOTO)
    stages, out = FakeStages(), tmp_path / "out"
    command = ["enhance", str(tmp_path), "-o", str(out), "-q"]
    assert "--lossless / --no-lossless" in help_text
    chosen = ["--upscale-factor", "3", "--no-background", "--faces", "largest", "--strength", "0.5"]
    with listening(stages) as own:
        assert main([*command, "--url", own, *chosen, "--output-format", "jpeg"]) == 0
    assert len(stages.asked("restorer")) == 1 and not stages.asked("upscaler")
    with PILImage.open(out / "photo.jpg") as result:
        assert result.size == (384, 288)
    crops, report = ["--face-crops", "--layers", "--faces", '[{"index": 1}]', "--overwrite"], tmp_path / "report.jsonl"
    assert main([*command, "--url", url, *crops, "--report", str(report)]) == 0
    beside = {"photo.face-2.png", "photo.background.png", "photo.layer-2.png"}
    assert files_below(out) == {"photo.jpg", "photo.png", *beside}
    assert [face["restored"] for face in lines_of(report)[0]["data"]["faces"]] == [False, True]
    assert report.stat().st_size < 5000, "pictures are not in the report"


@pytest.mark.parametrize(("more", "words"), [
    (["--upscale-factor", "9"], "--upscale-factor"),
    (["--faces", "some"], "--faces"),
    (["--min-face-size", "9", "--max-face-size", "5"], "max_face_size"),
    (["nothing-there.png"], "nothing-there.png"),
    (["--reference", __file__, "--watch"], "needs a folder"),
    (["-o", "result.gif"], "png, jpeg"),
    (["-o", "result.png", "--output-format", "webp"], "webp"),
    (["--report", "/"], "--report"),
    (["--url", "localhost:8000"], "http://127.0.0.1:8000"),
    (["--url", "http://[::1"], "http://127.0.0.1:8000"),
])  # fmt: skip
def test_a_wrong_command_says_what_is_wrong(
    more: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo.png").write_bytes(PHOTO)
    assert main(["enhance", str(tmp_path / "photo.png"), "-o", str(tmp_path / "out"), *more]) == 2
    assert words in capsys.readouterr().err and {path.name for path in tmp_path.iterdir()} == {"photo.png"}


def test_results_do_not_go_where_the_photos_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "photo.png").write_bytes(PHOTO)
    assert main(["enhance", str(tmp_path), "-o", str(tmp_path)]) == 2
    assert "another folder" in capsys.readouterr().err


def test_a_service_that_cannot_be_reached_or_is_elsewhere_ends_the_batch_at_once(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo.png").write_bytes(PHOTO)
    nobody = f"http://127.0.0.1:{free_port()}"
    assert main(["enhance", str(tmp_path), "-o", str(tmp_path / "out"), "--url", nobody, "--retries", "0"]) == 3
    assert "cannot be reached" in capsys.readouterr().err
    assert main(["enhance", str(tmp_path), "-o", str(tmp_path / "out"), "--url", f"{url}/api/elsewhere"]) == 3


@pytest.mark.slow
def test_a_key_is_sent_and_a_wrong_one_ends_the_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISAGE_API_KEY", raising=False)
    (tmp_path / "photo.png").write_bytes(PHOTO)
    presented, entry = new_key()
    keys = {"source": file_of(tmp_path / "keys.yaml", entry)}
    with listening(keys=keys) as closed:
        command = ["enhance", str(tmp_path / "photo.png"), "-o", str(tmp_path / "out"), "--url", closed, "--overwrite"]
        assert main(command) == 3 and "API key" in capsys.readouterr().err
        assert main([*command, "--api-key", presented]) == 0
        monkeypatch.setenv("VISAGE_API_KEY", presented)
        assert main(command) == 0
        assert main([*command, "--api-key", "visage_wrong"]) == 3, "what is written goes before the environment"


@pytest.mark.slow
def test_missing_weights_end_the_batch_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photo.png").write_bytes(PHOTO)
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path / "empty"))
    assert main(["enhance", str(tmp_path), "-o", str(tmp_path / "out")]) == 3
    assert "make weights" in capsys.readouterr().err


def _started(command: list[str]) -> subprocess.Popen[str]:
    """The command, listening to Ctrl-C, which a background job of a shell ignores."""

    def listen() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, preexec_fn=listen)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_whole_results_and_nothing_else(number: signal.Signals, tmp_path: Path) -> None:
    given, out = tmp_path / "in", tmp_path / "out"
    given.mkdir()
    for index in range(3):
        (given / f"{index}.png").write_bytes(png(small_face()))
    with listening(SlowFakeStages()) as slow:
        command = [*VISAGE, "enhance", str(given), "-o", str(out), "--url", slow]
        process = _started(command)
        wait_until((out / "0.png").exists, alive=lambda: process.poll() is None)
        process.send_signal(number)
        said = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 130 and "Stopped." in said and "Traceback" not in said
    assert {"0.png"} <= files_below(out) < {"0.png", "1.png", "2.png"}
    with PILImage.open(out / "0.png") as result:
        result.load()


@pytest.mark.slow
def test_watching_does_what_is_there_and_what_comes(url: str, tmp_path: Path) -> None:
    """One photo is cut short at the start and whole later; the other comes slowly, with a name that is no UTF-8."""
    given, out = tmp_path / "in", tmp_path / "out"
    given.mkdir()
    early, late = given / "early.png", given / os.fsdecode(b"late\xe9.png")
    early.write_bytes(PHOTO[: len(PHOTO) // 2])
    command = [*VISAGE, "enhance", str(given), "-o", str(out), "--url", url, "--watch"]
    process, said = _started(command), ""

    def wait_for(words: str) -> None:
        nonlocal said
        assert process.stderr is not None
        while words not in said:
            line = process.stderr.readline()
            assert line, f"it has ended: {said}"
            said += line

    try:
        wait_for(f"FAILED   {early}")
        early.write_bytes(PHOTO)
        wait_for(f"done     {early}")
        with late.open("wb") as file:
            file.write(PHOTO[: len(PHOTO) // 2])
            file.flush()
            time.sleep(0.3)
            file.write(PHOTO[len(PHOTO) // 2 :])
        wait_for("/late")
        assert (out / early.name).exists() and (out / late.name).exists()
    finally:
        process.send_signal(signal.SIGINT)
        said += process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 1 and "2 done, 0 skipped, 1 failed" in said and "Traceback" not in said


def test_the_page_of_a_result_is_complete_in_itself(url: str, tmp_path: Path) -> None:
    photo = tmp_path / "<b>photo & co.png"
    photo.write_bytes(PHOTO)
    assert main(["enhance", str(photo), "-o", str(tmp_path / "out"), "--url", url, "--report-html", "-q"]) == 0
    page = (tmp_path / "out" / "<b>photo & co.png.html").read_text()
    assert "This is an illustration, not evidence." in page and hashlib.sha256(PHOTO).hexdigest() in page
    assert all(models in page for models in ("gfpgan-v1.4, bisenet", "realesr-general-x4v3", "31.50 dB", "0.900"))
    assert "default-src 'none'" in page and "<script" not in page
    loaded = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"'\s>]+)", page)
    assert len(loaded) == 4 and all(address.startswith("data:image/jpeg;base64,") for address in loaded)


def test_in_this_process_it_answers_as_the_service_does(url: str) -> None:
    events: list[Any] = []
    enhancer = LocalEnhancer(FakeStages(), Settings())
    local = asyncio.run(enhancer.enhance(PHOTO, on_progress=events.append, upscale_factor=1))
    with Visage(url) as client:
        remote = client.enhance(PHOTO, upscale_factor=1)
    assert local.image == remote.image
    assert local.data["faces"] == remote.data["faces"] and local.data["models"] == remote.data["models"]
    assert any(event["stage"] == "upscaler" and event["total"] == 2 for event in events)
    with pytest.raises(RequestFailed) as caught:
        asyncio.run(enhancer.enhance(PHOTO[:60]))
    assert caught.value.code == "undecodable" and caught.value.stage == "decode"


def test_help_comes_quickly() -> None:
    """Measured in imports, since a busy machine may take any time: see test_architecture. Here it only has to work."""
    run = subprocess.run([*VISAGE, "--help"], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0 and "doctor" in run.stdout and "130 Ctrl-C" in " ".join(run.stdout.split())


@pytest.mark.weights
@pytest.mark.slow
def test_the_real_models_restore_a_folder_with_a_broken_file(tmp_path: Path) -> None:
    given, out, report = tmp_path / "in", tmp_path / "out", tmp_path / "report.jsonl"
    ten_files(given)
    command = [*VISAGE, "enhance", str(given), "-o", str(out), "--report", str(report), "--report-html"]
    run = subprocess.run(
        [*command, "--upscale-factor", "1", "--no-background"], capture_output=True, text=True, cwd=ROOT
    )
    assert run.returncode == 1 and "Traceback" not in run.stderr, run.stderr
    assert files_below(out) == RESULTS | {f"{name}.html" for name in RESULTS}
    done = [line for line in lines_of(report) if line["status"] == "done"]
    assert len(done) == 9
    for line in done:
        assert line["data"]["metrics"]["identity_similarity"] > 0.5 and line["data"]["faces"][0]["restored"]
    with PILImage.open(out / "deep.png") as deep, PILImage.open(io.BytesIO((out / "a.webp.png").read_bytes())) as clear:
        assert deep.size == (128, 128) and clear.mode == "RGBA"
