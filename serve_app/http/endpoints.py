"""Which methods there are for a path."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope


def is_endpoint(routes: Iterable[BaseRoute], scope: Scope, method: str) -> bool:
    """Whether an endpoint takes this path with this method; a folder of files (Mount) is none."""
    asked = {**scope, "method": method}
    return any(route.matches(dict(asked))[0] is Match.FULL for route in routes if not isinstance(route, Mount))


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> str:
    """The value of Allow. HEAD is answered as GET (HeadMiddleware)."""
    found = [method for method in ("GET", "POST", "DELETE") if is_endpoint(routes, scope, method)]
    return ", ".join(found + ["HEAD"] * ("GET" in found))
