"""The options of `visage enhance` that are a request's: each field of EnhanceOptions, and no list of our own."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import click
import httpx
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from serve_app.pipeline.options import EnhanceOptions

_OWN_WORDS = {"report"}
"""Fields that the command has an option of its own for: `--report` is the batch's."""


class ServiceAddress(click.ParamType):
    """The address of a service, as httpx can call it."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`value` itself; a usage error where it is no address."""
        try:
            address = httpx.URL(value)
        except httpx.InvalidURL:
            address = httpx.URL()
        if address.scheme not in ("http", "https") or not address.host:
            self.fail(f"{value!r} is no address such as http://127.0.0.1:8000", param, ctx)
        return value


def request_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: one option for each field of EnhanceOptions. What is not given is None, so that defaults stay one."""
    for name, field in reversed(EnhanceOptions.model_fields.items()):
        if name not in _OWN_WORDS:
            command = _option(name, field)(command)
    return command


def _option(name: str, field: FieldInfo) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    flag, kind = name.replace("_", "-"), field.annotation
    kind = bool if kind == bool | None else kind
    switch = kind is bool
    return click.option(
        f"--{flag}/--no-{flag}" if switch else f"--{flag}",
        name,
        default=None,
        type=_choices(kind) or str,
        is_flag=switch,
        help=f"{field.description}{_default(field.default)}",
    )


def _choices(kind: Any) -> click.ParamType | None:
    if kind is bool:
        return click.BOOL
    return (
        click.Choice([str(value) for value in kind]) if isinstance(kind, type) and issubclass(kind, StrEnum) else None
    )


def _default(value: Any) -> str:
    if value is None:
        return ""
    return f"  [default: {str(value).lower() if isinstance(value, bool) else value}]"


def given_options(values: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as the API's form takes them; raises UsageError where one is wrong."""
    given = {name: values[name] for name in EnhanceOptions.model_fields if values.get(name) is not None}
    try:
        EnhanceOptions.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        if first["loc"]:  # else it is about several options, and names them
            name = str(first["loc"][0])
            message = f"--{name.replace('_', '-')}: {message} (given: {given[name]!r})"
        raise click.UsageError(message) from None
    return given
