"""The cases of load/evaluate.py about which faces are found: close up, turned, small, many, overlapping, or none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from deployments.contract import Face, Image
from deployments.errors import NoFaceDetected
from load.evaluate_bench import (
    Bench,
    Picture,
    Row,
    box_of,
    gradient,
    reduced,
    result_of,
    six,
    to_bytes,
    to_float,
    woman,
)


async def closeups(bench: Bench) -> list[Row]:
    """D2: faces that fill the frame."""
    (face, *_) = await bench.faces(woman())
    left, top, right, bottom = face.box
    found, tried = 0, 0
    for grown in (0.0, 0.05, 0.15):
        x, y = grown * (right - left), grown * (bottom - top)
        crop = woman()[max(0, round(top - y)) : round(bottom + y), max(0, round(left - x)) : round(right + x)]
        for side in (150, 640, 1000):
            size = side, round(side * crop.shape[0] / crop.shape[1])
            close = np.asarray(cv2.resize(np.ascontiguousarray(crop), size, interpolation=cv2.INTER_CUBIC), np.uint8)
            found, tried = found + (len(await bench.faces(close)) == 1), tried + 1
    return [Row("D2 close-ups", f"found once, of {tried}", found / tried, 1, at_least=True)]


async def turned(bench: Bench) -> list[Row]:
    """D3: a picture that lies on its side, or stands on its head."""
    upright = result_of(await bench.run(woman()))
    (face, *_) = await bench.faces(woman())
    rows = []
    for turns in (1, 2, 3):
        picture = np.ascontiguousarray(np.rot90(woman(), turns))
        try:
            back = np.ascontiguousarray(np.rot90(result_of(await bench.run(picture)), -turns))
        except NoFaceDetected:
            rows.append(Row("D3 turned", f"by {90 * turns} degrees: found", 0, 1, at_least=True))
            continue
        error = float(np.mean((back[box_of(face)].astype(float) - upright[box_of(face)]) ** 2))
        rows += [
            Row("D3 turned", f"by {90 * turns} degrees: PSNR in the face to the upright result, dB",
                10 * np.log10(255**2 / max(error, 1e-9)), 40, at_least=True),
            Row("D3 turned", f"by {90 * turns} degrees: identity to it",
                await bench.identity(upright, back, face), 0.9, at_least=True),
        ]  # fmt: skip
    return rows


async def crowds(bench: Bench) -> list[Row]:
    """D4 and D5: small faces in panoramas and in pictures of 16 megapixels."""
    rows = []
    head = woman()[10:240, 110:340]
    for what, (height, width), sizes in (
        ("12000x400", (400, 12000), (60, 80, 120)),
        ("400x12000", (12000, 400), (60, 80, 120)),
        ("4600x3400", (3400, 4600), (45, 60, 90)),
    ):
        canvas = np.full((height, width, 3), 110, np.uint8)
        placed = 0
        step = 800 if min(height, width) > 400 else 600
        for y in range(20, height - 300, step) if height > 400 else [20]:
            for x in range(20, width - 300, step) if width > 400 else [20]:
                side = round(sizes[placed % len(sizes)] * 230 / 105)
                canvas[y : y + side, x : x + side] = reduced(np.ascontiguousarray(head), side)
                placed += 1
        found = len(await bench.faces(canvas))
        rows.append(Row("D4, D5 crowds", f"{what}: found, of {placed} faces", found / placed, 0.9, at_least=True))
    return rows


async def left_out(bench: Bench) -> list[Row]:
    """D6: more faces than the limit."""
    canvas = np.tile(reduced(woman()[10:240, 110:340], 120), (6, 7, 1))
    warned = " ".join((await bench.run(canvas, background=False, strength=0)).notes)
    return [Row("D6 max_faces", "42 faces: the answer says that some were left out", "of 42" in warned, 1, True)]


def enlarged_head(picture: Picture, face: Face) -> tuple[Image, NDArray[np.float64], Image]:
    """What is around a face, enlarged to a face of 110 pixels, its box there, and the alpha of its head: an ellipse."""
    width = float(face.box[2] - face.box[0])
    low = np.maximum(face.box[:2] - 1.5 * width, 0).astype(int)
    high = np.ceil(face.box[2:] + 2.5 * width).astype(int)
    scale = 110 / width
    part = to_float(picture[low[1] : high[1], low[0] : high[0]])
    image = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    left, top, right, bottom = box = (face.box.astype(np.float64) - np.tile(low, 2)) * scale
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    away = np.hypot((x - (left + right) / 2) / 68, (y - (top + bottom) / 2 + 8) / ((bottom - top) * 0.66))
    return image, box, cv2.GaussianBlur((away < 1).astype(np.float32), (0, 0), 1.5)


def head_before(first: tuple[Picture, Face], second: tuple[Picture, Face], share: float, down: bool = False) -> Picture:
    """A face, and the head of another before it that covers this share of its box, from one side or from below."""
    (behind, box, _), (front, others_box, alpha) = enlarged_head(*first), enlarged_head(*second)
    step = (1 - share) * (box[2:] - box[:2]) * ((0, 1) if down else (1, 0))
    move = np.hstack([np.eye(2), np.rint(box[:2] + step - others_box[:2])[:, None]])
    front, alpha = (cv2.warpAffine(each, move, behind.shape[1::-1]) for each in (front, alpha))
    return to_bytes(behind + (front - behind) * alpha[..., None])


async def overlapping(bench: Bench) -> list[Row]:
    """D12: two faces, one of which covers a part of the other, are both found, and nobody else is."""
    rows = []
    (her,), them = (await bench.faces(woman())), (await bench.faces(six()))[:4]
    for share in (0.3, 0.5, 0.6):
        pairs = [((woman(), her), (six(), each), share, down) for each in them for down in (False, True)]
        both = sum([len(await bench.faces(head_before(*pair))) == 2 for pair in pairs]) / len(pairs)
        what = f"{share:.0%} covered, from the side or from below: two found, of {len(pairs)} pairs"
        rows.append(Row("D12 overlap", what, both, 0.9, at_least=True))
    changed = await _changed_by_the_other(bench, head_before((woman(), her), (six(), them[0]), 0.3))
    return [*rows, Row("D12 overlap", "30%: between landmarks, changed by restoring the other too, of 255", changed, 3)]


async def _changed_by_the_other(bench: Bench, picture: Picture) -> float:
    """The largest difference between the landmarks of each of two faces, restored alone and with the other."""
    both = await bench.run(picture)
    changed = 0
    for index, outcome in enumerate(both.faces):
        alone = result_of(await bench.run(picture, faces=[{"index": index}]))
        inside = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillConvexPoly(inside, cv2.convexHull(np.rint(outcome.face.landmarks).astype(np.int32)), 1)
        apart = np.abs(alone.astype(int) - result_of(both)).max(axis=2)
        changed = max(changed, int(apart[inside > 0].max()))
    return float(changed)


THINGS = (
    "brick", "cell", "clock", "coffee", "coins", "colorwheel", "grass", "gravel", "hubble_deep_field",
    "immunohistochemistry", "microaneurysms", "moon", "page", "retina", "rocket", "shepp_logan_phantom", "text",
)  # fmt: skip
"""Pictures of scikit-image without people or animals."""


def _crops() -> Iterator[Picture]:
    """The pictures of THINGS, and parts of them, turned and mirrored."""
    rng = np.random.default_rng(0)
    for name in THINGS:
        pixels = getattr(skimage.data, name)()
        pixels = pixels if pixels.dtype == np.uint8 else np.rint(pixels / pixels.max() * 255).astype(np.uint8)
        picture = np.dstack([pixels] * 3) if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., :3])
        yield np.ascontiguousarray(picture[:1000, :1000])
        for turn in range(6):
            side = min(int(rng.integers(120, 480)), *picture.shape[:2])
            y, x = (int(rng.integers(0, length - side + 1)) for length in picture.shape[:2])
            part = np.rot90(picture[y : y + side, x : x + side], turn)[:, :: (-1) ** turn]
            yield np.ascontiguousarray(part)


def _cloth(rng: np.random.Generator) -> Picture:
    """Woven folds: waves that bend, under light from one side."""
    y, x = np.mgrid[:360, :360] / 360
    bend = sum(
        rng.normal(0, 0.3) * np.sin(2 * np.pi * (x * rng.uniform(0, 3) + y * rng.uniform(0, 3))) for _ in range(4)
    )
    folds = np.sin(2 * np.pi * (rng.uniform(2, 7) * x + bend)) * rng.uniform(0.1, 0.3)
    weave = 0.03 * np.sin(x * 360 * np.pi / 2) * np.sin(y * 360 * np.pi / 2)
    return to_bytes((0.5 + folds + weave)[..., None] * rng.uniform(0.5, 1.2, 3))


def _fractal(rng: np.random.Generator) -> Picture:
    """Noise whose amplitude falls with the frequency, as in clouds, bark and rocks."""
    frequency = np.hypot(np.fft.fftfreq(320)[:, None], np.fft.fftfreq(320)[None]) + 1 / 320
    layers = np.fft.ifft2(np.fft.fft2(rng.normal(size=(3, 320, 320))) / frequency ** rng.uniform(0.8, 2.0)).real
    layers = 0.6 * layers.mean(axis=0) + 0.4 * layers
    return to_bytes(np.moveaxis(0.5 + 0.2 * layers / layers.std(), 0, 2))


def _hand(rng: np.random.Generator) -> Picture:
    """A palm, five fingers and nails in a color of skin, shaded and blurred."""
    picture = np.full((360, 360, 3), rng.uniform(0, 1, 3), np.float32)
    skin = np.array([0.85, 0.62, 0.5]) * rng.uniform(0.4, 1.1)
    cv2.ellipse(picture, (180, 240), (70, 80), 0.0, 0, 360, skin.tolist(), -1)
    for finger, angle in enumerate(np.linspace(-50, 50, 5) + rng.normal(0, 6, 5)):
        length = (70, 105, 120, 108, 80)[finger] * rng.uniform(0.6, 1.1)
        way = np.array([np.sin(np.deg2rad(angle)), -np.cos(np.deg2rad(angle))])
        knuckle, tip = np.array([180, 230]) + way * 65, np.array([180, 230]) + way * (65 + length)
        cv2.line(picture, knuckle.astype(int).tolist(), tip.astype(int).tolist(), skin.tolist(), 30)
        cv2.ellipse(picture, tip.astype(int).tolist(), (8, 11), angle, 0, 360, (skin * 1.15).tolist(), -1)
    shade = cv2.GaussianBlur(rng.normal(1, 8, (360, 360)).astype(np.float32), (0, 0), 25)
    return to_bytes(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 3)) * (1 + shade[..., None]))


def people_free() -> Iterator[Picture]:
    """200 pictures without people: things, textures, and drawings of cloth and hands."""
    rng = np.random.default_rng(1)
    yield from _crops()
    yield from islice((make(rng) for _ in count() for make in (_cloth, _fractal, _hand)), 200 - 7 * len(THINGS))


async def no_people(bench: Bench) -> list[Row]:
    """D11: textures, things, cloth and hands."""
    false = [len(await bench.faces(picture)) for picture in people_free()]
    return [Row("D11 no people", f"faces found in {len(false)} pictures", sum(false), 0)]


async def bystander(bench: Bench) -> list[Row]:
    """D10: a small blurred face behind a sharp one is not made sharper than what surrounds it."""
    canvas = np.asarray(cv2.resize(woman(), (1024, 1024), interpolation=cv2.INTER_CUBIC), np.uint8)
    canvas[40:200, 20:180] = cv2.GaussianBlur(reduced(six()[200:460, 400:660], 160), (0, 0), 4)
    result = result_of(await bench.run(canvas))
    inside, around = gradient(result, np.s_[85:150, 70:130]), gradient(result, np.s_[40:200, 20:60])
    return [Row("D10 bystander", "gradient inside over around", inside / max(around, 1e-6), 2)]
