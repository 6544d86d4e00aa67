"""A film from file to file over fake stages: what it keeps, what is refused, and that nothing hangs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from av.stream import Disposition

from deployments.contract import Image, RestoredFace
from serve_app.cli.main import main
from serve_app.video.film import UnusableVideo, VideoBounds
from serve_app.video.reading import Child, FilmReader
from serve_app.video.report import FilmReport
from serve_app.video.run import codec_for
from tests.helpers import films
from tests.helpers.fakes import FakeStages, face_at
from tests.helpers.films import Pixels, moving_face, packets_of, read_film, write_film
from tests.helpers.waiting import wait_until

pytestmark = pytest.mark.slow

UNEVEN = [0, 512, 1024, 1300, 2048, 2600, 3300, 3311, 4000, 5120]
BT709: dict[str, Any] = {"color_range": 1, "color_primaries": 1, "color_trc": 1, "colorspace": 1}


def one_face() -> FakeStages:
    return FakeStages(faces=[face_at(96, 80, 60)])


def restored(
    source: Path, target: Path, codec: str = "h264", stages: FakeStages | None = None, **rest: Any
) -> FilmReport:
    return films.restored(source, target, stages or one_face(), codec, **rest)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "name"), [("h264", "a.mp4"), ("h265", "a.mp4"), ("av1", "a.mp4"), ("h264", "a.mkv"), ("ffv1", "a.mkv")]
)
def test_times_sound_and_color_are_kept(codec: str, name: str, tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / name
    write_film(source, moving_face(10), UNEVEN, **BT709)
    report = restored(source, target, codec)
    frames, times = read_film(target)
    expected = read_film(source)[1]
    assert len(frames) == report.figures.frames == 10 and frames[0].shape == (320, 384, 3)
    sound, kept = packets_of(source, "audio"), packets_of(target, "audio")
    assert [data for _, data in kept] == [data for _, data in sound], "the sound is not encoded again"
    if target.suffix == ".mp4":
        assert times == expected and kept == sound
    else:  # Matroska counts milliseconds, and starts at none below zero
        shift = times[0] - expected[0]
        ours = [*times, *(time for time, _ in kept)]
        theirs = [*expected, *(time for time, _ in sound)]
        assert max(abs(a - b - shift) for a, b in zip(ours, theirs, strict=True)) <= Fraction(1, 1000)
    with av.open(str(target)) as film:
        context: Any = film.streams.video[0].codec_context
        found = {field: int(getattr(context, field)) for field in BT709}
    assert found == BT709 if codec != "ffv1" else found["color_primaries"] == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed (apt install ffmpeg)")
def test_ffprobe_sees_the_same_film(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "result.mp4"
    write_film(source, moving_face(10), UNEVEN, **BT709)
    restored(source, target)

    def seen(path: Path, stream: str, fields: str) -> Any:
        command = [
            "ffprobe",
            "-v",
            "error",
            "-select_streams",
            stream,
            "-show_entries",
            fields,
            "-of",
            "json",
            str(path),
        ]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    for stream, fields in (
        ("v", "frame=pts_time"),
        ("v", "stream=color_range,color_space,color_transfer,color_primaries"),
        ("a", "packet=pts_time,data_hash"),
    ):
        assert seen(source, stream, fields) == seen(target, stream, fields)


def test_a_turned_film_is_shown_as_before(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "result.mp4"
    frames = moving_face(3)
    write_film(source, [np.ascontiguousarray(np.rot90(frame)) for frame in frames], rotation=-90, sound=False)
    report = restored(source, target, upscale_factor=1, stages=FakeStages(faces=[]))
    found, _ = read_film(target)
    assert report.film.rotation in (90, 270) and found[0].shape == frames[0].shape
    difference = found[0].astype(int) - frames[0]
    assert np.abs(difference).mean() < 6 and abs(difference.mean()) < 0.6, "nor darker by a level"


def test_a_held_last_frame_a_time_code_and_which_sound_is_played_are_kept(tmp_path: Path) -> None:
    """And a cover is neither the film nor forgotten."""
    plain, source, target = (tmp_path / name for name in ("plain.mp4", "film.mp4", "result.mp4"))
    write_film(plain, moving_face(4, 64, 64), gop_size=2)
    with av.open(str(plain)) as film, av.open(str(source), "w") as output:
        output.metadata["timecode"] = "01:00:00:00"
        cover: Any = output.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt, cover.disposition = 64, 64, "rgb24", Disposition.attached_pic
        video: Any = output.add_stream_from_template(film.streams.video[0], opaque=True)
        sound = output.add_stream_from_template(film.streams.audio[0], opaque=True)
        video.codec_context.framerate, sound.disposition = Fraction(25), Disposition.comment
        output.mux(cover.encode(av.VideoFrame.from_ndarray(moving_face(1, 64, 64)[0])))
        packets = [packet for packet in film.demux() if packet.dts is not None]
        max(packets, key=lambda each: (each.stream.type == "video", each.pts)).duration = 25_600
        for packet in packets:
            packet.stream = video if packet.stream.type == "video" else sound
            output.mux(packet)
    report = restored(source, target, stages=FakeStages(faces=[]), upscale_factor=1, piece_frames=2)
    assert report.pieces == 2 and [said.endswith("(a cover)") for said in report.left_out] == [True]
    with av.open(str(source)) as film, av.open(str(target)) as result:
        assert film.duration == result.duration and (film.duration or 0) > 2_000_000
        assert result.streams.video[0].metadata["timecode"].startswith("01:00:00:")
        played = [each.streams.audio[0].disposition for each in (film, result)]
        assert played[0] == played[1] and played[0] & Disposition.comment


async def opened(path: Path, **bounds: Any) -> int:
    """How many frames it gives."""
    reader = await FilmReader.open(path, VideoBounds(**bounds))
    try:
        return len([frame async for frame in reader.frames()])
    finally:
        await reader.close()


def test_what_is_beyond_the_bounds_is_refused_before_a_frame_is_decoded(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    write_film(source, moving_face(10))
    assert asyncio.run(opened(source)) == 10
    for bounds, words in (
        ({"max_seconds": 0.2}, "at most 0.2"),
        ({"max_frames": 5}, "at most 5"),
        ({"max_pixels": 1000}, "megapixels"),
        ({"max_streams": 1}, "2 streams"),
    ):
        with pytest.raises(UnusableVideo, match=words):
            asyncio.run(opened(source, **bounds))


def write_with_extras(path: Path, subtitles: int, attachments: int) -> None:
    """A film of 4 frames with empty subtitles, and attachments of 1000 bytes each."""
    with av.open(str(path), "w") as output:
        video: Any = output.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for _ in range(subtitles):
            output.add_mux_stream("subrip")
        for number in range(attachments):
            output.add_attachment(f"{number}.ttf", "font/ttf", bytes(1000))
        for pixels in moving_face(4, 64, 64):
            output.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(video.encode(None))


def test_subtitles_and_attachments_are_bounded_each_for_itself(tmp_path: Path) -> None:
    source = tmp_path / "film.mkv"
    write_with_extras(source, 3, 4)
    assert asyncio.run(opened(source, max_streams=4, max_subtitles=3, max_attachments=4)) == 4
    for bounds, words in (
        ({"max_streams": 3}, "4 streams"),
        ({"max_subtitles": 2}, "3 subtitle streams"),
        ({"max_attachments": 3}, "4 attachments"),
        ({"max_attachment_bytes": 3000}, "MB of attachments"),
    ):
        with pytest.raises(UnusableVideo, match=words):
            asyncio.run(opened(source, **bounds))


def test_attachments_go_along_where_the_container_holds_them(tmp_path: Path) -> None:
    source = tmp_path / "film.mkv"
    write_with_extras(source, 0, 2)
    for name, left_out in (("whole.mkv", []), ("whole.mp4", ["attachment 0.ttf", "attachment 1.ttf"])):
        report = restored(source, tmp_path / name, stages=FakeStages(faces=[]), upscale_factor=1)
        assert report.left_out == left_out
    with av.open(str(tmp_path / "whole.mkv")) as result:
        found = [(each.name, each.mimetype, each.data) for each in result.streams.attachments]
    assert found == [(f"{number}.ttf", "font/ttf", bytes(1000)) for number in range(2)]


def test_a_film_that_takes_too_long_to_decode_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    write_film(source, moving_face(1, 1920, 1440) * 80, codec="mpeg4")
    with pytest.raises(UnusableVideo, match="longer than is accepted"):
        asyncio.run(opened(source, max_decode_s=1))


class Tinting(FakeStages):
    """An upscaler and a restorer that invent color, as networks do."""

    def _upscale(self, image: Image, factor: int) -> Image:
        return super()._upscale(image, factor) * np.array((1.0, 0.9, 0.8), np.float32)

    def _restore(self, face: Image) -> RestoredFace:
        return RestoredFace(face * np.array((0.8, 0.9, 1.0), np.float32), None)


def test_black_and_white_shots_stay_so_and_others_keep_their_color(tmp_path: Path) -> None:
    source, result = tmp_path / "film.mp4", tmp_path / "result.mkv"
    color = moving_face(5)
    gray = [np.repeat(frame.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2) // 3 for frame in color]
    write_film(source, [*gray, *color], gop_size=2)
    stages = Tinting(faces=[face_at(96, 80, 60)])
    report = restored(source, result, "ffv1", stages, upscale_factor=1, piece_frames=2, color_correction=False)
    assert report.figures.shots == 2 and report.pieces > 2
    spreads = [int((frame.max(axis=2) - frame.min(axis=2)).max()) for frame in read_film(result)[0]]
    assert max(spreads[:5]) == 0 and min(spreads[5:]) > 20


def test_what_is_no_film_is_refused_in_words(tmp_path: Path) -> None:
    write_film(tmp_path / "whole.mp4", moving_face(4))
    for name, data in (
        ("text.mp4", b"no film"),
        ("empty.mkv", b""),
        ("list.mp4", b"ffconcat version 1.0\nfile whole.mp4\n"),  # it would give another's frames
        ("cut.mp4", (tmp_path / "whole.mp4").read_bytes()[:3000]),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UnusableVideo):
            asyncio.run(opened(tmp_path / name))


def test_a_decoder_that_hangs_is_killed(tmp_path: Path) -> None:
    endless = tmp_path / "endless.mp4"
    os.mkfifo(endless)  # opening it waits for a writer that never comes
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(UnusableVideo, match="took more than 1 s"):
        asyncio.run(opened(endless, max_frame_s=1.0))
    assert set(psutil.Process().children(recursive=True)) <= before


def test_a_process_that_no_longer_reads_is_killed() -> None:
    async def give() -> None:
        child = await Child.start("timeit", "-n1", "-r1", "__import__('time').sleep(60)", max_wait_s=0.5)
        await child.give(bytes(1 << 22))

    with pytest.raises(UnusableVideo, match=r"took more than 0\.5 s"):
        asyncio.run(give())


def test_frames_that_are_held_are_done_once(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "result.mp4"
    frames: list[Pixels] = [frame for frame in moving_face(4, step=9.0) for _ in range(3)]
    write_film(source, frames)
    stages = one_face()
    report = restored(source, target, stages=stages)
    assert report.figures.frames == len(read_film(target)[0]) == 12
    assert report.figures.held == 8 and len(stages.asked("upscaler")) == 4


@pytest.mark.slow
def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    write_film(source, moving_face(120, 96, 96, step=0.5), sound=False)
    seen: dict[int, int] = {}

    def note(done: int, total: int) -> None:
        seen[done] = psutil.Process().memory_info().rss
        assert total >= done

    class Forgetful(FakeStages):
        """The fakes otherwise keep what they were asked."""

        async def _enter(self, stage: str, given: Any) -> None:
            """Nothing is noted."""

    stages = Forgetful(faces=[face_at(48, 48, 40)])
    restored(source, tmp_path / "result.mp4", stages=stages, on_progress=note, upscale_factor=1)
    assert len(seen) == 120
    assert max(seen[done] for done in range(90, 121)) - max(seen[done] for done in range(30, 61)) < 24e6


def test_a_stage_that_fails_ends_the_film_and_its_processes(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "result.mp4"
    write_film(source, moving_face(60))
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(RuntimeError, match="out of order"):
        restored(source, target, stages=FakeStages(fail={"restorer": RuntimeError("out of order")}))
    wait_until(lambda: set(psutil.Process().children(recursive=True)) <= before)
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"], "no part is left"


def test_codecs_go_into_the_containers_that_hold_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert codec_for(None, "mp4").name == "h264" and codec_for("ffv1", "mkv").name == "ffv1"
    source = tmp_path / "film.mp4"
    source.write_bytes(b"")
    for arguments, words in ((["-o", "a.mp4", "--codec", "ffv1"], "mkv"), (["-o", "a.gif"], "no container")):
        assert main(["video", str(source), *arguments]) == 2
        assert words in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed (apt install ffmpeg)")
@pytest.mark.parametrize(("name", "words"), [("film.mp4", "mov_text"), ("film.mkv", "srt")])
def test_subtitles_and_chapters_are_those_that_ffprobe_saw_before(name: str, words: str, tmp_path: Path) -> None:
    plain, source, target = tmp_path / "plain.mp4", tmp_path / name, tmp_path / f"result-{name}"
    write_film(plain, moving_face(10, 96, 64))
    (tmp_path / "words.srt").write_text(
        "1\n00:00:00,040 --> 00:00:00,200\nAm See\n\n2\n00:00:00,240 --> 00:00:00,380\nHeim\n"
    )
    (tmp_path / "chapters").write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=200\ntitle=Ferien\n")
    inputs = [part for each in (plain, tmp_path / "words.srt", tmp_path / "chapters") for part in ("-i", str(each))]
    made = ["-map", "0", "-map", "1", "-map_metadata", "2", "-c", "copy", "-c:s", words, str(source)]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, *made], check=True)
    restored(source, target, stages=FakeStages(faces=[]), upscale_factor=1)

    def seen(path: Path) -> Any:
        command = ["ffprobe", "-v", "error", "-show_chapters", "-select_streams", "s", "-show_entries"]
        entries = "packet=pts_time,duration_time,data_hash:chapter=start_time,end_time:chapter_tags=title"
        command += [entries, "-show_data_hash", "md5", "-of", "json", str(path)]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert seen(source) == seen(target) and len(seen(target)["chapters"]) == 1
    assert len([packet for packet in seen(target)["packets"] if packet.get("data_hash")]) >= 2
