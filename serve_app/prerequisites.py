"""What the settings want beside the service itself: asked for before anything is loaded, so that it is said plainly."""

from __future__ import annotations

from serve_app.content_credentials import CannotSign, signer_of
from serve_app.jobs.server import JobsCannotRun, require_memory_only
from serve_app.jobs.webhooks import webhooks_of
from serve_app.keys import KeyRing, KeysCannotBeRead
from serve_app.settings import Settings
from serve_app.storage import StorageCannotBeUsed, storage_of

CANNOT_START = (JobsCannotRun, StorageCannotBeUsed, KeysCannotBeRead, CannotSign)
"""The message of each is for the operator."""


def require_servers(settings: Settings) -> None:
    """Raise JobsCannotRun or StorageCannotBeUsed where a server that the settings name will not do."""
    if settings.jobs.redis:
        require_memory_only(settings.jobs.redis)
        webhooks_of(settings.jobs)
    if storage := storage_of(settings.storage):
        storage.require_usable()


def require_all(settings: Settings) -> None:
    """As above, and KeysCannotBeRead or CannotSign where the keys are not on this machine."""
    require_servers(settings)
    if settings.keys.source:
        KeyRing(settings.keys.source)
    signer_of(settings.c2pa)
