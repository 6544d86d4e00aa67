"""Adds the event stream's models to the OpenAPI document: FastAPI itself only knows those of JSON responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

_PREFIX = "#/components/schemas/"


def schema_ref(model: type[BaseModel]) -> dict[str, str]:
    """A reference to a model in the document's components."""
    return {"$ref": f"{_PREFIX}{model.__name__}"}


def describe_models(app: FastAPI, models: Sequence[type[BaseModel]]) -> None:
    """Add `models` to the components of the app's document."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        document = of_routes()
        _, schema = models_json_schema(
            [(model, "serialization") for model in models], ref_template=f"{_PREFIX}{{model}}"
        )
        components = document["components"]["schemas"]
        document["components"]["schemas"] = dict(sorted((schema["$defs"] | components).items()))
        return document

    app.openapi = openapi  # type: ignore[method-assign]
