"""Text subtitles in the codec that the container of the result has for them."""

from __future__ import annotations

from typing import Any

TEXT_CODECS = {"mp4": "mov_text", "mkv": "subrip"}
"""FFmpeg's codec for plain words with bold, italics and the like, by container."""
STYLED = ("ass", "ssa")
"""Codecs that say where words stand and in which font; those above do not."""


class Rewriter:
    """Writes the subtitles of one stream in another codec: their words, times and simple marks.

    FFmpeg's decoders of text give Advanced SubStation Alpha, and its encoders take it.
    """

    def __init__(self, source: Any, output: Any, container: str) -> None:
        """`source` is a stream of text; `stream` is where its packets go. Raises FFmpegError."""
        self._decoder = source.codec_context
        self._decoder.open()
        self.stream = output.add_stream(TEXT_CODECS[container])
        self.stream.codec_context.subtitle_header = self._decoder.subtitle_header
        self.stream.time_base = source.time_base

    def rewritten(self, packet: Any) -> Any | None:
        """The packet in the other codec; None where it has no words. Raises FFmpegError for what cannot be read."""
        found = self._decoder.decode2(packet)
        if found is None or not len(found):
            return None
        written = self.stream.codec_context.encode_subtitle(found)
        written.pts, written.dts, written.duration = packet.pts, packet.dts, packet.duration
        written.time_base = packet.time_base
        return written


def is_text(stream: Any) -> bool:
    """Whether its subtitles are words rather than pictures."""
    return stream.type == "subtitle" and bool(stream.codec_context.codec.text_sub)
