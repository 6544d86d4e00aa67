"""The process that joins the pieces, and what else the original has: sound, subtitles, chapters, names.

`python -m serve_app.video.joiner ORIGINAL TARGET CONTAINER OTHERS LAST XMP`, where OTHERS is `with` or `without` (sound
and the rest), LAST are the seconds that the last frame is shown, 0 where nobody knows, as a fraction, XMP is base64. On
standard input, for each piece a HEADER and the piece; on standard output a line for each part that the container cannot
hold. No picture or sound is decoded: packets keep their bytes and their times.
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

from serve_app.video.decoder import REFUSED, bound_resources
from serve_app.video.encoder import FORMATS
from serve_app.video.film import UnusableVideo
from serve_app.video.marking import mark_file, tags_of
from serve_app.video.others import Others
from serve_app.video.probing import open_film, pictures_of, rate_of

WITH, WITHOUT = "with", "without"
"""Sound and the rest."""
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


def join(original: Path, pieces: Pieces, target: Path, container: str, xmp: bytes, whole: bool) -> list[str]:
    """Write `target`, and return what it cannot hold, which is all but the pictures where it is not to be `whole`."""
    with open_film(str(original)) as film:
        options = {"movflags": "faststart+use_metadata_tags"} if container == "mp4" else {}
        with av.open(str(target), "w", format=FORMATS[container], options=options) as output:
            output.metadata.update(film.metadata | tags_of(xmp))
            video = output.add_stream_from_template(pieces.stream, opaque=True)
            pictures = pictures_of(film)
            video.codec_context.framerate = rate_of(pictures)  # for its time code
            video.metadata.update(pictures.metadata)
            video.disposition = pictures.disposition
            others = Others(film, output, container, whole)
            output.set_chapters(film.chapters())
            for _, _, packet in heapq.merge(_of_video(pieces, video), others.packets(), key=lambda item: item[:2]):
                if packet.stream is video:
                    output.mux(packet)
                else:
                    others.mux(packet)
    mark_file(target, container, xmp)
    return others.all_left_out()


def _of_video(pieces: Pieces, stream: Any) -> Iterator[tuple[Fraction, int, Any]]:
    for time, number, packet in pieces.packets():
        packet.stream = stream
        yield time, number, packet


def main() -> int:
    """See the module."""
    bound_resources()
    original, target, container, rest, last, xmp = sys.argv[1:]
    pieces = Pieces(sys.stdin.buffer, Fraction(last))
    try:
        packet = base64.b64decode(xmp)
        for line in join(Path(original), pieces, Path(target), container, packet, rest == WITH):
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
