"""Signs a result whose photo has a C2PA manifest of its own, which the result then carries as its parent's.

That manifest is a stranger's, and the C2PA library follows manifests by recursion: a long chain takes more stack than
there is. So `python -m serve_app.carried_credentials` does it in a process of its own, which gets key and pictures by
a pipe. Nothing reaches a disk.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

_IN_MEMORY_MB = 1 << 30
"""Beyond it the library would write the picture into a temporary file."""
LIBRARY = {
    "builder": {"thumbnail": {"enabled": False}},
    "core": {"allowed_network_hosts": [], "backing_store_memory_threshold_in_mb": _IN_MEMORY_MB},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}
"""The library's settings: no thumbnails, no files, and nobody is asked."""
STAYING = ("c2pa.actions", "c2pa.hash.", "c2pa.ingredient")
"""Assertions that say what was done and with what. C2PA 2.2, 6.8, lets all others be taken out."""
_CPU_S, _TIMEOUT_S = 20, 120.0
_BASE_BYTES, _TIMES_FILES = 2 * 2**30, 12


class CannotCarry(Exception):
    """The photo's manifest cannot be read, or takes more than it may."""


@dataclass(frozen=True)
class Signing:
    """What is to be signed, beside the bytes of both pictures."""

    manifest: dict[str, Any]
    """Of the result, as for the library's Builder, with one ingredient and one assertion: the actions."""
    media_type: str
    photo_type: str
    private: bool
    """Whether only STAYING stays of the photo's manifests."""
    algorithm: str
    chain: str
    key: str


def sign_carrying(signing: Signing, picture: bytes, photo: bytes) -> bytes:
    """The file `picture`, signed; raises CannotCarry. Takes 0.3 s more than signing alone."""
    parts = json.dumps(asdict(signing)).encode(), picture, photo
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-B", "-m", __name__],
            input=b"".join(len(part).to_bytes(8, "big") + part for part in parts),
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise CannotCarry(f"ended with {error.returncode}: {said[:200]!r}") from None
    except (subprocess.TimeoutExpired, OSError) as error:
        raise CannotCarry(type(error).__name__) from None
    return done.stdout


def _sign(signing: Signing, picture: bytes, photo: bytes) -> bytes:
    import c2pa

    keys = c2pa.C2paSignerInfo(signing.algorithm, signing.chain.encode(), signing.key.encode(), None)
    context = c2pa.Context.from_dict(LIBRARY, signer=c2pa.Signer.from_info(keys))
    manifest = signing.manifest
    (ingredient,) = manifest.pop("ingredients")
    if signing.private:
        told = _told_beside(c2pa.Reader(signing.photo_type, io.BytesIO(photo), context=context))
        (actions,) = manifest["assertions"]
        actions["data"]["actions"] += [
            {"action": "c2pa.redacted", "reason": "c2pa.PII.present", "parameters": {"redacted": uri}} for uri in told
        ]
        manifest["redactions"] = told
    builder = c2pa.Builder(manifest, context)
    builder.add_ingredient(ingredient, signing.photo_type, io.BytesIO(photo))
    signed = io.BytesIO()
    builder.sign(signing.media_type, io.BytesIO(picture), signed)
    return signed.getvalue()


def _told_beside(reader: Any) -> list[str]:
    """The addresses of all assertions in all manifests but those of STAYING."""
    manifests = json.loads(reader.detailed_json())["manifests"]
    return [
        f"self#jumbf=/c2pa/{label}/c2pa.assertions/{name}"
        for label, manifest in manifests.items()
        for name in manifest["assertion_store"]
        if not name.startswith(STAYING)
    ]


def _received(source: BinaryIO) -> bytes:
    return source.read(int.from_bytes(source.read(8), "big"))


def main() -> None:
    """Sign what standard input has, onto standard output."""
    source = sys.stdin.buffer
    header, picture, photo = _received(source), _received(source), _received(source)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would have the picture in it
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_BASE_BYTES + _TIMES_FILES * (len(picture) + len(photo)),) * 2)
    sys.stdout.buffer.write(_sign(Signing(**json.loads(header)), picture, photo))


if __name__ == "__main__":
    main()
