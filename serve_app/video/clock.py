"""Times of packets that begin near zero and go on.

The clock of MPEG's transport and program streams begins anywhere, and anew where recordings were put one behind the
other (`cat`, the cells of a DVD). Other containers keep their times as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Any

from av.format import Flags

_BACK_S, _FORTH_S = Fraction(1, 10), 10
"""A jump by more is a clock that begins anew, as for FFmpeg's own program."""
_MICROSECOND = Fraction(1, 1_000_000)


class Clock:
    """The clock of one container, for the process that decodes and the one that joins: both must see the same."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self._restarts = bool(container.format.flags & Flags.ts_discont.value)
        self.origin = (container.start_time or 0) * _MICROSECOND if self._restarts else Fraction(0)
        """Seconds on the container's clock when the film begins."""
        self.restarted = False
        """Whether it has begun anew, so that a time of the film cannot be looked for by the container's own clock."""
        self._shift = -self.origin
        self._last = dict[int, Fraction]()

    def packets(self, streams: Collection[Any]) -> Iterator[Any]:
        """The packets of these streams. Every stream is looked at: which one jumps first decides for all."""
        for packet in self._container.demux():
            if self._restarts and packet.dts is not None:
                if packet.stream.type in ("video", "audio"):
                    self._look_at(packet)
                shift = round(self._shift / packet.time_base)
                packet.dts += shift
                if packet.pts is not None:
                    packet.pts += shift
            if packet.stream in streams:
                yield packet

    def _look_at(self, packet: Any) -> None:
        time, stream = packet.dts * packet.time_base, packet.stream.index
        last = self._last.get(stream)
        if last is not None and not last - _BACK_S <= time + self._shift <= last + _FORTH_S:
            shown = time if packet.pts is None else packet.pts * packet.time_base
            self._shift, self.restarted = max(self._last.values()) - shown, True
        self._last[stream] = time + self._shift + (packet.duration or 0) * packet.time_base
