"""What is known of a film before its first frame, and what a film may have."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from fractions import Fraction

THUMBNAIL = (64, 36)
"""Width and height at which two frames are looked at for a cut."""


class UnusableVideo(Exception):
    """The film cannot be decoded, or is beyond the bounds; the message is for a person."""


@dataclass(frozen=True)
class VideoBounds:
    """What a film may have, checked before the first frame is decoded, and what decoding it may take."""

    max_seconds: float = 4 * 3600.0
    max_frames: int = 1_000_000
    max_pixels: int = 3840 * 2160
    """Of a frame, width times height."""
    max_streams: int = 32
    """Pictures, sound, subtitles and data."""
    max_subtitles: int = 16
    max_attachments: int = 64
    """Fonts and pictures that Matroska may hold."""
    max_attachment_bytes: int = 32 << 20
    """Of all of them: FFmpeg has them in memory."""
    max_decode_s: float = 4 * 3600.0
    """Seconds of CPU in which it must have been decoded once. It is looked through before anything is restored."""
    max_frame_s: float = 60.0
    """Seconds in which the decoder must give the next frame; beyond it the decoder is killed."""


@dataclass(frozen=True)
class Wanted:
    """Which frames of a film, and how."""

    start: int | None = None
    """The time of the first, and of the one after the last, in units of the time base; None: all there are."""
    end: int | None = None
    seek: bool = False
    """Enter the film at a key frame before `start`, and do not decode all that is before."""
    deinterlace: bool = False
    thumbnails: bool = False
    """Small ones, to look for cuts."""


@dataclass(frozen=True)
class Film:
    """The video stream of a container."""

    width: int
    """Pixels of a frame as it is shown, after its rotation."""
    height: int
    time_base: Fraction
    """Seconds of one unit of time."""
    rate: Fraction
    """Frames a second on average; the frames' own times count."""
    frames: int
    """By the container, or by its duration: an estimate, for progress."""
    codec: str
    rotation: int = 0
    """Degrees by which the frames were turned to be upright."""
    aspect: Fraction = Fraction(1)
    """Width of a pixel over its height."""
    color: dict[str, int] = field(default_factory=dict)
    """FFmpeg's numbers of `color_range`, `color_primaries`, `color_trc` and `colorspace`."""
    bits: int = 8
    """A channel."""
    transparent: bool = False
    mastered: bool = False
    """Whether it says what display it was mastered on, and how bright it gets (HDR)."""

    @property
    def left_out(self) -> list[str]:
        """What it has and no result: frames are processed as RGB of 8 bits."""
        found = {
            f"{self.bits - 8} of {self.bits} bits a channel": self.bits > 8,
            "transparency": self.transparent,
            "what display it was mastered on (HDR)": self.mastered,
        }
        return [what for what, has in found.items() if has]

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str | bytes) -> Film:
        """The opposite of `to_json`."""
        found = json.loads(text)
        fractions = {name: Fraction(found[name]) for name in ("time_base", "rate", "aspect")}
        return cls(**(found | fractions))
