"""A photo that says everything of itself, written by exiftool."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PIL import Image as PILImage

from tests.helpers.images import saved, to_bytes, waves

_TAGS = {
    "Orientation#": "6",
    "Artist": "Jörg",
    "ImageDescription": "Das Märchen",
    "Make": "Acme",
    "DateTimeOriginal": "1962:07:01 12:00:00",
    "FNumber": "2.8",
    "UserComment": "Grüße",
    "SerialNumber": "S3CRET",
    "LensSerialNumber": "S3CRET",
    "ExifIFD:ImageUniqueID": "S3CRET",
    "GPSLatitude": "47.5",
    "GPSLatitudeRef": "N",
    "XMP-exif:GPSLatitude": "47.5",
    "XMP-aux:SerialNumber": "S3CRET",
    "XMP-photoshop:City": "Bern",
    "XMP-iptcExt:LocationShownCity": "Bern",
    "XMP-xmpMM:DocumentID": "S3CRET",
    "XMP-dc:Title": "Ferien",
    "IPTC:City": "Bern",
    "IPTC:Keywords": "k1",
}


def photo_with_everything(path: Path) -> bytes:
    """A JPEG of 128x96 pixels that is to be turned to 96x128, with a thumbnail, in `path`, and its bytes."""
    picture = PILImage.fromarray(to_bytes(waves(96, 128)))
    path.write_bytes(saved(picture, "JPEG"))
    thumbnail = path.with_suffix(".thumbnail")
    thumbnail.write_bytes(saved(picture.resize((64, 48)), "JPEG"))
    written = [f"-{tag}={value}" for tag, value in _TAGS.items()] + ["-XMP-dc:Subject=a", "-XMP-dc:Subject=b"]
    written.append(f"-ThumbnailImage<={thumbnail}")
    subprocess.run(["exiftool", "-q", "-q", "-overwrite_original", *written, str(path)], check=True)
    return path.read_bytes()
