"""The cases of load/evaluate.py: how each photograph is made, what is measured on its result, and the bound."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import cv2
import numpy as np

from load.evaluate_around import rims, surroundings
from load.evaluate_bench import (
    Bench,
    Row,
    finest,
    lab,
    portrait,
    result_of,
    six,
    woman,
)
from load.evaluate_color import casts, tone
from load.evaluate_faces import bystander, closeups, crowds, left_out, no_people, overlapping, turned
from load.evaluate_features import eyes, glasses, skin
from load.evaluate_files import colors, files
from load.evaluate_identity import no_worse, strangers, tiny
from load.evaluate_no_person import nobody, small
from serve_app.pipeline.pipeline import Enhanced

# ---- Edges -----------------------------------------------------------------------------------------------------------

WIDE = 200


async def border(bench: Bench) -> list[Row]:
    """D1: a face that the edge cuts, beside the same picture continued by what a mirror would show.

    Both are given the same landmarks: the detector's move by a few hundredths of the eye distance between the two, and
    with them the details that the restorer makes.
    """
    rows = []
    for what, cut in {
        "hair": np.s_[60:260, 100:340],
        "ear": np.s_[10:250, 188:420],
        "chin": np.s_[:150, 110:340],
    }.items():
        picture = np.ascontiguousarray(woman()[cut])
        wide = np.asarray(cv2.copyMakeBorder(picture, WIDE, WIDE, WIDE, WIDE, cv2.BORDER_REFLECT_101), np.uint8)
        faces = (await bench.faces(picture))[:1]
        bench.stages.given = faces
        found = result_of(await bench.run(picture))
        bench.stages.given = [replace(face, box=face.box + WIDE, landmarks=face.landmarks + WIDE) for face in faces]
        expected = result_of(await bench.run(wide))[WIDE:-WIDE, WIDE:-WIDE]
        bench.stages.given = None
        apart = np.abs(found.astype(int) - expected)
        edges = [apart[:8], apart[-8:], apart[:, :8], apart[:, -8:]]
        value = float(np.quantile(np.concatenate([edge.ravel() for edge in edges]), 0.999))
        rows.append(Row("D1 border", f"outermost 8 rows, {what} cut, 99.9% of values, of 255", value, 3))
    return rows


# ---- What becomes of the face ----------------------------------------------------------------------------------------


async def covered(bench: Bench) -> list[Row]:
    """E4: what covers a face keeps its pixels."""
    rows = []
    for name, (where, color) in {
        "a mask": (np.s_[128:165, 108:174], (150, 190, 215)),
        "sunglasses": (np.s_[92:112, 104:178], (15, 15, 18)),
    }.items():
        picture = woman()[:280, 84:364]
        picture[where] = color
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.2), np.uint8)
        enlarged = result_of(await bench.run(picture, faces="none", background=False))
        rows_, columns = where
        inner = slice(rows_.start + 4, rows_.stop - 4), slice(columns.start + 4, columns.stop - 4)
        after = lab(result_of(await bench.run(picture)), inner)
        apart = float(np.linalg.norm(after - lab(enlarged, inner), axis=1).mean())
        rows.append(Row("E4 covered", f"{name}: mean color difference inside it", apart, 5))
    return rows


async def sharp(bench: Bench) -> list[Row]:
    """E13: a face that is sharp already is not made worse."""
    truth = portrait(640)
    restored, alone = [(await bench.run(truth, truth, strength=strength)).quality for strength in (1.0, 0.0)]
    return [Row("E13 sharp", "LPIPS to the truth, over that of strength 0", restored.lpips - alone.lpips, 0.02)]


async def grain(bench: Bench) -> list[Row]:
    """E9: with the option, a restored face has the grain that is around it."""
    rng = np.random.default_rng(0)
    noisy = cv2.GaussianBlur(woman(), (0, 0), 1.5).astype(np.float32) + rng.normal(0, 8, (512, 512, 1))
    picture = np.clip(noisy, 0, 255).astype(np.uint8)
    result = result_of(await bench.run(picture, grain=True, background=False))
    around, inside = (finest(result, where) for where in (np.s_[20:60, 380:480], np.s_[100:150, 200:250]))
    return [Row("E9 grain", "around over inside the face, or the inverse", max(around / inside, inside / around), 1.3)]


async def same_bytes(bench: Bench) -> list[Row]:
    """E16: the same request gives the same bytes, alone and among others."""
    picture = portrait(200)
    alone = (await bench.run(picture)).data
    others = [bench.run(np.ascontiguousarray(six()[:300, i * 100 : i * 100 + 500])) for i in range(3)]
    answers = await asyncio.gather(bench.run(picture), *others, bench.run(picture), return_exceptions=True)
    again = [each for each in (answers[0], answers[-1]) if isinstance(each, Enhanced)]
    different = 2 - sum(each.data == alone for each in again)
    return [Row("E16 same bytes", "of 2 results among others, differ from the one alone", different, 0)]


CASES: dict[str, Callable[[Bench], Awaitable[list[Row]]]] = {
    case.__name__: case
    for case in (
        files, small, colors, border, casts, tone, closeups, turned, crowds, left_out, overlapping, no_people, nobody,
        bystander, tiny, no_worse, eyes, glasses, covered, skin, grain, rims, surroundings, sharp, strangers,
        same_bytes,
    )
}  # fmt: skip
"""By name, in the order of the table."""
