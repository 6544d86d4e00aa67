"""Reads the settings from a configuration of Serve, as `visage serve` takes it."""

from __future__ import annotations

from pathlib import Path

import yaml

from serve_app.settings import Settings

BUILDER = "serve_app.app:build"


def settings_from(config: Path | None) -> Settings:
    """The settings of a file like serve_config.yaml, or the defaults; raises OSError or ValueError for a bad file."""
    if config is None:
        return Settings()
    try:
        applications = (yaml.safe_load(config.read_text()) or {}).get("applications", [])
    except (yaml.YAMLError, AttributeError) as error:
        raise ValueError(f"{config} is no configuration: {error}") from None
    ours = [each for each in applications if each.get("import_path") == BUILDER]
    if not ours:
        raise ValueError(f"{config} has no application with import_path: {BUILDER}")
    return Settings.model_validate(ours[0].get("args") or {})
