"""The multipart form of POST /api/v1/enhance, field by field, as FastAPI parses and documents it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form

from serve_app.schemas import EnhanceOptions


def enhance_options(
    upscale_factor: Annotated[int, Form(ge=1, le=4, description="Output size over input size.")] = 2,
    strength: Annotated[
        float, Form(ge=0.0, le=1.0, description="How much of a restored face replaces the original: a blend.")
    ] = 1.0,
    faces: Annotated[Literal["all", "largest", "center"], Form(description="Which faces to restore.")] = "all",
    color_correction: Annotated[bool, Form(description="Give restored faces the original's colours.")] = False,
    background: Annotated[
        bool, Form(description="Enlarge the background with Real-ESRGAN; false: plain bicubic resampling.")
    ] = True,
    output_format: Annotated[
        Literal["png", "jpeg"],
        Form(description="png keeps transparency and 16 bits; jpeg has 8 bits and puts transparency on white."),
    ] = "png",
) -> EnhanceOptions:
    """The client's options, checked."""
    return EnhanceOptions(
        upscale_factor=upscale_factor,
        strength=strength,
        faces=faces,
        color_correction=color_correction,
        background=background,
        output_format=output_format,
    )
