"""`visage video`: one film, restored in this process."""

from __future__ import annotations

import asyncio
import json
import tempfile
import warnings
from pathlib import Path

import click
from tqdm import tqdm

from deployments.atomic_write import atomic_write
from deployments.errors import ModelUnavailable, StageError
from serve_app.cli.exit_codes import ExitCode
from serve_app.cli.settings_file import settings_from
from serve_app.content_credentials import CannotSign, Signer
from serve_app.video.encoder import CODECS, MEDIA_TYPES, SIGNED
from serve_app.video.film import UnusableVideo, VideoBounds
from serve_app.video.keeping import FolderStore
from serve_app.video.report import FilmReport
from serve_app.video.report_page import report_page
from serve_app.video.restoring import VideoOptions
from serve_app.video.run import FilmRun, codec_for, key_of, sha256_of


@click.command(short_help="Restore a film.")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="IN")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="*.mp4 or *.mkv")
@click.option("--codec", type=click.Choice(list(CODECS)), help="[default: h264]")
@click.option("--upscale-factor", type=click.IntRange(1, 4), default=2, help="[default: 2]")
@click.option("--strength", type=click.FloatRange(0, 1), default=1.0, help="Of the faces' restoration.  [default: 1]")
@click.option("--background/--no-background", default=True, help="Enlarge by Real-ESRGAN, or bicubically.")
@click.option("--color-correction/--no-color-correction", default=True, help="Keep the original's shades in faces.")
@click.option("--steady/--frame-by-frame", default=True, help="Each face from those before it, or each for itself.")
@click.option("--deinterlace", is_flag=True, help="Make frames of two fields whole (bwdif).")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Keep finished pieces there, to go on.")
@click.option("--max-seconds", type=float, default=VideoBounds.max_seconds, help="Refuse longer films.")
@click.option("--config", type=click.Path(exists=True, path_type=Path), help="Settings of the stages, and of signing.")
@click.option("--overwrite", is_flag=True, help="Replace a result that exists; without it nothing is done.")
@click.option("--report", type=click.Path(path_type=Path), help="Write what was done, as JSON.")
@click.option("--report-html", type=click.Path(path_type=Path), help="The same as a page, with identity over time.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what failed.")
def video(
    source: Path,
    output: Path,
    codec: str | None,
    upscale_factor: int,
    strength: float,
    background: bool,
    color_correction: bool,
    steady: bool,
    deinterlace: bool,
    work: Path | None,
    max_seconds: float,
    config: Path | None,
    overwrite: bool,
    report: Path | None,
    report_html: Path | None,
    quiet: bool,
) -> int:
    """Restore the faces of a film, and enlarge it, with its sound, subtitles and times.

    Faces are followed through each shot, so that they do not flicker. Memory does not grow with the film.
    """
    container = output.suffix.lower().removeprefix(".")
    try:
        chosen = codec_for(codec, container)
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from None
    if output.exists() and not overwrite:
        click.echo(f"skipped  {source}: {output} exists", err=True)
        return ExitCode.OK
    options = VideoOptions(upscale_factor, strength, background, color_correction, steady, deinterlace)
    bounds = VideoBounds(max_seconds=max_seconds)
    from serve_app.local_stage_client import LocalStageClient  # loads torch

    warnings.filterwarnings("ignore", module="torchvision")
    try:
        settings = settings_from(config)
        signer = Signer(settings.c2pa) if settings.c2pa.source else None
        stages = LocalStageClient.load(settings)
    except ModelUnavailable as error:
        click.echo(error.message, err=True)
        return ExitCode.CANNOT_WORK
    except CannotSign as error:
        click.echo(error, err=True)
        return ExitCode.CANNOT_WORK
    bar = tqdm(unit="frame", disable=True if quiet else None)

    def advance(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        with (
            atomic_write(output, overwrite=overwrite) as hidden,
            tempfile.TemporaryDirectory(prefix=f"{hidden.name}.", dir=output.parent) as folder,
        ):
            digest = sha256_of(source)
            key = key_of(digest, options, chosen, settings.model_dump(mode="json"))
            store = FolderStore(Path(folder) if work is None else work / key)
            run = FilmRun(source, digest, stages, options, chosen, bounds, store, advance)
            done = asyncio.run(run.run(hidden, container))
            signs = signer is not None and MEDIA_TYPES[container] in SIGNED
            if signer is not None and signs:
                unsigned = Path(folder) / "unsigned"
                hidden.replace(unsigned)
                signer.sign_file(unsigned, hidden, MEDIA_TYPES[container], run.made())
    except (UnusableVideo, StageError, OSError) as error:
        click.echo(f"FAILED   {source}: {error}", err=True)
        return ExitCode.SOME_FAILED
    finally:
        bar.close()
    if report is not None:
        report.write_text(json.dumps(done.as_dict(), indent=2) + "\n")
    if report_html is not None:
        report_html.write_text(report_page(done, source.name), encoding="utf-8", errors="backslashreplace")
    if signer is not None and not signs:
        click.echo(f"{output} is not signed: C2PA has no place in .{container}.", err=True)
    if not quiet:
        click.echo(f"done     {source} -> {output}{_notes(done)}", err=True)
    return ExitCode.OK


def _notes(done: FilmReport) -> str:
    notes = [f"left out: {each}" for each in done.left_out]
    if done.resumed:
        notes.append(f"{done.resumed} of {done.pieces} pieces were there")
    if done.interlaced and not done.deinterlaced:
        notes.append(f"{done.interlaced} frames are interlaced and were restored as they are: see --deinterlace")
    return f" ({'; '.join(notes)})" if notes else ""
