"""What a result carries besides its pixels, as exiftool reads it, through the API."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as PILImage

from deployments.imaging.formats import OUTPUT_FORMATS
from serve_app import __version__
from tests.helpers.api import enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO, saved, to_bytes, waves
from tests.helpers.metadata import photo_with_everything

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("exiftool") is None, reason="exiftool is not installed (apt install libimage-exiftool-perl)"
    ),
]
OPTIONS: dict[str, Any] = {"upscale_factor": 2, "background": False}
SOURCE, TOOL = "XMP-iptcExt:DigitalSourceType", "XMP-xmp:CreatorTool"
ORIGIN = "XMP-xmpMM:DerivedFromDocumentID"
SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SECRETS = ("S3CRET", "Bern", "47.5")
"""Serial numbers, and a place in words and figures."""


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return photo_with_everything(tmp_path_factory.mktemp("photo") / "photo.jpg")


def read(data: bytes, folder: Path) -> dict[str, Any]:
    """Everything that exiftool finds, by group and tag, numbers as they are."""
    path = folder / "result"
    path.write_bytes(data)
    told = subprocess.run(["exiftool", "-j", "-G1", "-n", "-a", str(path)], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(told.stdout)[0]
    return found


def test_the_photo_says_what_the_results_below_do_not(photo: bytes, tmp_path: Path) -> None:
    found = read(photo, tmp_path)
    assert "S3CRET" in json.dumps(found) and found["IPTC:City"] == "Bern" and found["GPS:GPSLatitude"] == 47.5
    assert "IFD1:ThumbnailImage" in found and found["IFD0:Orientation"] == 6


@pytest.mark.parametrize("name", sorted(OUTPUT_FORMATS))
def test_private_keeps_all_but_place_serial_numbers_and_previews(name: str, photo: bytes, tmp_path: Path) -> None:
    response = enhance(client_of(), photo, accept=OUTPUT_FORMATS[name].media_type, **OPTIONS)
    assert response.status_code == 200, response.text
    found = read(response.content, tmp_path)
    assert found["IFD0:Artist"] == "Jörg" and found["IFD0:ImageDescription"] == "Das Märchen"
    assert found["ExifIFD:DateTimeOriginal"] == "1962:07:01 12:00:00"
    assert found["ExifIFD:UserComment"] == "Grüße" and found["ExifIFD:FNumber"] == 2.8
    assert found["IFD0:Orientation"] == 1
    assert (found["ExifIFD:ExifImageWidth"], found["ExifIFD:ExifImageHeight"]) == (192, 256)
    assert found["XMP-dc:Subject"] == ["a", "b"] and found["XMP-dc:Title"] == "Ferien"
    assert ("IPTC:Keywords" in found) == (name in ("jpeg", "tiff"))
    assert not [tag for tag in found if "GPS" in tag or "Thumbnail" in tag or "MakerNote" in tag or "IFD1" in tag]
    assert not [secret for secret in SECRETS if secret in json.dumps(found) or secret.encode() in response.content]
    assert found[SOURCE] == SOURCES + "compositeWithTrainedAlgorithmicMedia"
    assert found[TOOL].startswith(f"Visage {__version__} (gfpgan-")
    assert found[ORIGIN] == "sha256:" + hashlib.sha256(photo).hexdigest()


@pytest.mark.parametrize("name", sorted(OUTPUT_FORMATS))
def test_keep_keeps_place_and_serial_numbers_too_but_no_old_face(name: str, photo: bytes, tmp_path: Path) -> None:
    found = read(enhance(client_of(), photo, output_format=name, metadata="keep", accept="image/*").content, tmp_path)
    assert found["GPS:GPSLatitude"] == 47.5 and found["ExifIFD:SerialNumber"] == "S3CRET"
    assert found["XMP-photoshop:City"] == "Bern"
    assert not [tag for tag in found if "Thumbnail" in tag or "MakerNote" in tag or "IFD1" in tag]


@pytest.mark.parametrize("name", sorted(OUTPUT_FORMATS))
def test_strip_leaves_only_the_mark_and_without_it_nothing(name: str, photo: bytes, tmp_path: Path) -> None:
    form: dict[str, Any] = OPTIONS | {"metadata": "strip", "accept": OUTPUT_FORMATS[name].media_type}
    found = read(enhance(client_of(), photo, **form).content, tmp_path)
    assert {tag for tag in found if tag.startswith("XMP-")} - {"XMP-x:XMPToolkit"} == {SOURCE, TOOL, ORIGIN}
    assert "Jörg" not in json.dumps(found, ensure_ascii=False) and not [t for t in found if t.startswith("ExifIFD")]
    bare = read(enhance(client_of(pipeline={"mark": False}), photo, **form).content, tmp_path)
    assert not [tag for tag in bare if tag.startswith(("XMP", "ExifIFD", "IPTC"))]


def test_without_a_restored_face_the_mark_says_that_it_was_only_enlarged(tmp_path: Path) -> None:
    for fields in ({"faces": "none"}, {"strength": 0}):
        response = enhance(client_of(), PHOTO, accept="image/png", **OPTIONS, **fields)
        assert read(response.content, tmp_path)[SOURCE] == SOURCES + "algorithmicallyEnhanced"


def test_an_older_mark_is_never_passed_on(photo: bytes, tmp_path: Path) -> None:
    first = enhance(client_of(), photo, accept="image/png", **OPTIONS).content
    again = enhance(client_of(), first, accept="image/png", faces="none", **OPTIONS).content
    found = read(again, tmp_path)
    assert found[SOURCE].endswith("algorithmicallyEnhanced")
    assert found[ORIGIN] == "sha256:" + hashlib.sha256(first).hexdigest()
    assert SOURCE not in read(
        enhance(client_of(pipeline={"mark": False}), first, accept="image/png", **OPTIONS).content, tmp_path
    )


def test_a_tiff_says_who_took_it_as_a_jpeg_does(photo: bytes, tmp_path: Path) -> None:
    tiff = enhance(client_of(), photo, accept="image/tiff", **OPTIONS).content
    found = read(enhance(client_of(), tiff, accept="image/jpeg", **OPTIONS).content, tmp_path)
    assert found["IFD0:Artist"] == "Jörg" and found["ExifIFD:DateTimeOriginal"] == "1962:07:01 12:00:00"
    assert found["IPTC:Keywords"] == "k1" and found["XMP-dc:Title"] == "Ferien"


def test_the_same_request_gives_the_same_bytes_and_only_the_result_is_marked(photo: bytes) -> None:
    form: dict[str, Any] = OPTIONS | {"layers": True, "face_crops": True}
    first, second = (enhance(client_of(FakeStages()), photo, **form).json()["data"] for _ in range(2))
    assert first["restored_image"] == second["restored_image"]
    pictures = [first["layers"]["background"], *(face["patch"] for face in first["layers"]["faces"])]
    for each in [*pictures, *(face["crop"] for face in first["faces"])]:
        assert b"xmp" not in base64.b64decode(each)


def test_a_photo_that_says_nothing_gets_only_the_mark(tmp_path: Path) -> None:
    plain = saved(PILImage.fromarray(to_bytes(waves(96, 128))), "JPEG")
    found = read(enhance(client_of(), plain, accept="image/jpeg", **OPTIONS).content, tmp_path)
    assert SOURCE in found and not [tag for tag in found if tag.startswith(("IFD0", "ExifIFD", "IPTC"))]
