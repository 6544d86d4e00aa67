"""Mutated films: each gives frames or an error in words, and costs a process at most."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from serve_app.video.film import UnusableVideo, VideoBounds
from serve_app.video.reading import FilmReader
from tests.helpers.fakes import FakeStages
from tests.helpers.films import moving_face, restored, write_film

MUTATED = min(500, int(os.environ.get("VISAGE_FUZZ", "600")) // 15)
"""40, and with `make fuzz` 500: each is opened in a process of its own."""
AT_ONCE = 4
WHOLE = 8
"""One in so many is restored as well, so that what joins it to its sound sees it, too."""
MAX_FRAME_S = 60.0


def mutations(folder: Path) -> Iterator[Path]:
    """Films of four kinds with bytes that were changed, left out or repeated, some of them cut short."""
    chance = random.Random(18)
    seeds = []
    for name in ("a.mp4", "a.mkv", "a.avi", "a.webm"):
        codec = {"a.avi": "mpeg4", "a.webm": "libvpx"}.get(name, "libx264")
        write_film(folder / name, moving_face(4, 64, 64), codec=codec, sound=name != "a.webm")
        seeds.append((folder / name).read_bytes())
    for number in range(MUTATED):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(chance.randint(1, 20)):
            place = chance.randrange(len(data) if chance.random() < 0.5 else 600)  # headers are where it hurts
            data[place] = chance.choice((0, 0xFF, chance.randrange(256)))
        if chance.random() < 0.3:
            place = chance.randrange(len(data))
            data[place : place + chance.randint(1, 64)] = data[: chance.randint(0, 64)]
        path = folder / f"mutated-{number}"
        path.write_bytes(data[: chance.randint(len(data) // 2, len(data))] if chance.random() < 0.3 else data)
        yield path


async def outcome(path: Path) -> str:
    """How many frames it gives, or why it gives none."""
    try:
        reader = await FilmReader.open(path, VideoBounds(max_frame_s=MAX_FRAME_S))
        try:
            return f"{len([frame async for frame in reader.frames()])} frames"
        finally:
            await reader.close()
    except UnusableVideo as error:
        return str(error)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_mutated_films_give_frames_or_an_error_in_words(tmp_path: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    paths = list(mutations(tmp_path))

    async def all_of_them() -> list[str]:
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(path: Path) -> str:
            async with turn:
                return await outcome(path)

        return await asyncio.gather(*map(one, paths))

    outcomes = asyncio.run(all_of_them())
    assert len(outcomes) == MUTATED and all(outcomes)
    assert not [said for said in outcomes if "took more than" in said or "crashed" in said]
    assert len({said.endswith("frames") for said in outcomes}) == 2, "some can be read and some cannot"
    refusals = []
    for number, path in enumerate(paths[::WHOLE]):
        try:
            restored(path, tmp_path / f"result-{number}.mp4", FakeStages(faces=[]), upscale_factor=1)
        except UnusableVideo as error:
            refusals.append(str(error))
    assert all(refusals) and not [said for said in refusals if "took more than" in said or "crashed" in said]
    assert set(psutil.Process().children(recursive=True)) <= before
