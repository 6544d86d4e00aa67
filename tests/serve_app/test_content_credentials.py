"""Signed results, as C2PA's own reader sees them, with a key that `visage signing-key` has made."""

from __future__ import annotations

import hashlib
import io
import json
import resource
import shutil
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from PIL import Image as PILImage

from deployments.contract import DecodeLimits
from deployments.imaging.codec import Decoded, decode
from deployments.imaging.formats import OUTPUT_FORMATS
from load.service import ROOT
from serve_app.cli.main import main
from serve_app.cli.signing_key import self_made
from serve_app.content_credentials import CannotSign, signer_of
from serve_app.pipeline.provenance import Provenance
from serve_app.settings import C2paSettings
from tests.helpers.api import enhance
from tests.helpers.credentials import PLACE, SOURCES, as_camera, makers
from tests.helpers.fakes import client_of
from tests.helpers.images import PHOTO, saved

pytestmark = pytest.mark.slow

OPTIONS: dict[str, Any] = {"upscale_factor": 1, "background": False}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "studio.pem"
    assert main(["signing-key", str(path), "--name", "Studio Anna"]) == 0
    return path


def signed(key: Path, name: str, photo: bytes = PHOTO, **form: Any) -> bytes:
    accept = OUTPUT_FORMATS[name].media_type
    response = enhance(client_of(c2pa={"source": f"file:{key}"}), photo, accept=accept, **OPTIONS | form)
    assert response.status_code == 200, response.text
    return response.content


def read(name: str, data: bytes, anchor: Path | None = None) -> c2pa.Reader:
    settings: dict[str, Any] = {"verify": {"remote_manifest_fetch": False}}
    if anchor is not None:
        settings["trust"] = {"user_anchors": anchor.read_text()}
    return c2pa.Reader(OUTPUT_FORMATS[name].media_type, io.BytesIO(data), context=c2pa.Context.from_dict(settings))


def problems(reader: c2pa.Reader) -> set[str]:
    return {each["code"] for each in reader.get_validation_results()["activeManifest"]["failure"]}


def pixels_of(data: bytes) -> Decoded:
    return decode(data, DecodeLimits(10**8, 10**8, 1))


@pytest.mark.parametrize("name", sorted(OUTPUT_FORMATS))
def test_the_manifest_is_valid_and_says_how_the_result_was_made(name: str, key: Path) -> None:
    data = signed(key, name)
    assert read(name, data, key.with_suffix(".root.pem")).get_validation_state() == "Trusted"
    reader = read(name, data)
    assert reader.get_validation_state() == "Valid" and problems(reader) == {"signingCredential.untrusted"}
    assert reader.is_embedded() and reader.get_remote_url() is None
    manifest = reader.get_active_manifest()
    assert manifest["signature_info"]["issuer"] == "Studio Anna"
    assert manifest["claim_generator_info"][0]["name"] == "Visage"
    (original,) = manifest["ingredients"]
    assert original["instance_id"] == "sha256:" + hashlib.sha256(PHOTO).hexdigest()
    assert original["relationship"] == "parentOf" and original["format"] == "image/png"
    (actions,) = [each["data"]["actions"] for each in manifest["assertions"] if "actions" in each["label"]]
    assert [action["action"] for action in actions] == ["c2pa.opened", "c2pa.enhanced", "c2pa.edited"]
    assert actions[2]["digitalSourceType"] == SOURCES + "compositeWithTrainedAlgorithmicMedia"
    assert actions[2]["softwareAgent"]["name"] == "gfpgan-v1.4, bisenet"
    assert "thumbnail" not in json.dumps(json.loads(reader.json())), "one would show the photo, or the face, once more"


@pytest.mark.parametrize("name", sorted(OUTPUT_FORMATS))
def test_a_signature_changes_nothing_else_and_shows_any_change(name: str, key: Path) -> None:
    data = signed(key, name)
    plain = enhance(client_of(), accept=OUTPUT_FORMATS[name].media_type, **OPTIONS).content
    assert len(data) - len(plain) < 8_000
    with_it, without = pixels_of(data), pixels_of(plain)
    assert np.array_equal(with_it.image, without.image) and with_it.metadata == without.metadata
    assert with_it.with_credentials == data and without.with_credentials is None
    manifest = data.index(b"jumb")  # it has some empty room, which is not signed; all else is
    at = manifest // 2 if manifest > 300 else len(data) - 40
    changed = read(name, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert changed.get_validation_state() == "Invalid"
    assert problems(changed) & {"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch"}


@pytest.mark.parametrize("choice", ["keep", "private", "strip"])
def test_a_photos_own_manifest_is_carried_on_as_its_metadata_are(choice: str, key: Path) -> None:
    photo = as_camera(key, PHOTO)
    data = signed(key, "jpeg", as_camera(key, PHOTO, parent=photo), metadata=choice)
    reader = read("jpeg", data)
    assert reader.get_validation_state() == "Valid" and problems(reader) == {"signingCredential.untrusted"}
    assert makers(reader) == (["Visage"] if choice == "strip" else ["Visage", "Camera", "Camera"])
    (original,) = reader.get_active_manifest()["ingredients"]
    assert original["relationship"] == "parentOf" and original["instance_id"].startswith("sha256:")
    everything = json.dumps(json.loads(reader.json()))
    assert (PLACE in everything) == (PLACE.encode() in data) == ('"thumbnail": {' in everything) == (choice == "keep")
    if choice != "strip":
        assert SOURCES + "digitalCapture" in everything
        again = signed(key, "png", data)
        assert makers(read("png", again)) == ["Visage", "Visage", "Camera", "Camera"]


def test_a_photo_that_was_changed_after_it_was_signed_is_told_so_by_the_result(key: Path) -> None:
    reader = read("png", signed(key, "png", as_camera(key, PHOTO) + b"more"))
    assert reader.get_validation_state() == "Valid", "of the result itself all is true"
    (original,) = reader.get_active_manifest()["ingredients"]
    found = {each["code"] for each in original["validation_results"]["activeManifest"]["failure"]}
    assert "assertion.dataHash.mismatch" in found


def test_what_is_not_carried_on_is_said(key: Path) -> None:
    photo = as_camera(key, PHOTO)
    unsigned = enhance(client_of(), photo, **OPTIONS).json()["data"]["warning"]
    assert "does not carry on the photo's Content Credentials" in unsigned
    assert enhance(client_of(), photo, metadata="strip", **OPTIONS).json()["data"]["warning"] is None
    at = photo.index(b"jumdc2pa") + 40
    broken = photo[:at] + b"\xff" * 40 + photo[at + 40 :]
    client = client_of(c2pa={"source": f"file:{key}"})
    data = enhance(client, broken, accept="application/json", **OPTIONS).json()["data"]
    assert "could not be read" in data["warning"]
    assert enhance(client, photo, **OPTIONS).json()["data"]["warning"] is None


def test_no_address_that_a_photo_names_is_asked_for_its_manifest(key: Path) -> None:
    """As the library does by itself: whoever sends a photo could have the service fetch what they like."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{elsewhere.server_port}/"
        names = 'xmlns:dcterms="http://purl.org/dc/terms/"'
        rdf = f'<rdf:Description rdf:about="" {names} dcterms:provenance="{url}"/>'
        xmp = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{rdf}</rdf:RDF>'
        packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{xmp}</x:xmpmeta>'.encode()
        photo = saved(PILImage.open(io.BytesIO(PHOTO)), "JPEG", xmp=packet, comment=b"jumdc2pa")
        with pytest.raises(c2pa.C2paError):
            c2pa.Reader("image/jpeg", io.BytesIO(photo))
        assert asked, "the photo is one that the library would ask for"
        asked.clear()
        assert makers(read("png", signed(key, "png", photo))) == ["Visage"]
        elsewhere.shutdown()
    assert asked == []


def test_manifests_without_end_cost_their_photo_alone(key: Path) -> None:
    """Their library follows them by recursion: here with less stack, so that they need not be thousands."""
    first = chain = as_camera(key, PHOTO)
    for _ in range(40):
        chain = as_camera(key, PHOTO, parent=chain)
    sign = signer_of(C2paSettings(source=f"file:{key}"))
    assert sign is not None
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (192 * 1024, hard))
    try:
        found = [
            sign(PHOTO, "image/png", Provenance("0" * 64, "image/png", (), (), True, True, photo))
            for photo in (first, chain)
        ]
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))
    assert [len(notes) for _, notes in found] == [0, 1]
    assert [makers(read("png", data)) for data, _ in found] == [["Visage", "Camera"], ["Visage"]]


def test_a_result_that_was_only_enlarged_says_so(key: Path) -> None:
    reader = read("png", signed(key, "png", faces="none", upscale_factor=2, background=True))
    (actions,) = [each["data"]["actions"] for each in reader.get_active_manifest()["assertions"]]
    assert [action["action"] for action in actions] == ["c2pa.opened", "c2pa.resized"]
    assert actions[1]["digitalSourceType"] == SOURCES + "algorithmicallyEnhanced"
    assert actions[1]["softwareAgent"]["name"] == "realesr-general-x4v3"


def test_without_a_key_nothing_is_signed() -> None:
    assert signer_of(C2paSettings()) is None
    data = enhance(client_of(), accept="image/png", **OPTIONS).content
    with pytest.raises(c2pa.C2paError.ManifestNotFound):
        read("png", data)


def test_the_key_is_secret_and_never_replaced(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "PRIVATE" in key.read_text() and "PRIVATE" not in key.with_suffix(".root.pem").read_text()
    before = key.read_bytes()
    assert main(["signing-key", str(key), "--name", "Somebody Else"]) == 2 and key.read_bytes() == before
    assert "exists" in capsys.readouterr().err


def test_what_cannot_sign_is_said_at_the_start(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(source: str) -> str:
        with pytest.raises(CannotSign) as caught:
            signer_of(C2paSettings(source=source))
        return str(caught.value)

    def file_of(content: bytes) -> str:
        (tmp_path / "key.pem").write_bytes(content)
        return f"file:{tmp_path / 'key.pem'}"

    secret, root = self_made("Studio Anna")
    parsed = serialization.load_pem_private_key(secret, None)
    locked = parsed.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )
    assert "/no/such/file" in refused("file:/no/such/file")
    assert "NO_SUCH_VARIABLE" in refused("env:NO_SUCH_VARIABLE")
    assert "cannot be read" in refused(file_of(root)), "a certificate without its key"
    assert "cannot be read" in refused(file_of(locked + root))
    assert "does not belong to the key" in refused(file_of(self_made("Somebody Else")[0][:250] + secret[250:]))
    assert "does not belong to the key" in refused(file_of(secret[: secret.index(b"-----BEGIN CERT")] + root))
    assert "not valid" in refused(file_of(self_made("Late", datetime(2001, 1, 1, tzinfo=UTC))[0]))
    monkeypatch.setenv("SIGNING_KEY", secret.decode())
    assert signer_of(C2paSettings(source="env:SIGNING_KEY")) is not None
    monkeypatch.setitem(sys.modules, "c2pa", None)
    assert "visage[c2pa]" in refused("env:SIGNING_KEY")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_signing_asks_nobody_and_writes_no_file(key: Path, tmp_path: Path) -> None:
    script = f"""
from serve_app.content_credentials import signer_of
from serve_app.pipeline.provenance import Provenance
from serve_app.settings import C2paSettings
from deployments.imaging.formats import OUTPUT_FORMATS
import numpy as np

sign = signer_of(C2paSettings(source="file:{key}"))
for each in OUTPUT_FORMATS.values():
    data = each.encode(np.zeros((64, 64, 3), np.float32), None)
    signed, _ = sign(data, each.media_type, Provenance("0" * 64, "image/jpeg", ("a",), ("b",), True, True))
    again, notes = sign(data, each.media_type, Provenance("0" * 64, each.media_type, (), (), True, True, signed))
    assert len(again) > len(signed) and not notes
"""
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-qq", "-e", "trace=network,open,openat,creat", "-o", str(trace), sys.executable]
    subprocess.run([*command, "-B", "-c", script], cwd=ROOT, check=True, timeout=120)
    calls = trace.read_text()
    assert "libc2pa_c" in calls and str(key) in calls, "the trace is of what it should be"
    assert "AF_INET" not in calls and "connect(" not in calls
    written = [line for line in calls.splitlines() if "O_WRONLY" in line or "O_RDWR" in line or "O_TMPFILE" in line]
    assert [line for line in written if '"/dev/null"' not in line] == []
