"""Pictures for the graph's tests: people from published packages, and what the stand-ins obey."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import httpx
import numpy as np
from insightface.data import get_image
from numpy.typing import NDArray
from skimage.data import astronaut

Pixels = NDArray[np.uint8]


def png(pixels: NDArray[Any]) -> bytes:
    """RGB (or grey, or RGBA) to PNG bytes."""
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR)
    return cv2.imencode(".png", pixels)[1].tobytes()


def one_face() -> Pixels:
    """(512, 512, 3), NASA's portrait of Eileen Collins."""
    return astronaut()


def small_face() -> Pixels:
    """(200, 200, 3) around her face."""
    return np.ascontiguousarray(astronaut()[20:220, 124:324])


def six_faces() -> Pixels:
    """(886, 1280, 3), insightface's sample."""
    return np.ascontiguousarray(get_image("t1")[:, :, ::-1])


def obeyed(wish: int) -> bytes:
    """A 64x64 PNG whose first pixel tells the stand-ins what to do."""
    pixels = np.full((64, 64, 3), 128, np.uint8)
    pixels[0, 0, 0] = wish
    return png(pixels)


def enhance(client: httpx.Client, picture: bytes, **fields: object) -> httpx.Response:
    """Send a picture with options."""
    headers = {"Accept": str(fields.pop("accept", "application/json"))}
    data = {name: str(value).lower() for name, value in fields.items()}
    return client.post("/v1/enhance", files={"file": ("photo", picture)}, data=data, headers=headers)


def decoded(answer: httpx.Response) -> Pixels:
    """The RGB picture in a successful answer."""
    assert answer.status_code == httpx.codes.OK, answer.text[:500]
    data = base64.b64decode(answer.json()["data"]["restored_image"])
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB) if pixels.shape[2] == 3 else pixels


def psnr(first: NDArray[Any], second: NDArray[Any]) -> float:
    """dB between two 8-bit pictures of one size."""
    error = np.mean((first.astype(np.float64) - second.astype(np.float64)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))
