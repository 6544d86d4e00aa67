"""Results in an object store that speaks S3, if the operator wants that: responses have a URL in place of base64.

boto3 is imported only then. Credentials come from the environment alone, never from files or a metadata service.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from deployments.errors import StorageUnavailable
from serve_app.settings import StorageSettings

logger = logging.getLogger("visage.storage")

KEY_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_NAME_BYTES = 32
_CONNECT_S, _READ_S = 5, 60
_THREADS = 8
"""Of their own: a store that does not answer must not hold asyncio's, which readiness needs."""


class StorageCannotBeUsed(Exception):
    """Results are to be stored but cannot be; the message is for the operator."""


class Storage:
    """One bucket, or what begins with a prefix in it. Objects have names that nobody can guess."""

    def __init__(self, settings: StorageSettings) -> None:
        """Raises StorageCannotBeUsed where boto3 or the credentials are missing. Connects to nothing yet."""
        parts = urlsplit(settings.url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        self._lifetime_s = settings.url_lifetime_s
        self._films = settings.films.rstrip("/")
        self._client = _client(settings)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage")

    def require_usable(self) -> None:
        """Raise StorageCannotBeUsed where the bucket is not there or not ours."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.head_bucket(Bucket=self._bucket)
        except (BotoCoreError, ClientError) as error:
            raise StorageCannotBeUsed(f"The bucket {self._bucket} of storage.url cannot be used: {error}") from None

    async def put(self, picture: bytes, media_type: str) -> str:
        """Store a picture; returns its s3:// address, which is no URL that anybody could fetch. See `url`."""
        name = f"{secrets.token_urlsafe(_NAME_BYTES)}.{media_type.rpartition('/')[2]}"
        key = f"{self._prefix}/{name}" if self._prefix else name
        arguments = {"Key": key, "Body": picture, "ContentType": media_type, "CacheControl": "private, no-store"}
        await self._call("put_object", **arguments)
        return f"s3://{self._bucket}/{key}"

    async def delete(self, address: str) -> None:
        """Remove what `put` has stored."""
        await self._call("delete_object", Key=_key_of(address))

    def url(self, address: str) -> str:
        """A URL by which anybody may fetch the picture for `storage.url_lifetime_s`; made without asking the store."""
        found: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": _key_of(address)}, ExpiresIn=self._lifetime_s
        )
        return found

    async def film(self, address: str, max_bytes: int) -> bytes | None:
        """At most so many bytes of what a client names; None where nothing is, or it is not below `storage.films`."""
        parts = urlsplit(address)
        steps_out = {".", ".."} & set(parts.path.split("/"))  # servers might take them for folders
        if not self._films or not address.startswith(f"{self._films}/") or steps_out:
            return None
        return await asyncio.to_thread(self._read, parts.netloc, parts.path.removeprefix("/"), max_bytes)

    def _read(self, bucket: str, key: str, max_bytes: int) -> bytes | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            with contextlib.closing(self._client.get_object(Bucket=bucket, Key=key)["Body"]) as body:
                found: bytes = body.read(max_bytes)
                return found
        except self._client.exceptions.NoSuchKey:
            return None
        except (BotoCoreError, ClientError) as error:
            logger.error("The object store: %s", error)
            raise StorageUnavailable from error

    async def _call(self, method: str, **arguments: Any) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        call = partial(getattr(self._client, method), Bucket=self._bucket, **arguments)
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except (BotoCoreError, ClientError) as error:
            logger.error("The object store: %s", error)
            raise StorageUnavailable from error


def storage_of(settings: StorageSettings) -> Storage | None:
    """The storage of the settings; None where results are not stored. Raises StorageCannotBeUsed."""
    return Storage(settings) if settings.url else None


def _key_of(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")


def _client(settings: StorageSettings) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise StorageCannotBeUsed(
            f"Results are to be stored (storage.url) but the Python package {error.name} is missing. "
            "Install the extra `s3`: pip install 'visage[s3]'"
        ) from None
    missing = [name for name in (KEY_VARIABLE, SECRET_VARIABLE) if not os.environ.get(name)]
    if missing:
        raise StorageCannotBeUsed(
            f"Results are to be stored (storage.url) but the environment variable {missing[0]} is not set."
        )
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint or None,
        region_name=settings.region,
        aws_access_key_id=os.environ[KEY_VARIABLE],
        aws_secret_access_key=os.environ[SECRET_VARIABLE],
        aws_session_token=os.environ.get(TOKEN_VARIABLE),
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if settings.endpoint else "auto"},
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            retries={"max_attempts": 2},
            request_checksum_calculation="when_required",  # servers other than Amazon's may not know the newer ones
        ),
    )
