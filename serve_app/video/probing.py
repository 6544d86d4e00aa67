"""What a container says of its video, before a frame is decoded."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition

from serve_app.video.film import Film, UnusableVideo, VideoBounds

CONTAINERS = (
    "mov", "matroska", "avi", "mpegts", "mpeg", "mpegvideo", "asf", "ogg", "flv", "dv", "mxf", "gxf", "nut", "nuv",
    "nsv", "rm", "wtv", "amv", "ivf", "gif", "apng", "h261", "h263", "h264", "hevc", "m4v", "vc1", "av1", "obu",
    "mjpeg", "yuv4mpegpipe",
)  # fmt: skip
"""FFmpeg's names of those that hold a film whole. Others are playlists (`concat`, `hls`, `dash`, `vobsub`): FFmpeg
would open what they name, which may be a file of this machine, or another client's film."""
_COLOR = ("color_range", "color_primaries", "color_trc", "colorspace")
_MASTERED = (SideDataType.MASTERING_DISPLAY_METADATA, SideDataType.CONTENT_LIGHT_LEVEL)
_MAX_RATE = 1000
"""Frames a second that are believed: of DV, FFmpeg takes the units of time for frames."""


def open_film(path: str) -> Any:
    """A container from outside, to be read; raises FFmpegError."""
    options = {"format_whitelist": ",".join(CONTAINERS), "protocol_whitelist": "file"}
    return av.open(path, metadata_errors="replace", container_options=options)


def pictures_of(container: Any) -> Any:
    """The stream that is the film: the first of video but for covers; None where there is none."""
    return next((each for each in container.streams.video if not each.disposition & Disposition.attached_pic), None)


def probe(container: Any, bounds: VideoBounds) -> Film:
    """The film's description; raises UnusableVideo where it has no video or is beyond the bounds."""
    _check_streams(container.streams, bounds)
    stream = pictures_of(container)
    if stream is None:
        raise UnusableVideo("The file has no video.")
    context = stream.codec_context
    if context is None:
        raise UnusableVideo("The video is in a codec that is not known.")
    if not context.width or not context.height:
        raise UnusableVideo("The video does not say how large it is.")
    if context.width * context.height > bounds.max_pixels:
        raise UnusableVideo(
            f"A frame has {context.width}x{context.height} pixels; at most {bounds.max_pixels / 1e6:g} megapixels are "
            "accepted."
        )
    rate = rate_of(stream)
    seconds, channels = _seconds(container, stream), context.format.components if context.format else ()
    frames = stream.frames or int(seconds * rate)
    if seconds > bounds.max_seconds:
        raise UnusableVideo(f"The film takes {seconds:.0f} s; at most {bounds.max_seconds:g} are accepted.")
    if frames > bounds.max_frames:
        raise UnusableVideo(f"The film has {frames} frames; at most {bounds.max_frames} are accepted.")
    return Film(
        context.width,
        context.height,
        stream.time_base or 1 / rate,
        rate,
        frames,
        context.name,
        aspect=stream.sample_aspect_ratio or Fraction(1),
        color={name: int(getattr(context, name)) for name in _COLOR},
        bits=max((each.bits for each in channels if not each.is_alpha), default=8),
        transparent=any(each.is_alpha for each in channels) or stream.metadata.get("alpha_mode") == "1",
    )


def rate_of(stream: Any) -> Fraction:
    """Frames a second: on average, or as the codec says, or 25."""
    found = (stream.average_rate, stream.guessed_rate)
    return next((rate for rate in found if rate and rate <= _MAX_RATE), Fraction(25))


def _check_streams(streams: Any, bounds: VideoBounds) -> None:
    attachments = streams.attachments
    for count, most, what in (
        (len(streams) - len(attachments), bounds.max_streams, "streams"),
        (len(streams.subtitles), bounds.max_subtitles, "subtitle streams"),
        (len(attachments), bounds.max_attachments, "attachments"),
    ):
        if count > most:
            raise UnusableVideo(f"The file has {count} {what}; at most {most} are accepted.")
    size, most = sum(len(each.data or b"") for each in attachments), bounds.max_attachment_bytes
    if size > most:
        raise UnusableVideo(f"The file has {size / 1e6:.1f} MB of attachments; at most {most / 1e6:.1f} are accepted.")


def _seconds(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else 0.0


def as_shown(film: Film, frame: Any) -> Film:
    """The film once its first decoded frame says how it is turned, and how bright its master was."""
    turned = round(frame.rotation / 90) * 90 % 360
    film = replace(film, mastered=any(each.type in _MASTERED for each in frame.side_data))
    if turned not in (90, 270):
        return replace(film, rotation=turned)
    return replace(film, width=film.height, height=film.width, aspect=1 / film.aspect, rotation=turned)
