"""Writes what repeats what the code says: the tables in docs/*.md, and the types of the Python client.

.venv/bin/python docs/generate.py [--check]       (--check: only tell whether they have drifted)

A table stands between `<!-- table: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from client_types import client_types  # noqa: E402

from deployments.config import StageConfig, StageScale  # noqa: E402
from deployments.errors import Step, VisageError  # noqa: E402
from deployments.imaging.formats import INPUT_FORMATS, OUTPUT_FORMATS  # noqa: E402
from deployments.models.manifest import manifest  # noqa: E402
from deployments.models.registry import ARCHITECTURES  # noqa: E402
from deployments.notes import NoteCode  # noqa: E402
from deployments.stages import STAGES  # noqa: E402
from deployments.telemetry import INSTRUMENTS  # noqa: E402
from serve_app.cli.exit_codes import ExitCode  # noqa: E402
from serve_app.http.errors import ROUTING_CODES, TABLE  # noqa: E402
from serve_app.pipeline.config import PipelineConfig  # noqa: E402
from serve_app.pipeline.options import EnhanceOptions  # noqa: E402
from serve_app.settings import (  # noqa: E402
    C2paSettings,
    JobSettings,
    KeySettings,
    LimitSettings,
    StorageSettings,
    VideoSettings,
)

CLIENT_TYPES = DOCS.parent / "serve_app" / "client" / "types.py"

_TABLE = re.compile(r"(<!-- table: (?P<name>[\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(header: str, rows: Iterable[Iterable[Any]]) -> str:
    """Markdown; `header` holds the columns' names separated by `|`."""
    columns = [column.strip() for column in header.split("|")]
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def values_of(field: FieldInfo) -> str:
    """What a field accepts, in words; its examples where they say more."""
    if field.examples:
        return ", ".join(f"`{example}`" for example in field.examples)
    annotation = field.annotation
    options: Any = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else [annotation]
    words: list[str] = []
    for option in options:
        if get_origin(option) is Literal:
            words += [str(value) for value in get_args(option)]
        elif isinstance(option, type) and issubclass(option, StrEnum):
            words += [str(value) for value in option]
        elif option is bool:
            words += ["true", "false"]
        elif option is str:
            words.append(f"`{field.examples[0]}`" if field.examples else "a model of [models](models.md)")
        elif get_origin(option) is list:
            words.append("a list")
        elif get_origin(option) is Annotated:
            words.append(_range(FieldInfo.from_annotation(option).metadata))
    return ", ".join(words) or _range(field.metadata) or "a number"


def _range(metadata: list[Any]) -> str:
    """`1 to 4`, `0 or more`, from the bounds among a field's metadata."""
    bounds = {name: getattr(bound, name) for bound in metadata for name in ("ge", "gt", "le") if hasattr(bound, name)}
    if "ge" in bounds and "le" in bounds:
        return f"{bounds['ge']:g} to {bounds['le']:g}"
    if "ge" in bounds:
        return f"{bounds['ge']:g} or more"
    return f"more than {bounds['gt']:g}" if "gt" in bounds else ""


def default_of(field: FieldInfo) -> str:
    """A field's default, as it is written in YAML."""
    value = field.default
    if value is PydanticUndefined:
        return "see below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "none" if value is None or value in ("", []) else f"`{value}`"


def settings(prefix: str, model: type[BaseModel], without: type[BaseModel] | None = None) -> str:
    """The table of a section of the settings; fields of `without` are left out."""
    skipped = without.model_fields if without else {}
    return table(
        "setting | values | default | meaning",
        (
            (f"`{prefix}{name}`", values_of(field), default_of(field), field.description)
            for name, field in model.model_fields.items()
            if name not in skipped
        ),
    )


def scale_defaults() -> str:
    """What differs between the stages."""
    names = list(StageScale.model_fields)
    return table(
        " | ".join(["stage", *(f"`{name}`" for name in names)]),
        (
            [spec.name, *(default if (default := getattr(spec.scale, name)) is not None else "none" for name in names)]
            for spec in STAGES.values()
        ),
    )


def options() -> str:
    """The fields of the form."""
    files = [
        (
            "`file`",
            ", ".join(each.title for each in INPUT_FORMATS.values()),
            "",
            "The photo. Its content decides the format, not its name. Required.",
        ),
    ]
    reference = ("`reference`", "an image", "none", "Ground truth: the metrics are then taken against it.")
    chosen = [
        (f"`{name}`", values_of(field), default_of(field), field.description)
        for name, field in EnhanceOptions.model_fields.items()
    ]
    dry_run = ("`dry_run`", "true, false", "`false`", "Restore nothing: say what is in the photo, see below.")
    return table("field | values | default | meaning", [*files, *chosen, reference, dry_run])


def errors() -> str:
    """Every error that a client can get, by status."""
    rows: list[tuple[Any, ...]] = []
    for error, row in TABLE.items():
        meaning = (error.__doc__ or "").splitlines()[0]
        rows.append((row.status, row.stage or "the stage", f"`{error.code}`", meaning, "yes" if row.retry else ""))
    rows += [
        (status, Step.REQUEST, f"`{code}`", "No such path or method.", "") for status, code in ROUTING_CODES.items()
    ]
    rows.append((500, "internal", f"`{VisageError.code}`", "Anything unforeseen; the service's log has the cause.", ""))
    rows.sort(key=lambda row: row[0])
    return table("status | `stage` | `X-Error-Code` | meaning | `Retry-After`", rows)


def notes() -> str:
    rows = ((f"`{code}`", code.meaning, ", ".join(f"`{name}`" for name in code.names)) for code in NoteCode)
    return table("`code` | meaning | `values`", rows)


def formats() -> str:
    """Input and output formats."""
    names = dict.fromkeys([*INPUT_FORMATS, *OUTPUT_FORMATS])
    rows = []
    for name in names:
        read, written = INPUT_FORMATS.get(name), OUTPUT_FORMATS.get(name)
        either = read or written
        assert either is not None
        bits = " or ".join(map(str, written.bits)) if written else ""
        quality = written.quality or "" if written else ""
        rows.append(
            (
                either.title,
                f"`{either.media_type}`",
                "yes" if read else "no",
                f"`{name}`" if written else "no",
                ("kept" if written.alpha else "put on white") if written else "",
                bits,
                f"{written.lossless}" if written else "",
                quality,
            )
        )
    columns = "format | media type | accepted | `output_format` | transparency | bits a channel"
    return table(f"{columns} | lossless | default `quality`", rows)


def models() -> str:
    """Every network of the manifest."""
    rows = []
    for name, model in manifest().models.items():
        if model.architecture is None:
            continue
        purposes = " and ".join(sorted(ARCHITECTURES[model.architecture].purposes))
        commercial = "yes" if model.commercial else "**no**"
        size = f"{model.bytes / 1e6:.1f} MB"
        rows.append((f"`{name}`", model.title, purposes, model.license.strip(), commercial, size, model.fetch))
    return table("model | what it is | for | license of the weights | commercial use | size | fetched", rows)


def stages() -> str:
    """STAGES."""
    rows = (
        (
            f"`{spec.name}`",
            spec.summary,
            f"`{spec.implementation.replace(':', '.')}`",
            spec.mode.name.lower(),
            spec.scale.num_gpus,
        )
        for spec in STAGES.values()
    )
    return table("stage | what it does | class | calls | default GPU fraction", rows)


def stage_settings() -> str:
    """The settings of each stage, one table a stage."""
    parts = ["Every stage has:", settings("<stage>.", StageConfig)]
    for spec in STAGES.values():
        if set(spec.config.model_fields) - set(StageConfig.model_fields):
            parts += [f"`{spec.name}` ({spec.summary}):", settings(f"{spec.name}.", spec.config, StageConfig)]
        else:
            parts += [f"`{spec.name}` ({spec.summary}): no others."]
    return "\n\n".join(parts)


def exit_codes() -> str:
    """What the command line exits with."""
    return table("exit code | meaning", ((code.value, code.meaning) for code in ExitCode))


def instruments() -> str:
    """INSTRUMENTS."""
    rows = (
        (f"`{each.exported}`", each.kind, ", ".join(f"`{label}`" for label in each.labels), each.help)
        for each in INSTRUMENTS
    )
    return table("metric | type | labels | meaning", rows)


TABLES: dict[str, Callable[[], str]] = {
    "options": options,
    "errors": errors,
    "notes": notes,
    "exit_codes": exit_codes,
    "formats": formats,
    "models": models,
    "stages": stages,
    "limits": lambda: settings("limits.", LimitSettings),
    "storage": lambda: settings("storage.", StorageSettings),
    "keys": lambda: settings("keys.", KeySettings),
    "c2pa": lambda: settings("c2pa.", C2paSettings),
    "jobs": lambda: settings("jobs.", JobSettings),
    "video": lambda: settings("video.", VideoSettings),
    "pipeline": lambda: settings("pipeline.", PipelineConfig),
    "stage_settings": stage_settings,
    "scale": lambda: settings("scale.<stage>.", StageScale),
    "scale_defaults": scale_defaults,
    "instruments": instruments,
}


def with_tables(text: str) -> str:
    """`text` with every table as the code says now; raises KeyError for a name that is not in TABLES."""
    return _TABLE.sub(lambda found: f"{found[1]}\n{TABLES[found['name']]()}\n\n{found[3]}", text)


def main() -> int:
    """Write or check; 1 where a stored table is not what the code says."""
    expected = {path: with_tables(path.read_text()) for path in sorted(DOCS.glob("*.md"))}
    expected[CLIENT_TYPES] = client_types()
    drifted = [path for path, text in expected.items() if not path.is_file() or path.read_text() != text]
    if "--check" not in sys.argv:
        for path in drifted:
            path.write_text(expected[path])
    if "--check" in sys.argv:
        for path in drifted:
            print(f"{path.relative_to(DOCS.parent)} is out of date: run `make docs` and commit what changes.")
        return 1 if drifted else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
