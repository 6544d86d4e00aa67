"""What the OpenAPI document says that FastAPI does not know by itself: the event stream's models, and the errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serve_app.http.errors import status_descriptions
from serve_app.http.middleware.api_key import API_KEY_HEADER
from serve_app.http.schemas import ErrorResponse

_PREFIX = "#/components/schemas/"
_KEYS = "An API key, where the operator wants one; else it has no effect."


def schema_ref(model: type[BaseModel]) -> dict[str, str]:
    """A reference to a model in the document's components."""
    return {"$ref": f"{_PREFIX}{model.__name__}"}


def error_responses(*, jobs: bool = False) -> dict[int | str, dict[str, Any]]:
    """What may go wrong, by status; with what only jobs can get if asked for."""
    return {
        status: {"model": ErrorResponse, "description": description}
        for status, description in status_descriptions(jobs=jobs).items()
    }


def describe_keys(app: FastAPI, *, needed: bool, open_paths: Sequence[str]) -> None:
    """Add the two ways to send an API key to the app's document; unless they are `needed`, none is a way too."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        document = of_routes()
        schemes = {
            "bearer": {"type": "http", "scheme": "bearer", "description": _KEYS},
            "apiKey": {"type": "apiKey", "in": "header", "name": API_KEY_HEADER, "description": _KEYS},
        }
        document["components"]["securitySchemes"] = schemes
        document["security"] = [{name: []} for name in schemes] if needed else [{}, *({name: []} for name in schemes)]
        for path in open_paths:
            for operation in document["paths"].get(path, {}).values():
                operation["security"] = []
        return document

    app.openapi = openapi  # type: ignore[method-assign]


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
