"""The process that joins the pieces, and what else the original has: sound, subtitles, chapters, names.

`python -m serve_app.video.joiner ORIGINAL TARGET CONTAINER LAST XMP`, where LAST are the seconds that the last frame is
shown, 0 where nobody knows, as a fraction, and XMP is base64. On standard input, for each piece
a HEADER and the piece; on standard output a line for each part that the container cannot hold. Nothing is decoded:
packets keep their bytes and their times.
"""

from __future__ import annotations

import base64
import heapq
import io
import struct
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.error import FFmpegError
from av.stream import Disposition

from serve_app.video.decoder import REFUSED, bound_resources
from serve_app.video.encoder import FORMATS
from serve_app.video.film import UnusableVideo
from serve_app.video.marking import mark_file, tags_of
from serve_app.video.probing import pictures_of

HEADER = struct.Struct("<qqq")
"""Where the piece begins in seconds, as numerator and denominator; its bytes."""


class Pieces:
    """The video of pieces that come one after the other, as one stream of packets."""

    def __init__(self, source: BinaryIO, last: Fraction) -> None:
        """`last` are the seconds that the last frame is shown; 0: nobody knows."""
        self._source, self._last = source, last
        self._start, self._first = self._next()
        self.stream = self._first.streams.video[0]

    def _next(self) -> tuple[Fraction, Any]:
        header = self._source.read(HEADER.size)
        if not header:
            return Fraction(0), None
        numerator, denominator, size = HEADER.unpack(header)
        return Fraction(numerator, denominator), av.open(io.BytesIO(self._source.read(size)))

    def packets(self) -> Iterator[tuple[Fraction, int, Any]]:
        """Times count from the film's beginning; those of decoding grow over the seams."""
        start, piece, last, number = self._start, self._first, None, 0
        while piece is not None:
            stream = piece.streams.video[0]
            if stream.codec_context.extradata != self.stream.codec_context.extradata:
                raise UnusableVideo("The pieces of the film were encoded differently.")
            packets = [packet for packet in piece.demux(stream) if packet.dts is not None]
            following_start, following = self._next()
            if following is None and self._last:
                for packet in (packets[-1], max(packets, key=lambda each: each.pts)):  # decoded last, and shown last
                    packet.duration = round(self._last / packet.time_base)
            for packet in packets:
                offset = round(start / packet.time_base)  # an MP4's unit is a part of the film's
                packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                if last is not None and packet.dts <= last:
                    packet.dts = last + 1
                last, number = packet.dts, number + 1
                yield packet.dts * packet.time_base, number, packet
            if piece is not self._first:
                piece.close()
            start, piece = following_start, following


def join(original: Path, pieces: Pieces, target: Path, container: str, xmp: bytes) -> list[str]:
    """Write `target`, and return what it cannot hold."""
    left_out = []
    with av.open(str(original), metadata_errors="replace") as film:
        options = {"movflags": "faststart+use_metadata_tags"} if container == "mp4" else {}
        with av.open(str(target), "w", format=FORMATS[container], options=options) as output:
            output.metadata.update(film.metadata | tags_of(xmp))
            video = output.add_stream_from_template(pieces.stream, opaque=True)
            pictures = pictures_of(film)
            video.codec_context.framerate = pictures.average_rate or pieces.stream.average_rate  # for its time code
            video.metadata.update(pictures.metadata)
            video.disposition = pictures.disposition
            pairs: dict[Any, Any] = {}
            others = [each for each in film.streams.video if each is not pictures]
            for stream in [*others, *film.streams.audio, *film.streams.subtitles]:
                if stream.disposition & Disposition.attached_pic:
                    left_out.append(f"video stream {stream.index} (a cover)")
                    continue
                if stream.codec_context is None:
                    left_out.append(f"{stream.type} stream {stream.index} (its codec is not known)")
                    continue
                try:
                    pairs[stream] = output.add_stream_from_template(stream, opaque=True)
                    pairs[stream].metadata.update(stream.metadata)
                    pairs[stream].disposition = stream.disposition
                except (ValueError, FFmpegError) as error:
                    left_out.append(f"{stream.type} stream {stream.index} ({error})")
            for attachment in film.streams.attachments:
                if container == "mkv" and attachment.data:
                    output.add_attachment(attachment.name or "", attachment.mimetype or "", attachment.data)
                else:
                    left_out.append(f"attachment {attachment.name}")
            output.set_chapters(film.chapters())
            for _, _, packet in heapq.merge(pieces.packets(), _packets(film, list(pairs)), key=lambda item: item[:2]):
                packet.stream = pairs.get(packet.stream, video)
                output.mux(packet)
    mark_file(target, container, xmp)
    return left_out


def _packets(container: Any, streams: list[Any]) -> Iterator[tuple[Fraction, int, Any]]:
    """Packets by their time of decoding."""
    for number, packet in enumerate(container.demux(streams) if streams else ()):
        if packet.dts is not None:
            yield packet.dts * packet.time_base, number, packet


def main() -> int:
    """See the module."""
    bound_resources()
    original, target, container, last, xmp = sys.argv[1:]
    pieces = Pieces(sys.stdin.buffer, Fraction(last))
    try:
        for line in join(Path(original), pieces, Path(target), container, base64.b64decode(xmp)):
            print(line)
    except FFmpegError as error:
        print(f"The sound and the rest of the original cannot be joined: {error.strerror}.", file=sys.stderr)
        return REFUSED
    except UnusableVideo as error:
        print(error, file=sys.stderr)
        return REFUSED
    except MemoryError:
        print("Joining the film takes too much memory.", file=sys.stderr)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
