"""`visage signing-key`: a key of one's own for signed results."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = timedelta(days=3652)
"""Without a time-stamp server a signature is good for as long as its certificate is."""


@click.command(short_help="Make a key that signs results.")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.pem")
@click.option("--name", required=True, help="Who signs: a person, or an organization.")
def signing_key(out: Path, name: str) -> None:
    """Make a private key with a certificate of its own, for the setting c2pa.source.

    Writes OUT.pem, which is secret, and OUT.root.pem, the certificate that others need to trust these signatures.
    Nobody has checked the name in it: what it proves is that a result comes from who has OUT.pem, and is unchanged.
    """
    root_path = out.with_suffix(".root.pem")
    for path in (out, root_path):
        if path.exists():
            raise click.UsageError(f"{path} exists. Keep it, or choose another name.")
    secret, root = self_made(name)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    root_path.write_bytes(root)
    click.echo(f'{out}: the key. Keep it secret, and set c2pa: {{ source: "file:{out.resolve()}" }}')
    click.echo(f"{root_path}: the certificate to give to those who check results.")


def self_made(name: str, began: datetime | None = None) -> tuple[bytes, bytes]:
    """A P-256 key with its certificate, and the root that has signed it, whose own key is thrown away; both PEM.

    They are valid from `began`, by default now. A root of its own, and the extended key usage of e-mail protection, are
    what C2PA 2.2, 14.5.1, asks for.
    """
    root_key, own_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    since = began or datetime.now(UTC)

    def certificate(title: str, key: ec.EllipticCurvePublicKey, ca: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder(_named(f"{name}, root", name), _named(title, name), key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(since + _LIFETIME)
            .add_extension(x509.BasicConstraints(ca, 0 if ca else None), critical=True)
            .add_extension(_usage(sign=not ca, certify=ca), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        )

    mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    own = certificate(name, own_key.public_key(), ca=False).add_extension(mail, critical=False)
    pem, sha256 = serialization.Encoding.PEM, hashes.SHA256()
    root_pem = certificate(f"{name}, root", root_key.public_key(), ca=True).sign(root_key, sha256).public_bytes(pem)
    secret = own_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return secret + own.sign(root_key, sha256).public_bytes(pem) + root_pem, root_pem


def _named(title: str, organization: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, title)]
    )


def _usage(*, sign: bool, certify: bool) -> x509.KeyUsage:
    return x509.KeyUsage(sign, False, False, False, False, certify, certify, False, False)
