"""The command behind `make serve`: `python -m serve_app [CONFIG]` runs the service on this machine until it is stopped.

It does what `serve run CONFIG` does, and more. It keeps images in memory: spill folder, core dumps, checks before
anything is loaded. It ends with a message where the service does not come up. SIGTERM and Ctrl-C (SIGINT) let requests
in flight be answered first; a second signal ends it at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import ray
import yaml
from pydantic import ValidationError
from ray import serve
from ray.exceptions import RayError
from ray.serve._private.common import DeploymentID
from ray.serve.context import _get_global_client
from ray.serve.schema import ApplicationStatus, HTTPOptionsSchema, ServeDeploySchema, ServeStatus

from deployments.errors import ModelUnavailable
from serve_app.memory_check import (
    SPILL_VARIABLE,
    ImagesCouldReachDisk,
    check_spill_folder,
    default_spill_folder,
    protect_this_node,
    switch_off_core_dumps,
)
from serve_app.prerequisites import CANNOT_START, require_all
from serve_app.ray_variables import set_variables
from serve_app.settings import HOST, PORT, Settings

INGRESS = "Ingress"
BUILDER = "serve_app.app:build"
_POLL_S = 0.5
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class DoesNotStart(Exception):
    """The service cannot come up; the message is for the operator."""


def main(arguments: list[str] | None = None) -> int:
    """Run the service; returns the exit status: 0 after a signal, 1 where it does not start."""
    parser = argparse.ArgumentParser(prog="python -m serve_app", description="Run Visage on this machine.")
    parser.add_argument("config", nargs="?", type=Path, default=Path("serve_config.yaml"), help="(%(default)s)")
    parser.add_argument(
        "--metrics-port", type=int, help="port for Prometheus, on all interfaces; by default Ray chooses one"
    )
    given = parser.parse_args(arguments)
    try:
        _run(given.config, given.metrics_port)
    except DoesNotStart as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _run(path: Path, metrics_port: int | None) -> None:
    config = _read(path)
    _check(config)
    try:
        _prepare()
        _listen()
        _start_ray(metrics_port)
        _listen()  # again: Ray has installed its own handler for SIGTERM
        protect_this_node()
        _deploy(config)
        _wait_until_ready(config)
        while True:
            time.sleep(_POLL_S)
    except ImagesCouldReachDisk as error:
        raise DoesNotStart(str(error)) from None
    except KeyboardInterrupt:
        print("\nStopping: requests in flight are answered first. Press Ctrl-C to end at once.", flush=True)
        _listen()
        _drain()
        raise
    finally:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # nothing may interrupt what ends the other processes
        ray.shutdown()  # ends Serve too, and whatever a request still runs


def _read(path: Path) -> ServeDeploySchema:
    try:
        config = ServeDeploySchema.model_validate(yaml.safe_load(path.read_text()))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DoesNotStart(f"{path} cannot be used: {error}") from None
    said = config.http_options.model_dump(exclude_unset=True)
    config.http_options = HTTPOptionsSchema.model_validate({"host": HOST, "port": PORT} | said)
    return _scalable(config)


def _check(config: ServeDeploySchema) -> None:
    """What the builder would find out too, but without a word of Ray around it."""
    for application in config.applications:
        if application.import_path == BUILDER:
            try:
                require_all(Settings.model_validate(application.args))
            except (ValidationError, *CANNOT_START) as error:
                raise DoesNotStart(str(error)) from None


def _scalable(config: ServeDeploySchema) -> ServeDeploySchema:
    """Let _drain scale the ingress to nothing. To Serve that is no new version: it restarts nothing."""
    for application in config.applications:
        application.external_scaler_enabled = True
    return config


def _prepare() -> None:
    """What must be set before Ray starts: its processes inherit it."""
    switch_off_core_dumps(os.getpid())
    set_variables()
    if SPILL_VARIABLE not in os.environ:
        os.environ[SPILL_VARIABLE] = default_spill_folder()
    folder = os.environ[SPILL_VARIABLE]
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    check_spill_folder(folder)  # the raylet is asked again; but nobody should wait for Ray to be told this


def _start_ray(metrics_port: int | None) -> None:
    try:
        # Of our own, whatever else runs here: it has our environment.
        ray.init(address="local", namespace="serve", _metrics_export_port=metrics_port)
    except Exception as error:  # /dev/shm is too small for the object store, or the machine too busy for Ray's 30 s
        raise DoesNotStart(f"Ray does not start: {error}") from None


def _listen() -> None:
    """A signal of either kind raises KeyboardInterrupt."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # one is enough, until the next _listen
        raise KeyboardInterrupt

    for each in _SIGNALS:
        signal.signal(each, interrupt)


def _deploy(config: ServeDeploySchema) -> None:
    try:
        serve.start(
            proxy_location=config.proxy_location,
            http_options=config.http_options.model_dump(),
            grpc_options=config.grpc_options.model_dump(),
            logging_config=config.logging_config,
            tracing_config=config.tracing_config,
        )
    except RayError as error:
        raise DoesNotStart(f"Ray Serve's proxy does not start, perhaps because the machine is busy: {error}") from None
    _client().deploy_apps(config)


def _wait_until_ready(config: ServeDeploySchema) -> None:
    """Return when every application runs; raises DoesNotStart when one fails for good or has no weights."""
    while True:
        applications = serve.status().applications
        for name, application in applications.items():
            messages = [application.message, *(each.message for each in application.deployments.values())]
            hopeless = [message for message in messages if ModelUnavailable.__name__ in message]
            if application.status == ApplicationStatus.DEPLOY_FAILED or hopeless:
                raise DoesNotStart(f"The application {name} does not start.\n" + "\n".join(hopeless or messages))
        if all(application.status == ApplicationStatus.RUNNING for application in applications.values()):
            options = config.http_options
            print(f"Visage is ready on http://{options.host}:{options.port}", flush=True)
            return
        time.sleep(_POLL_S)


def _drain() -> None:
    """Take no further requests and return when those in flight are answered, or when Serve's own time for it is over.

    Serve's own shutdown ends its HTTP proxies first, and every connection with them. So each ingress is scaled to no
    replicas before: Serve lets it finish its requests, with the stages still there. An application that somebody has
    deployed anew since the start does not allow that yet.
    """
    client = _client()
    if client is None:
        return  # stopped before anything was deployed
    controller = client._controller
    configs = ray.get(controller.get_app_configs.remote())
    if not all(config.external_scaler_enabled for config in configs.values()):
        client.deploy_apps(_scalable(ServeDeploySchema(applications=list(configs.values()))))
    scaled = [
        controller.update_deployment_replicas.remote(DeploymentID(name=INGRESS, app_name=name), 0)
        for name, application in serve.status().applications.items()
        if INGRESS in application.deployments
    ]
    ray.get(scaled)
    while _ingress_replicas(serve.status()):
        time.sleep(_POLL_S)
    time.sleep(_POLL_S)  # the last bytes are on their way through the proxy


def _ingress_replicas(status: ServeStatus) -> int:
    """Replicas of every ingress, those that finish their requests included."""
    deployments = [application.deployments.get(INGRESS) for application in status.applications.values()]
    return sum(sum(found.replica_states.values()) for found in deployments if found is not None)


def _client() -> Any:
    """Serve's client, or None before Serve has started. It has no public name; checked with Ray 2.60."""
    return _get_global_client(raise_if_no_controller_running=False)


if __name__ == "__main__":
    sys.exit(main())
