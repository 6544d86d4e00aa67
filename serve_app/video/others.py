"""What a film has beside its pictures: sound, subtitles, further video and attachments, copied into the result."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import av.error
from av.error import FFmpegError
from av.stream import Disposition

from serve_app.video.clock import Clock
from serve_app.video.encoder import FORMATS
from serve_app.video.probing import pictures_of
from serve_app.video.subtitles import STYLED, Rewriter, is_text

_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""FFmpeg's, by the count of channels."""

_DAMAGED = av.error.InvalidDataError, av.error.ArgumentError
"""What a packet is at fault for; a full disk is another error."""


class Others:
    """Streams of `output` for those of `film`. Packets keep their bytes, but for words that have to be rewritten."""

    def __init__(self, film: Any, output: Any, container: str, wanted: bool = True) -> None:
        """Make the streams, where they are `wanted`."""
        self._left_out: list[str] = []
        self._film, self._output, self._container = film, output, container
        self._copies: dict[Any, Any] = {}
        self._rewriters: dict[Any, Rewriter] = {}
        self._refused = Counter[str]()
        pictures, streams = pictures_of(film), film.streams
        for stream in (*streams.video, *streams.audio, *streams.subtitles):
            if stream is not pictures and (reason := self._add(stream) if wanted else "it cannot be joined"):
                self._left_out.append(f"{stream.type} stream {stream.index} ({reason})")
        for stream in streams.data:
            made_anew = "timecode" in stream.metadata or (film.chapters() and stream.name == "bin_data")
            if not made_anew:
                self._left_out.append(f"data stream {stream.index} ({stream.name or 'of a kind that is not known'})")
        for attachment in streams.attachments:
            if container == "mkv" and attachment.data:
                output.add_attachment(attachment.name or "", attachment.mimetype or "", attachment.data)
            else:
                self._left_out.append(f"attachment {attachment.name}")

    def _add(self, stream: Any) -> str:
        """Why it is left out, or what of it; empty where nothing is."""
        if stream.disposition & Disposition.attached_pic:
            return "a cover"
        if stream.codec_context is None:
            return "its codec is not known"
        lost = ""
        try:
            with av.open(io.BytesIO(), "w", format=FORMATS[self._container]) as trial:
                _copy(stream, trial)
                trial.start_encoding()  # else what the container refuses would cost the whole film
            made = self._copies[stream] = _copy(stream, self._output)
        except (ValueError, FFmpegError) as error:
            if not is_text(stream):
                return str(error)
            try:
                self._rewriters[stream] = Rewriter(stream, self._output, self._container)
            except FFmpegError as unreadable:
                return str(unreadable)
            made = self._copies[stream] = self._rewriters[stream].stream
            lost = "fonts and places of its words" if stream.codec_context.name in STYLED else ""
        made.metadata.update(stream.metadata)
        made.disposition = stream.disposition
        return lost

    def packets(self) -> Iterator[tuple[Fraction, int, Any]]:
        """With their times of decoding, in the order that containers need."""
        last: dict[Any, int] = {}
        for number, packet in enumerate(Clock(self._film).packets(self._copies) if self._copies else ()):
            source = packet.stream
            if packet.dts is None or (packet := self._as_written(packet, source)) is None:
                continue
            step = self._container == "mp4" and source.type != "subtitle"  # others may have two at a time
            if source in last and packet.dts < last[source] + step:
                packet.dts = last[source] + step
                packet.pts = max(packet.pts or packet.dts, packet.dts)
            last[source] = packet.dts
            packet.stream = self._copies[source]
            yield packet.dts * packet.time_base, number, packet

    def mux(self, packet: Any) -> None:
        """Write one of `packets`; those that the container refuses are counted, and left out."""
        try:
            self._output.mux(packet)
        except _DAMAGED:
            self._refused[packet.stream.type] += 1

    def all_left_out(self) -> list[str]:
        """What the result has not got, once everything is written."""
        refused = [f"{count} damaged packets of {kind} streams" for kind, count in self._refused.items()]
        return self._left_out + refused

    def _as_written(self, packet: Any, source: Any) -> Any | None:
        try:
            return self._rewriters[source].rewritten(packet) if source in self._rewriters else packet
        except _DAMAGED:
            self._refused[source.type] += 1
            return None


def _copy(stream: Any, output: Any) -> Any:
    made = output.add_stream_from_template(stream, opaque=True)
    if stream.type == "audio" and stream.layout.name == f"{stream.channels} channels":  # as in AVI: nobody says which
        made.codec_context.layout = _LAYOUTS.get(stream.channels, stream.layout)
    return made
