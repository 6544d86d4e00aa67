"""The Ingress deployment: the API over the five stages' handles."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from ray import serve
from ray.serve.handle import DeploymentHandle

from serve_app.api import create_app
from serve_app.pipeline import Pipeline
from serve_app.settings import Settings
from serve_app.stages import RayStages


@serve.deployment(name="Ingress")
@serve.ingress()
class Ingress:
    """Receives requests, composes the stages and answers."""

    def __init__(self, settings: Settings, **handles: DeploymentHandle) -> None:
        logging.getLogger("visage").setLevel(logging.INFO)
        self._stages = RayStages(handles)
        self._pipeline = Pipeline(self._stages, settings)

    def __serve_build_asgi_app__(self) -> FastAPI:
        return create_app(self._pipeline, self._stages)
