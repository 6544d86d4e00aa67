"""Which form of a file a client is sent: its content coding, and whether it has the file already (RFC 9110)."""

from __future__ import annotations

from collections.abc import Iterable


def preferred_coding(accept_encoding: str | None, offered: Iterable[str]) -> str | None:
    """The first of `offered` that the header Accept-Encoding allows; None: the file as it is.

    A coding with `q=0` is refused; `*` stands for those that are not named. Other weights are not compared: what is
    offered first is the smallest.
    """
    weights = {}
    for part in (accept_encoding or "").lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        weights[coding] = next((_weight(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
    return next((coding for coding in offered if weights.get(coding, weights.get("*", 0.0)) > 0.0), None)


def is_fresh(if_none_match: str | None, etag: str) -> bool:
    """Whether the header If-None-Match has `etag`: compared weakly, in a list too, as a proxy may have made of it."""
    given = (if_none_match or "").split(",")
    return any(each.strip() in ("*", etag) or _opaque(each) == _opaque(etag) for each in given)


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")


def _weight(text: str) -> float:
    """0 to 1; what is no number counts as wanted."""
    try:
        return float(text)
    except ValueError:
        return 1.0
