"""What a client wants back, by its header Accept (RFC 9110, 12.5.1): JSON, events, or the picture itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deployments.errors import NotAcceptable
from deployments.imaging.output_formats import OutputFormat

JSON, EVENTS = "application/json", "text/event-stream"
_MAX_RANGES = 64


@dataclass(frozen=True)
class _Range:
    """One media range with its quality, 0 to 1."""

    kind: str
    quality: float

    @property
    def specificity(self) -> int:
        return 0 if self.kind == "*/*" else 1 if self.kind.endswith("/*") else 2


def negotiate(accept: str | None, pictures: Sequence[OutputFormat], events: bool = True) -> str | OutputFormat:
    """JSON, EVENTS, or the output format of the picture that is to be the answer.

    `pictures` are the formats that it may come in, the preferred one first. What has the highest quality wins; of
    several alike events, then JSON, then the first picture. Ranges with `*` mean JSON, and for `image/*` the first
    picture that is not refused by name; events only come by name. Raises NotAcceptable where nothing is wanted.
    """
    ranges = list(_parse(accept or "*/*"))
    offers: list[tuple[float, str | OutputFormat]] = [(_quality(JSON, ranges), JSON)]
    if events:
        offers.insert(0, (_quality(EVENTS, ranges, 2), EVENTS))
    refused = [each.kind for each in ranges if not each.quality]
    first = next((each for each in pictures if each.media_type not in refused), None)
    offers += [(_quality(each.media_type, ranges, 0 if each is first else 2), each) for each in pictures]
    best, wanted = max(offers, key=lambda offer: offer[0])
    if best <= 0.0:
        names = ", ".join(each.media_type if isinstance(each, OutputFormat) else each for _, each in offers)
        raise NotAcceptable(f"The header Accept allows none of the forms that there are: {names}.")
    return wanted


def _quality(kind: str, ranges: Iterable[_Range], least: int = 0) -> float:
    """What the most specific range that matches `kind` says; 0 where none is as specific as `least`."""
    matching = [each for each in ranges if each.kind in (kind, f"{kind.partition('/')[0]}/*", "*/*")]
    best = max(matching, key=lambda each: (each.specificity, each.quality), default=None)
    return 0.0 if best is None or best.specificity < least else best.quality


def _parse(accept: str) -> Iterable[_Range]:
    """The ranges in a header; those that are malformed are left out."""
    for part in accept.split(",")[:_MAX_RANGES]:
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((value[2:].strip() for value in parameters if value.startswith("q=")), "1")
        try:
            parsed = float(quality)
        except ValueError:
            continue
        if "/" in kind and 0.0 <= parsed <= 1.0:
            yield _Range(kind, parsed)
