"""Turns the API's OpenAPI document into serve_app/client/types.py; docs/generate.py calls it."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from serve_app.http.app import create_app
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import Settings

_HEADER = '''"""The API's types as plain dictionaries. Written by docs/generate.py from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''
_SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "object": "dict"}
_INDENT = " " * 4
_WIDTH = 120


def client_types() -> str:
    """The module's text. Every schema becomes a TypedDict, or a Literal where it is an enumeration."""
    nothing: Any = None
    settings = Settings()
    app = create_app(Pipeline(nothing, settings.pipeline), nothing, settings)
    schemas = app.openapi()["components"]["schemas"]
    parts = [
        _declaration(name, schema) for name, schema in sorted(schemas.items()) if not name.startswith("Body_")
    ]  # the bodies are forms: their fields are EnhanceOptions
    return _HEADER + "\n".join(parts)


def _declaration(name: str, schema: dict[str, Any]) -> str:
    if "enum" in schema:
        values = "".join(f"{_INDENT}{json.dumps(value)},\n" for value in schema["enum"])
        return f"\n{name}: TypeAlias = Literal[\n{values}]\n" + _docstring(schema, "")
    required = schema.get("required", [])
    total = "" if required else ", total=False"
    lines = [f"\nclass {name}(TypedDict{total}):\n{_docstring(schema, _INDENT)}\n"]
    for field, value in schema.get("properties", {}).items():
        kind = _type(value)
        kind = kind if field in required or not required else f"NotRequired[{kind}]"
        lines.append(f"{_INDENT}{field}: {kind}\n{_docstring(value, _INDENT)}")
    return "".join(lines)


def _docstring(schema: dict[str, Any], indent: str) -> str:
    text = " ".join(schema.get("description", "").split())
    if not text:
        return ""
    lines = textwrap.wrap(text, _WIDTH - len(indent) - 6)
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""\n'
    return indent + '"""' + f"\n{indent}".join(lines) + f'\n{indent}"""\n'


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return f"Literal[{json.dumps(schema['const'])}]"
    if "enum" in schema:
        return f"Literal[{', '.join(map(json.dumps, schema['enum']))}]"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(map(_type, schema[several])))
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"tuple[{', '.join(map(_type, schema['prefixItems']))}]"
        return f"list[{_type(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties", True)
        return f"dict[str, {_type(values) if isinstance(values, dict) else 'Any'}]"
    return _SIMPLE.get(schema.get("type", ""), "Any")
