"""Photos that somebody else's program has signed, and whose manifests there are in a file."""

from __future__ import annotations

import io
import json
from pathlib import Path

import c2pa

SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
PLACE = "48,51.1N"
"""In the manifests of as_camera."""


def as_camera(key: Path, photo: bytes, media_type: str = "image/png", parent: bytes | None = None) -> bytes:
    """`photo`, signed by somebody else's program, which tells where it was and shows it once more."""
    pem = key.read_bytes()
    at = pem.index(b"-----BEGIN CERT")
    info = c2pa.C2paSignerInfo("es256", pem[at:], pem[:at], None)
    thumbnails = {"builder": {"thumbnail": {"enabled": parent is None}}}
    context = c2pa.Context.from_dict(thumbnails, signer=c2pa.Signer.from_info(info))
    source = {"action": "c2pa.created", "digitalSourceType": SOURCES + "digitalCapture"}
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["before"]}}
    exif = {"@context": {"exif": "http://ns.adobe.com/exif/1.0/"}, "exif:GPSLatitude": PLACE}
    assertions = [
        {"label": "c2pa.actions.v2", "data": {"actions": [source if parent is None else opened]}},
        {"label": "stds.exif", "data": exif},
    ]
    builder = c2pa.Builder({"claim_generator_info": [{"name": "Camera"}], "assertions": assertions}, context)
    if parent is not None:
        builder.add_ingredient({"label": "before", "relationship": "parentOf"}, media_type, io.BytesIO(parent))
    result = io.BytesIO()
    builder.sign(media_type, io.BytesIO(photo), result)
    return result.getvalue()


def makers(reader: c2pa.Reader) -> list[str]:
    """Whose manifests there are, from the result's to the first."""
    found, manifests = [], json.loads(reader.json())
    label = manifests["active_manifest"]
    while label:
        manifest = manifests["manifests"][label]
        found.append(manifest["claim_generator_info"][0]["name"])
        label = next((each.get("active_manifest") for each in manifest.get("ingredients", [])), None)
    return found
