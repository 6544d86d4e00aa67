"""`visage enhance`: photos in, photos out, in this process or by a service."""

from __future__ import annotations

import asyncio
import signal
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, Unpack, cast

import click

from deployments.errors import ModelUnavailable
from deployments.imaging.formats import INPUT_FORMATS, OUTPUT_FORMATS
from serve_app.cli.batch import Batch, CannotWork, Enhancer, Status, Task
from serve_app.cli.exit_codes import ExitCode
from serve_app.cli.files import STANDARD, NothingFound, Source, find_sources, result_paths
from serve_app.cli.options import ServiceAddress, given_options, request_options
from serve_app.cli.progress import BatchProgress
from serve_app.client import AsyncVisage, Result
from serve_app.client.client import KEY_VARIABLE, OnProgress
from serve_app.client.types import EnhanceOptions as Options
from serve_app.pipeline.options import EnhanceOptions

EXTENSIONS = frozenset(extension for each in INPUT_FORMATS.values() for extension in each.extensions)
_OUTPUTS = {each.extension: name for name, each in OUTPUT_FORMATS.items()} | {name: name for name in OUTPUT_FORMATS}


@click.command(short_help="Restore photos.")
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option("-o", "--output", metavar="OUT", help="A folder; for one photo also a file, or - for standard output.")
@click.option(
    "--url",
    type=ServiceAddress(),
    help="The address of a service, which then does the work.  [default: in this process]",
)
@click.option("--api-key", envvar=KEY_VARIABLE, show_envvar=True, help="With --url, where the service wants one.")
@click.option("--config", type=click.Path(exists=True, path_type=Path), help="Settings of the stages, in this process.")
@click.option("--reference", type=click.File("rb"), help="Ground truth for one photo: metrics are taken against it.")
@click.option("--overwrite", is_flag=True, help="Replace results that exist; without it they are skipped.")
@click.option("--report", type=click.Path(path_type=Path), help="Add one line of JSON for each photo to this file.")
@click.option("--report-html", is_flag=True, help="A page beside each result: before, after, and where it changed.")
@click.option("--watch", is_flag=True, help="Then wait for new photos in the folders, until Ctrl-C.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Photos at once, with --url.  [default: 1]")
@click.option("--retries", type=click.IntRange(0), default=4, help="With --url, for each photo.  [default: 4]")
@click.option("-q", "--quiet", is_flag=True, help="Say only what failed.")
@request_options
def enhance(
    inputs: tuple[str, ...],
    output: str | None,
    url: str | None,
    api_key: str | None,
    config: Path | None,
    reference: Any,
    overwrite: bool,
    report: Path | None,
    report_html: bool,
    watch: bool,
    jobs: int,
    retries: int,
    quiet: bool,
    **options: Any,
) -> int:
    """Restore photos: files, folders with all below them, patterns in quotes, or - for standard input.

    What exists in OUT is skipped, so that the same command goes on where it was stopped. A photo that fails is
    reported and the others go on. A result appears under its name only when it is complete.
    """
    if output is None:
        if inputs != (STANDARD,):
            raise click.UsageError("-o says where the results go.")
        output = STANDARD
    given = _with_format(given_options(options | {"report": "html" if report_html else None}), output)
    folders = [Path(each) for each in inputs if Path(each).is_dir()]
    target = Path(output)
    if watch and not folders:
        raise click.UsageError("--watch needs a folder.")
    if any(target.resolve() == folder.resolve() for folder in folders):
        raise click.UsageError("OUT must be another folder than IN, or results would be restored again.")
    try:
        sources = find_sources(inputs, EXTENSIONS, target)
    except NothingFound as error:
        raise click.UsageError(str(error)) from None
    if reference is not None and len(sources) != 1:
        raise click.UsageError("--reference belongs to one photo.")
    extension = EnhanceOptions.model_validate(given).output.extension
    targets = _targets(sources, output, extension, one=len(sources) == 1 and not folders)
    todo = [source for source, path in targets.items() if overwrite or path is None or not path.exists()]
    progress = BatchProgress(None if watch else len(sources), quiet=quiet)

    async def tasks() -> AsyncIterator[Task]:
        in_folders = find_sources(map(str, folders), EXTENSIONS, target) if watch else []
        for source in sources:
            if source not in in_folders:
                yield Task(source, targets[source])
        if watch:
            from serve_app.cli.watching import watched

            seen = list(sources)
            async for source in watched(folders, EXTENSIONS, target):
                seen += [] if source in seen else [source]
                yield Task(source, result_paths(seen, target, extension)[source])

    try:
        with _opened(report) as lines:
            batch = Batch(
                _Never() if not todo and not watch else _enhancer(url, api_key, retries, config),
                cast(Options, given),
                progress,
                None if reference is None else reference.read(),
                overwrite,
                lines,
                jobs if url else 1,
            )
            asyncio.run(_run(batch, tasks()))
    except CannotWork as error:
        click.echo(str(error), err=True)
        return ExitCode.CANNOT_WORK
    except KeyboardInterrupt:
        if not watch:
            raise
    finally:
        progress.close()
    done, skipped, failed = (batch.counts[each] for each in (Status.DONE, Status.SKIPPED, Status.FAILED))
    if not quiet and (watch or len(sources) != 1):
        click.echo(f"{done} done, {skipped} skipped, {failed} failed", err=True)
    return ExitCode.SOME_FAILED if failed else ExitCode.OK


async def _run(batch: Batch, tasks: AsyncIterator[Task]) -> None:
    """The batch, which SIGTERM ends like Ctrl-C: asyncio cancels this task for the one, we for the other."""
    task = asyncio.current_task()
    assert task is not None
    terminated = False

    def terminate() -> None:
        nonlocal terminated
        terminated = True
        task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
    try:
        await batch.run(tasks)
    except asyncio.CancelledError:
        if terminated:
            raise KeyboardInterrupt from None
        raise
    finally:
        await batch.enhancer.close()


def _enhancer(url: str | None, api_key: str | None, retries: int, config: Path | None) -> Enhancer:
    if url is not None:
        return AsyncVisage(url, api_key=api_key, retries=retries)
    from serve_app.cli.local import LocalEnhancer  # loads what the stages need
    from serve_app.cli.settings_file import settings_from
    from serve_app.content_credentials import CannotSign

    warnings.filterwarnings("ignore", module="torchvision")  # about arguments that facexlib and lpips use
    try:
        return LocalEnhancer.load(settings_from(config))
    except ModelUnavailable as error:
        raise CannotWork(error.message) from None
    except CannotSign as error:
        raise CannotWork(str(error)) from None
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--config: {error}") from None


class _Never:
    """The enhancer of a batch in which everything is done already."""

    async def enhance(
        self,
        photo: bytes,
        *,
        reference: bytes | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[Options],
    ) -> Result:
        raise AssertionError("every photo was to be skipped")

    async def close(self) -> None:
        """Nothing is open."""


def _with_format(given: dict[str, Any], output: str) -> dict[str, Any]:
    """The format that OUT is named after, unless it is a folder; a usage error where that cannot be, or another one was
    chosen."""
    suffix = Path(output).suffix.lower().removeprefix(".")
    if Path(output).is_dir() or suffix not in EXTENSIONS | _OUTPUTS.keys():
        return given
    named = _OUTPUTS.get(suffix)
    if named is None or given.get("output_format", named) != named:
        raise click.UsageError(f"OUT, {output}: results are {given.get('output_format') or ', '.join(OUTPUT_FORMATS)}.")
    return given | {"output_format": named}


def _targets(sources: list[Source], output: str, extension: str, *, one: bool) -> dict[Source, Path | None]:
    folder = Path(output)
    if one and output == STANDARD:
        return {sources[0]: None}
    if output == STANDARD or (folder.exists() and not folder.is_dir() and not one):
        raise click.UsageError("OUT must be a folder for several photos.")
    if one and not folder.is_dir() and not output.endswith("/") and folder.suffix.lower().removeprefix(".") in _OUTPUTS:
        return {sources[0]: folder}
    return dict(result_paths(sources, folder, extension))


@contextmanager
def _opened(report: Path | None) -> Iterator[TextIO | None]:
    if report is None:
        yield None
        return
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        # Names that are no UTF-8 come as lone surrogates, whose escape is JSON's too.
        file = report.open("a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise click.UsageError(f"--report: {error}") from None
    with file:
        yield file
