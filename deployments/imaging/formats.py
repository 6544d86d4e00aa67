"""The file formats that Visage reads and writes, each registered once; schemas, docs and the page derive from here.

Input and output are registered apart: a format may be read that is not written, and the other way round. To add one,
see CONTRIBUTING.md, "Add a format".
"""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from deployments.errors import UnsupportedFormat
from deployments.imaging.bmp_structure import read_bmp_structure
from deployments.imaging.gif_structure import read_gif_structure
from deployments.imaging.heif_structure import read_heif_structure
from deployments.imaging.input_formats import InputFormat, signature
from deployments.imaging.jpeg_structure import read_jpeg_structure
from deployments.imaging.jxl_structure import CODESTREAM, read_jxl_structure
from deployments.imaging.output_formats import Lossless, OutputFormat
from deployments.imaging.pixels import read_isolated, read_jpeg, read_png
from deployments.imaging.png_structure import read_png_structure
from deployments.imaging.png_writer import write_png
from deployments.imaging.tiff_structure import read_tiff_structure
from deployments.imaging.tiff_writer import write_tiff
from deployments.imaging.webp_structure import read_webp_structure
from deployments.imaging.writers import (
    AVIF_QUALITY,
    JPEG_QUALITY,
    JXL_QUALITY,
    WEBP_QUALITY,
    write_avif,
    write_jpeg,
    write_jxl,
    write_webp,
)

INPUT_FORMATS: dict[str, InputFormat] = {
    each.name: each
    for each in (
        InputFormat(
            "jpeg",
            "JPEG",
            ("jpg", "jpeg"),
            "image/jpeg",
            (signature(b"\xff\xd8\xff"),),
            True,
            read_jpeg_structure,
            read_jpeg,
        ),
        InputFormat(
            "png", "PNG", ("png",), "image/png", (signature(b"\x89PNG\r\n\x1a\n"),), True, read_png_structure, read_png
        ),
        InputFormat(
            "webp",
            "WebP",
            ("webp",),
            "image/webp",
            (signature(b"RIFF", 4, b"WEBP"),),
            True,
            read_webp_structure,
            partial(read_isolated, "webp"),
        ),
        InputFormat(
            "avif",
            "AVIF",
            ("avif",),
            "image/avif",
            (signature(4, b"ftypavif"), signature(4, b"ftypavis")),
            True,
            read_heif_structure,
            partial(read_isolated, "heif"),
        ),
        InputFormat(
            "heic",
            "HEIC",
            ("heic", "heif"),
            "image/heic",
            tuple(
                signature(4, b"ftyp" + brand)
                for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1")
            ),
            False,
            read_heif_structure,
            partial(read_isolated, "heif"),
        ),
        InputFormat(
            "tiff",
            "TIFF",
            ("tif", "tiff"),
            "image/tiff",
            tuple(signature(start) for start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
            False,
            read_tiff_structure,
            partial(read_isolated, "tiff"),
        ),
        InputFormat(
            "bmp",
            "BMP",
            ("bmp",),
            "image/bmp",
            (signature(b"BM"),),
            True,
            read_bmp_structure,
            partial(read_isolated, "bmp"),
        ),
        InputFormat(
            "jxl",
            "JPEG XL",
            ("jxl",),
            "image/jxl",
            (signature(CODESTREAM), signature(b"\0\0\0\x0cJXL \r\n\x87\n")),
            False,
            read_jxl_structure,
            partial(read_isolated, "jxl"),
        ),
        InputFormat(
            "gif",
            "GIF",
            ("gif",),
            "image/gif",
            (signature(b"GIF87a"), signature(b"GIF89a")),
            True,
            read_gif_structure,
            partial(read_isolated, "gif"),
        ),
    )
}

OUTPUT_FORMATS: dict[str, OutputFormat] = {
    each.name: each
    for each in (
        OutputFormat("png", "PNG", "png", "image/png", True, (8, 16), None, Lossless.ALWAYS, 2**31 - 1, write_png),
        OutputFormat(
            "jpeg", "JPEG", "jpg", "image/jpeg", False, (8,), JPEG_QUALITY, Lossless.NEVER, 65_500, write_jpeg
        ),
        OutputFormat(
            "webp", "WebP", "webp", "image/webp", True, (8,), WEBP_QUALITY, Lossless.OPTIONAL, 16_383, write_webp
        ),
        OutputFormat(
            "avif", "AVIF", "avif", "image/avif", True, (8, 10), AVIF_QUALITY, Lossless.OPTIONAL, 16_384, write_avif
        ),
        OutputFormat("tiff", "TIFF", "tif", "image/tiff", True, (8, 16), None, Lossless.ALWAYS, 2**31 - 1, write_tiff),
        OutputFormat(
            "jxl", "JPEG XL", "jxl", "image/jxl", True, (8, 16), JXL_QUALITY, Lossless.OPTIONAL, 2**30, write_jxl
        ),
    )
}

OutputFormatName = StrEnum("OutputFormatName", {name.upper(): name for name in OUTPUT_FORMATS})  # type: ignore[misc]
OutputMediaType = StrEnum(  # type: ignore[misc]
    "OutputMediaType", {name.upper(): each.media_type for name, each in OUTPUT_FORMATS.items()}
)


def sniff(data: bytes) -> InputFormat:
    """The format by the first bytes; raises UnsupportedFormat."""
    for each in INPUT_FORMATS.values():
        if each.begins(data):
            return each
    titles = ", ".join(each.title for each in INPUT_FORMATS.values())
    raise UnsupportedFormat(f"This is in none of the formats that are read: {titles}.")
