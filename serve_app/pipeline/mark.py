"""What every result says of how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deployments.imaging.codec import Decoded
from deployments.imaging.xmp import Mark
from deployments.stages import StageName
from serve_app import __version__

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_GENERATED, _ENHANCED = "compositeWithTrainedAlgorithmicMedia", "algorithmicallyEnhanced"


def mark_of(photo: Decoded, models: Mapping[str, Sequence[str]], restored: bool) -> Mark:
    """For a result of `photo`; `models` by stage, of which those count that made pixels; `restored`: any face was."""
    makers = [model for stage in (StageName.RESTORER, StageName.UPSCALER) for model in models[stage]]
    named = f" ({', '.join(makers)})" if makers else ""
    return Mark(_SOURCE_TYPES + (_GENERATED if restored else _ENHANCED), f"Visage {__version__}{named}", photo.sha256)
