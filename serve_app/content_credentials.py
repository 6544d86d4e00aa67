"""Signed results: a C2PA manifest ("Content Credentials") in each, if the operator wants that.

The C2PA library is imported only then. It signs in memory and is told to ask nobody: no time-stamp server, no
certificate status, no manifests elsewhere.
"""

from __future__ import annotations

import io
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from deployments.imaging.formats import OUTPUT_FORMATS
from deployments.notes import Note, NoteCode
from serve_app import __version__
from serve_app.carried_credentials import LIBRARY, CannotCarry, Signing, sign_carrying
from serve_app.pipeline.provenance import ENHANCED, GENERATED, Provenance, Sign
from serve_app.settings import C2paSettings

logger = logging.getLogger("visage")

_ALGORITHMS = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
"""What C2PA 2.2, 13.2.1, allows for the elliptic curves."""
_ORIGINAL = "original"
_NOT_CARRIED = Note(
    "The result does not carry on the photo's Content Credentials (C2PA): they could not be read.",
    NoteCode.CREDENTIALS_UNREADABLE,
)
_NOTHING = Provenance("", "image/png", (), (), restored=False, resized=False)


class CannotSign(Exception):
    """Results are to be signed but cannot be; the message is for the operator."""


class Signer:
    """Signs results with one key. Its methods may be called in several threads at once."""

    def __init__(self, settings: C2paSettings) -> None:
        """Reads the key and tries it on a picture of one pixel; raises CannotSign."""
        self._where = settings.source
        try:
            import c2pa
            import cryptography  # noqa: F401
        except ImportError as error:
            raise CannotSign(
                f"Results are to be signed (c2pa.source) but the Python package {error.name} is missing. "
                "Install the extra `c2pa`: pip install 'visage[c2pa]'"
            ) from None
        self._c2pa = c2pa
        self._key, self._chain, self._algorithm = self._read()
        try:
            signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(self._algorithm, self._chain, self._key, None))
            self._context = c2pa.Context.from_dict(LIBRARY, signer=signer)
            png = OUTPUT_FORMATS["png"]
            self(png.encode(np.zeros((1, 1, 3), np.float32), None), png.media_type, _NOTHING)
        except c2pa.C2paError as error:
            raise CannotSign(f"{self._where} cannot sign results: {error}") from None

    def __call__(self, picture: bytes, media_type: str, made: Provenance) -> tuple[bytes, list[Note]]:
        """The file with a signed manifest, and notes for its readers; pixels and all else in it stay as they are.

        The photo's own manifest goes along, see docs/decisions.md, "What a signature says".
        """
        if made.photo is not None:
            signing = Signing(
                _manifest(media_type, made),
                media_type,
                made.original_type,
                made.private,
                self._algorithm,
                self._chain.decode(),
                self._key.decode(),
            )
            try:
                return sign_carrying(signing, picture, made.photo), []
            except CannotCarry as error:
                logger.warning("a photo's C2PA manifest is not carried on: %s", error)
        signed = io.BytesIO()
        self._c2pa.Builder(_manifest(media_type, made), self._context).sign(media_type, io.BytesIO(picture), signed)
        return signed.getvalue(), [] if made.photo is None else [_NOT_CARRIED]

    def sign_file(self, source: Path, target: Path, media_type: str, made: Provenance) -> None:
        """The same for a file of any size, which carries on no manifest; `target` is written anew."""
        with source.open("rb") as unsigned, target.open("w+b") as signed:
            self._c2pa.Builder(_manifest(media_type, made), self._context).sign(media_type, unsigned, signed)

    def _read(self) -> tuple[bytes, bytes, str]:
        """The private key and the certificates, leaf first, as PEM, and the name of the algorithm."""
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

        kind, _, name = self._where.partition(":")
        try:
            text = Path(name).read_bytes() if kind == "file" else os.environ[name].encode()
            key = serialization.load_pem_private_key(text, None)
            certificates = x509.load_pem_x509_certificates(text)
        except KeyError:
            raise CannotSign(f"The environment variable {name} with the key of c2pa.source is not set.") from None
        except (OSError, TypeError, ValueError) as error:  # TypeError: it has a password
            raise CannotSign(f"{self._where} (c2pa.source) cannot be read: {error}") from None
        if certificates[0].public_key() != key.public_key():
            raise CannotSign(f"{self._where} (c2pa.source): the first certificate does not belong to the key.")
        self.name = certificates[0].subject.rfc4514_string()
        """Of whom the certificate says that they sign."""
        self.valid_until: datetime = certificates[0].not_valid_after_utc
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _ALGORITHMS:
            algorithm = _ALGORITHMS[key.curve.name]
        elif isinstance(key, rsa.RSAPrivateKey):
            algorithm = "ps256"
        elif isinstance(key, ed25519.Ed25519PrivateKey):
            algorithm = "ed25519"
        else:
            raise CannotSign(f"{self._where} (c2pa.source): C2PA does not know keys of this kind.")
        pem = serialization.Encoding.PEM
        own = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return own, b"".join(each.public_bytes(pem) for each in certificates), algorithm


def signer_of(settings: C2paSettings) -> Sign | None:
    """What signs the results; None where they are not signed. Raises CannotSign."""
    return Signer(settings) if settings.source else None


def _manifest(media_type: str, made: Provenance) -> dict[str, Any]:
    return {
        "claim_generator_info": [{"name": "Visage", "version": __version__}],
        "format": media_type,
        "ingredients": [
            {
                "label": _ORIGINAL,
                "title": _ORIGINAL,
                "format": made.original_type,
                "instance_id": f"sha256:{made.original}",
                "relationship": "parentOf",
            }
        ],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": _actions(made)}}],
    }


def _actions(made: Provenance) -> list[dict[str, Any]]:
    """What was done, in the terms of C2PA 2.2, 18.15."""
    actions: list[dict[str, Any]] = [
        {"action": "c2pa.opened", "parameters": {"ingredientIds": [_ORIGINAL]}},
        _action("c2pa.resized" if made.resized else "c2pa.enhanced", ENHANCED, made.upscalers),
    ]
    if made.restored:
        actions.append(_action("c2pa.edited", GENERATED, made.restorers))
    return actions


def _action(name: str, source_type: str, models: tuple[str, ...]) -> dict[str, Any]:
    agent = {"softwareAgent": {"name": ", ".join(models)}} if models else {}
    return {"action": name, "digitalSourceType": source_type, **agent}
