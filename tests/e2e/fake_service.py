"""The page over a service that only pretends, for looking at the page without a graph:

    .venv/bin/python -m tests.e2e.fake_service [port]

The figures are a recorded answer's; the picture is the input, enlarged.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
import time
from collections.abc import AsyncIterator

import uvicorn
from PIL import Image, ImageOps
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from serve_app.ui import create_page

PORT = 8090
PAUSE_S = 0.12
NOBODY = (128, 96)

LIMITS = {
    "max_upload_bytes": 10_485_760,
    "max_input_pixels": 16_000_000,
    "max_output_pixels": 50_000_000,
    "min_side": 32,
    "deadline_s": 300.0,
}
WARNING = (
    "The faces were enhanced without a facial prior, by Real-ESRGAN: details such as eyes and teeth are sharpened, not "
    "restored."
)
STAGES = [
    ("detector", "started", 0, 0),
    ("upscaler", "started", 0, 0),
    ("upscaler", "progress", 0, 4),
    ("detector", "finished", 0, 0),
    ("restorer", "started", 0, 2),
    ("restorer", "progress", 1, 2),
    ("upscaler", "progress", 2, 4),
    ("restorer", "progress", 2, 2),
    ("restorer", "finished", 2, 2),
    ("upscaler", "progress", 4, 4),
    ("upscaler", "finished", 0, 0),
    ("compose", "started", 0, 0),
    ("compose", "finished", 0, 0),
    ("verifier", "started", 0, 0),
    ("metrics", "started", 0, 0),
    ("verifier", "finished", 0, 0),
    ("metrics", "finished", 0, 0),
    ("encode", "started", 0, 0),
    ("encode", "finished", 0, 0),
]


async def readyz(_: Request) -> Response:
    return JSONResponse({"ready": True, "stages": {}, "limits": LIMITS})


async def enhance(request: Request) -> Response:
    form = await request.form()
    content = await form["file"].read()  # type: ignore[union-attr]
    factor = int(str(form["upscale_factor"]))
    kind = str(form["output_format"])

    async def events() -> AsyncIterator[str]:
        began = time.monotonic()
        if Image.open(io.BytesIO(content)).size == NOBODY:
            yield _event("error", {"error": "No face was detected in the image.", "stage": "detector", "status": 422})
            return
        for stage, state, done, total in STAGES:
            yield _event("stage", {"stage": stage, "state": state, "done": done, "total": total})
            await asyncio.sleep(PAUSE_S)
        yield _event("result", _answer(content, factor, kind, 1000 * (time.monotonic() - began)))

    return StreamingResponse(events(), media_type="text/event-stream")


def _event(name: str, data: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _answer(content: bytes, factor: int, kind: str, took_ms: float) -> dict[str, object]:
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    width, height = picture.width, picture.height
    result = picture.resize((width * factor, height * factor), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    result.save(encoded, kind)
    box = [0.347 * width, 0.11 * height, 0.527 * width, 0.344 * height]
    small = [0.86 * width, 0.44 * height, 0.95 * width, 0.55 * height]
    face = {"score": 0.9997, "restored": True}
    return {
        "status": "success",
        "data": {
            "restored_image": base64.b64encode(encoded.getvalue()).decode(),
            "content_type": f"image/{kind}",
            "width": result.width,
            "height": result.height,
            "metrics": {"psnr": 29.2875, "ssim": 0.93169, "lpips": 0.15762, "identity_similarity": 0.5123},
            "metrics_against": "input",
            "metrics_pixels": 1048576,
            "faces": [
                {**face, "box": box, "identity_similarity": 0.9847, "reliable": True},
                {**face, "box": small, "identity_similarity": 0.5123, "reliable": False},
            ],
            "processing_time_ms": took_ms,
            "timings_ms": {"decode": 44.6, "detector": 82.9, "restorer": 5390.4, "upscaler": 10067.5, "compose": 37.1}
            | {"verifier": 90.5, "metrics": 1273.6, "encode": 98.8, "waiting": 70.7},
            "models": {},
            "warning": WARNING,
        },
    }


app = Starlette(
    routes=[
        Route("/api/v1/readyz", readyz),
        Route("/api/v1/enhance", enhance, methods=["POST"]),
        Mount("/", create_page()),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else PORT, log_level="warning")
