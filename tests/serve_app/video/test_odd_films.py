"""Films as cameras, recorders and other programs leave them: clocks, words, sound and depths of many kinds."""

from __future__ import annotations

import asyncio
import re
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from serve_app.video.film import Film, UnusableVideo, VideoBounds
from serve_app.video.reading import FilmReader
from tests.helpers.fakes import FakeStages
from tests.helpers.films import moving_face, packets_of, read_film, restored, write_film

pytestmark = pytest.mark.slow

HLG: dict[str, Any] = {"color_range": 1, "color_primaries": 9, "color_trc": 18, "colorspace": 9}
WORDS = r"{\i1}Am{\i0} See", "Grüße"
STYLED = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour
Style: Default,Arial,16,&Hffffff

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def result_of(source: Path, target: Path) -> list[str]:
    """Write `target` without a face, and return what it was said to lack."""
    return restored(source, target, FakeStages(faces=[]), upscale_factor=1).left_out


async def looked_at(path: Path, **bounds: Any) -> tuple[Film, int]:
    """What it is, and how many frames it gives."""
    reader = await FilmReader.open(path, VideoBounds(**bounds))
    try:
        return reader.film, len([frame async for frame in reader.frames()])
    finally:
        await reader.close()


def test_the_clock_of_recordings_begins_at_zero_and_goes_on_where_two_were_put_together(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", moving_face(10, 64, 64))
    options = {"output_ts_offset": "30000"}
    with av.open(str(tmp_path / "film.mp4")) as film, av.open(str(tmp_path / "one.ts"), "w", options=options) as output:
        copies = {stream: output.add_stream_from_template(stream, opaque=True) for stream in film.streams}
        for packet in film.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream]
                output.mux(packet)
    one = (tmp_path / "one.ts").read_bytes()
    (tmp_path / "two.ts").write_bytes(one + one)
    assert read_film(tmp_path / "one.ts")[1][0] >= 30_000
    assert result_of(tmp_path / "two.ts", tmp_path / "two.mp4") == []
    times = read_film(tmp_path / "two.mp4")[1]
    steps = np.diff(np.array(times, float))
    assert times[0] < 0.1 and np.abs(np.delete(steps, 9) - 0.04).max() < 0.001 and 0.03 < steps[9] < 0.15
    sound = [time for time, _ in packets_of(tmp_path / "two.mp4", "audio")]
    assert len(sound) == len(packets_of(tmp_path / "two.ts", "audio")) and sound == sorted(set(sound))
    second = sound[len(sound) // 2]
    assert abs(second - times[10]) < 0.05, "the second half's sound is where its pictures are"


def write_with_words(path: Path) -> None:
    """A Matroska film in HLG with 10 bits, plain words, styled words, a title and a chapter."""
    with av.open(str(path), "w") as output:
        quiet = {"x265-params": "log-level=error"}
        video: Any = output.add_stream("libx265", rate=25, options=quiet)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p10le"
        for name, value in HLG.items():
            setattr(video.codec_context, name, value)
        plain, styled = output.add_stream("subrip"), output.add_stream("ass")
        for stream in (plain, styled):
            stream.codec_context.subtitle_header = STYLED.encode()
            stream.metadata["language"] = "deu"
        output.metadata["title"] = "Ferien 1962"
        unit = Fraction(1, 1000)
        output.set_chapters([{"id": 1, "start": 0, "end": 40, "time_base": unit, "metadata": {"title": "Am See"}}])
        for pixels in moving_face(6, 64, 64):
            output.mux(video.encode(av.VideoFrame.from_ndarray(pixels)))
        output.mux(video.encode(None))
        for number, words in enumerate(WORDS):
            marked = words.replace(r"{\i1}", "<i>").replace(r"{\i0}", "</i>")
            for stream, text in ((plain, marked), (styled, f"{number},0,Default,,0,0,0,,{words}")):
                packet = av.Packet(text.encode())
                packet.stream, packet.time_base = stream, unit
                packet.pts = packet.dts = 40 + 100 * number
                packet.duration = 80
                output.mux(packet)


def words_of(path: Path) -> list[tuple[str, list[bytes]]]:
    """Codec and texts of each stream of subtitles."""
    with av.open(str(path)) as film:
        found: dict[int, list[bytes]] = {stream.index: [] for stream in film.streams.subtitles}
        for packet in film.demux(film.streams.subtitles):
            found[packet.stream.index] += [text.ass.split(b",", 8)[-1] for text in packet.decode()]  # type: ignore[union-attr]
        return [(stream.codec_context.name, found[stream.index]) for stream in film.streams.subtitles]


def test_words_change_their_codec_with_the_container_and_what_is_lost_is_named(tmp_path: Path) -> None:
    source, changed, back = (tmp_path / name for name in ("film.mkv", "film.mp4", "back.mkv"))
    write_with_words(source)
    left_out = result_of(source, changed)
    assert left_out == ["2 of 10 bits a channel", "subtitle stream 2 (fonts and places of its words)"]
    assert result_of(changed, back) == []
    for path, codec in ((changed, "mov_text"), (back, "srt")):
        for name, texts in words_of(path):
            assert name == codec and b"i1}Am{" in texts[0]
            assert [re.sub(rb"{.*?}", b"", each).decode() for each in texts] == ["Am See", "Grüße"]
        assert 0.04 in {round(float(time), 3) for time, _ in packets_of(path, "subtitles")}
    for path in (changed, back):
        with av.open(str(path)) as film:
            context: Any = film.streams.video[0].codec_context
            assert {name: int(getattr(context, name)) for name in HLG} == HLG
            assert film.metadata["title"] == "Ferien 1962" and len(film.chapters()) == 1
            assert [stream.metadata["language"] for stream in film.streams.subtitles] == ["deu", "deu"]


def test_sound_that_does_not_say_where_its_channels_are_is_kept(tmp_path: Path) -> None:
    source, target = tmp_path / "film.avi", tmp_path / "film.mp4"
    with av.open(str(source), "w") as output:
        video: Any = output.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        sound: Any = output.add_stream("pcm_s16le", rate=8000, layout="stereo")
        for pixels in moving_face(4, 64, 64):
            output.mux(video.encode(av.VideoFrame.from_ndarray(pixels)))
        tone = av.AudioFrame.from_ndarray(np.arange(2560, dtype=np.int16)[None], format="s16", layout="stereo")
        tone.sample_rate, tone.pts = 8000, 0
        output.mux([*sound.encode(tone), *sound.encode(None), *video.encode(None)])
    assert result_of(source, target) == []
    before, after = (b"".join(data for _, data in packets_of(path, "audio")) for path in (source, target))
    assert before == after and len(after) == 2 * 2560


def test_sound_that_is_damaged_costs_no_more_than_itself(tmp_path: Path) -> None:
    source, target = tmp_path / "film.ts", tmp_path / "film.mkv"
    write_film(source, moving_face(15, 64, 64))
    data, chance = np.frombuffer(source.read_bytes(), np.uint8).reshape(-1, 188).copy(), np.random.default_rng(1)
    sound = np.flatnonzero((data[:, 1] & 31 == 1) & (data[:, 2] == 1))  # packets of 0x101
    for number in chance.permutation(sound)[: len(sound) // 2]:
        data[number, 20:180:7] = chance.integers(0, 256, 23)
    source.write_bytes(data.tobytes())
    assert result_of(source, target) == ["audio stream 1 (it cannot be joined)"]
    assert len(read_film(target)[0]) == 15


def test_what_a_codec_cannot_encode_is_told_before_a_frame_is_done(tmp_path: Path) -> None:
    source, stages = tmp_path / "film.mkv", FakeStages(faces=[])
    write_film(source, [frame[:3, :3] for frame in moving_face(4)], sound=False, pix_fmt="yuv444p")
    with pytest.raises(UnusableVideo, match=r"H\.265 has no films of 2x2"):
        restored(source, tmp_path / "film.mp4", stages, "h265", upscale_factor=1)
    assert not stages.calls
    assert restored(source, tmp_path / "film.mp4", stages, upscale_factor=1).left_out[0].startswith("the last row")


def test_the_rate_of_a_camcorder_is_not_its_unit_of_time(tmp_path: Path) -> None:
    source = tmp_path / "film.dv"
    with av.open(str(source), "w", format="dv") as output:
        video: Any = output.add_stream("dvvideo", rate=25)
        video.width, video.height, video.pix_fmt = 720, 576, "yuv420p"
        output.mux([*video.encode(av.VideoFrame.from_ndarray(np.zeros((576, 720, 3), np.uint8))), *video.encode(None)])
    source.write_bytes(source.read_bytes() * 20)
    film, frames = asyncio.run(looked_at(source, max_frames=100))
    assert film.rate == 25 and frames == 20


def test_a_film_that_says_less_than_it_takes_is_refused_where_it_goes_beyond(tmp_path: Path) -> None:
    source = tmp_path / "film.mkv"
    write_film(source, moving_face(4, 64, 64), [0, 512, 1024, 12_800 * 100], sound=False)
    data = bytearray(source.read_bytes())
    place = data.index(b"\x44\x89\x88") + 3  # Matroska's Duration, a float of 8 bytes
    data[place : place + 8] = struct.pack(">d", 160.0)
    source.write_bytes(data)
    assert asyncio.run(looked_at(source, max_seconds=101))[1] == 4
    with pytest.raises(UnusableVideo, match="takes more than 50 s"):
        asyncio.run(looked_at(source, max_seconds=50))
