"""Bytes to picture and back, checked against Pillow, OpenCV and Little CMS."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib
from contextlib import suppress
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from deployments.contract import DecodeLimits, check_image
from deployments.errors import DecodeError, Step, TooFewPixels, TooManyPixels, Undecodable, UnsupportedFormat
from deployments.imaging.codec import decode
from deployments.imaging.formats import INPUT_FORMATS, OUTPUT_FORMATS, sniff
from load.png_chunks import chunk, raw_png
from tests.helpers.images import astronaut, noise, png, saved, to_bytes, waves

LIMITS = DecodeLimits(max_input_pixels=2_000_000, max_output_pixels=8_000_000, min_side=16)
STEP_8, STEP_16 = 1 / 255, 1 / 65535
INVISIBLE = 2
"""Alpha of 255; beneath it the colors are not kept."""


def _rgb(height: int = 40, width: int = 56) -> NDArray[np.uint8]:
    return to_bytes(waves(height, width))


def _deep(channels: int) -> NDArray[np.uint16]:
    shape = (40, 56) if channels == 1 else (40, 56, channels)
    return np.random.default_rng(1).integers(0, 65536, shape, np.uint16)


# ---- Formats ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\x89PNG\r\n\x1a",
        b"GIF88a" + bytes(64),
        b"RIFF\0\0\0\0WAVEfmt ",
        b"II*\1" + bytes(64),
        b"\0\0\0\x20ftypisom" + bytes(64),
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b" " + b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_begins_like_no_format_is_unsupported(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat):
        sniff(data)
    with pytest.raises(UnsupportedFormat):
        decode(data, LIMITS)


def test_the_format_is_told_by_content() -> None:
    picture = PILImage.fromarray(_rgb())
    assert sniff(saved(picture, "JPEG")) is decode(saved(picture, "JPEG"), LIMITS).format is INPUT_FORMATS["jpeg"]
    assert sniff(saved(picture, "PNG")) is decode(saved(picture, "PNG"), LIMITS).format is INPUT_FORMATS["png"]


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 2}, {"optimize": True}])
def test_a_jpeg_decodes_as_pillow_decodes_it(options: dict[str, Any]) -> None:
    data = saved(PILImage.fromarray(_rgb()), "JPEG", quality=90, **options)
    found = decode(data, LIMITS)
    expected = np.asarray(PILImage.open(io.BytesIO(data)).convert("RGB"))
    np.testing.assert_array_equal(to_bytes(found.image), expected)
    assert found.alpha is None and found.bits == 8 and not found.gray


def test_of_a_phones_multi_picture_jpeg_the_first_picture_is_read() -> None:
    first, second = PILImage.fromarray(_rgb()), PILImage.fromarray(255 - _rgb(20, 20))
    data = saved(first, "MPO", save_all=True, append_images=[second])
    expected = np.asarray(PILImage.open(io.BytesIO(data)).convert("RGB"))
    np.testing.assert_array_equal(to_bytes(decode(data, LIMITS).image), expected)


# ---- Channels and depth ----------------------------------------------------------------------------------------------


def test_grey_becomes_three_equal_channels() -> None:
    gray = _rgb()[..., 0]
    found = decode(saved(PILImage.fromarray(gray), "PNG"), LIMITS)
    np.testing.assert_array_equal(to_bytes(found.image), np.repeat(gray[..., None], 3, axis=2))
    assert found.gray and found.alpha is None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_png_mode_decodes_as_pillow_converts_it(mode: str) -> None:
    rgba = np.dstack([_rgb(), _rgb()[..., :1][::-1]])
    source = PILImage.fromarray(rgba if mode.endswith("A") else _rgb())
    data = saved(source.convert(mode), "PNG")
    found = decode(data, LIMITS)
    expected = np.asarray(PILImage.open(io.BytesIO(data)).convert("RGBA"))
    seen = expected[..., 3] > INVISIBLE
    np.testing.assert_array_equal(to_bytes(found.image)[seen], expected[seen, :3])
    assert (found.alpha is not None) == mode.endswith("A")
    if found.alpha is not None:
        np.testing.assert_array_equal(to_bytes(found.alpha), expected[..., 3])
    check_image(found.image, Step.DECODE)


@pytest.mark.parametrize("transparency", [3, bytes(range(0, 256, 2))])
def test_a_palettes_transparency_becomes_alpha(transparency: int | bytes) -> None:
    palette = PILImage.fromarray(_rgb()).quantize(64)
    found = decode(saved(palette, "PNG", transparency=transparency), LIMITS)
    indices = np.asarray(palette)
    table = np.full(256, 255)
    if isinstance(transparency, int):
        table[transparency] = 0
    else:
        table[: len(transparency)] = list(transparency)
    assert found.alpha is not None
    np.testing.assert_array_equal(to_bytes(found.alpha), table[indices])


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bits_a_channel_are_read_at_full_precision(channels: int) -> None:
    pixels = _deep(channels)
    found = decode(png(pixels), LIMITS)
    color = np.repeat(pixels[..., None], 3, axis=2) if channels == 1 else pixels[..., :3]
    seen = pixels[..., 3] > INVISIBLE * 257 if channels == 4 else np.full((40, 56), True)
    np.testing.assert_array_equal(np.rint(found.image * 65535)[seen], color[seen])
    assert found.bits == 16
    assert (found.alpha is None) == (channels != 4)
    if found.alpha is not None:
        np.testing.assert_array_equal(np.rint(found.alpha * 65535), pixels[..., 3])


def test_16_bit_grey_with_alpha_keeps_both_at_full_precision() -> None:
    pixels = _deep(2)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    found = decode(raw_png(56, 40, 16, 4, rows), LIMITS)
    assert found.alpha is not None and found.gray
    seen = pixels[..., 1] > INVISIBLE * 257
    np.testing.assert_array_equal(np.rint(found.image * 65535)[seen], np.repeat(pixels[..., :1], 3, axis=2)[seen])
    np.testing.assert_array_equal(np.rint(found.alpha * 65535), pixels[..., 1])


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_grey_of_fewer_bits_spans_black_to_white(depth: int) -> None:
    rows = b"".join(b"\0" + (b"\x00" * (depth * 2) + b"\xff" * (depth * 2)) for _ in range(32))
    image = decode(raw_png(32, 32, depth, 0, rows), LIMITS).image
    assert (image[:, :16] == 0).all() and (image[:, 16:] == 1).all()


@pytest.mark.parametrize(("tint", "gray"), [(0, True), (1, True), (40, False)])
def test_a_black_and_white_picture_is_known_for_one_however_it_is_stored(tint: int, gray: bool) -> None:
    pixels = np.repeat(_rgb()[..., :1], 3, axis=2) // 2
    pixels[5, 6, 0] += tint
    assert decode(saved(PILImage.fromarray(pixels), "PNG"), LIMITS).gray is gray


def test_a_black_and_white_photograph_saved_as_colour_jpeg_is_black_and_white() -> None:
    pixels = np.repeat(to_bytes(astronaut())[..., 1:2], 3, axis=2)
    assert decode(saved(PILImage.fromarray(pixels), "JPEG", quality=60), LIMITS).gray
    assert not decode(saved(PILImage.fromarray(to_bytes(astronaut())), "JPEG", quality=60), LIMITS).gray


# ---- Orientation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [*range(1, 9), 0, 9, 77])
def test_the_exif_orientation_is_applied_as_pillow_applies_it(kind: str, orientation: int) -> None:
    exif = PILImage.Exif()
    exif[0x0112] = orientation
    data = saved(PILImage.fromarray(_rgb()), kind, exif=exif)
    expected = np.asarray(ImageOps.exif_transpose(PILImage.open(io.BytesIO(data))).convert("RGB"))
    np.testing.assert_array_equal(to_bytes(decode(data, LIMITS).image), expected)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_alpha_and_16_bit_pictures_turn_too(orientation: int) -> None:
    exif = PILImage.Exif()
    exif[0x0112] = orientation
    pixels = _deep(4)
    plain = png(pixels)
    turned = plain[:33] + chunk(b"eXIf", exif.tobytes()[6:]) + plain[33:]
    red = PILImage.fromarray(pixels[..., 0].astype(np.int32))
    red.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(red))
    found = decode(turned, LIMITS)
    assert found.alpha is not None and found.alpha.shape == found.image.shape[:2] == expected.shape
    seen = found.alpha * 255 > INVISIBLE
    np.testing.assert_array_equal(np.rint(found.image[..., 0] * 65535)[seen], expected[seen])
    assert found.alpha.flags.c_contiguous and found.image.flags.c_contiguous


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + bytes(50), b"garbage"])
def test_broken_exif_costs_nobody_the_picture(exif: bytes) -> None:
    data = saved(PILImage.fromarray(_rgb()), "JPEG", exif=exif)
    assert decode(data, LIMITS).image.shape == (40, 56, 3)


# ---- Color ----------------------------------------------------------------------------------------------------------


def _by_little_cms(picture: PILImage.Image, profile: bytes) -> NDArray[np.uint8]:
    # Without its optimizations Little CMS computes in floating point; its 8-bit short cuts err in dark colors.
    converted = ImageCms.profileToProfile(
        picture,
        io.BytesIO(profile),
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
        flags=ImageCms.Flags.NOOPTIMIZE,
    )
    return np.asarray(converted)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_rgb_profile_is_converted_to_srgb(kind: str) -> None:
    icc = imagecodecs.cms_profile("adobergb")
    muted = (_rgb() // 2 + _rgb().mean(axis=2, keepdims=True) // 2).astype(np.uint8)  # inside what sRGB can show
    data = saved(PILImage.fromarray(muted), kind, icc_profile=icc, **({"quality": 95} if kind == "JPEG" else {}))
    read = PILImage.open(io.BytesIO(data))
    found = to_bytes(decode(data, LIMITS).image).astype(int)
    assert np.abs(found - _by_little_cms(read, icc)).max() <= 2
    assert np.abs(found - np.asarray(read)).max() > 2, "the profile made no difference, so the test proves nothing"


def test_a_profile_of_a_16_bit_picture_is_converted_at_16_bits() -> None:
    icc = imagecodecs.cms_profile("adobergb")
    ramp = np.repeat(np.linspace(20000, 20400, 64).astype(np.uint16)[None, :, None], 3, axis=2).repeat(32, axis=0)
    plain = png(ramp)
    data = plain[:33] + chunk(b"iCCP", b"x\0\0" + zlib.compress(icc)) + plain[33:]
    image = decode(data, LIMITS).image
    # 400 of 65536 steps are not two of 256: at 8 bits on the way there would be at most three different values.
    assert len(np.unique(image[0, :, 0])) > 50
    expected = _by_little_cms(PILImage.fromarray((ramp / 257).round().astype(np.uint8)), icc)
    assert np.abs(image * 255 - expected).max() <= 1


def test_a_grey_profile_is_converted_to_srgb() -> None:
    icc = imagecodecs.cms_profile("gray", gamma=1.8, whitepoint=(0.3457, 0.3585, 1.0))
    assert icc[16:20] == b"GRAY"
    ramp = np.tile(np.arange(256, dtype=np.uint8), (32, 1))
    found = decode(saved(PILImage.fromarray(ramp), "PNG", icc_profile=icc), LIMITS)
    linear = (ramp / 255) ** 1.8
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(found.image - srgb[..., None]).max() <= 2 * STEP_8  # Little CMS interpolates a table
    assert found.gray


def test_a_cmyk_jpeg_without_profile_decodes_as_pillow_converts_it() -> None:
    data = saved(PILImage.fromarray(_rgb()).convert("CMYK"), "JPEG", quality=95)
    expected = np.asarray(PILImage.open(io.BytesIO(data)).convert("RGB"))
    np.testing.assert_array_equal(to_bytes(decode(data, LIMITS).image), expected)


@pytest.mark.parametrize(("mode", "kind"), [("L", b"CMYK"), ("RGB", b"GRAY"), ("RGB", b"Lab "), ("CMYK", b"RGB ")])
def test_a_profile_for_another_kind_of_colour_is_ignored(mode: str, kind: bytes) -> None:
    icc = imagecodecs.cms_profile("gray" if kind == b"GRAY" else "adobergb")
    icc = icc[:16] + kind + icc[20:]
    picture = PILImage.fromarray(_rgb()).convert(mode)
    plain, tagged = saved(picture, "JPEG"), saved(picture, "JPEG", icc_profile=icc)
    np.testing.assert_array_equal(decode(tagged, LIMITS).image, decode(plain, LIMITS).image)


def _broken_profiles() -> list[bytes]:
    good = imagecodecs.cms_profile("adobergb")
    rng = np.random.default_rng(3)
    damaged = []
    for _ in range(40):
        copy = bytearray(good)
        for at in rng.integers(0, len(copy), 12):
            if not 16 <= at < 20:  # so that it is not simply ignored
                copy[at] = rng.integers(256)
        damaged.append(bytes(copy))
    return [good[:200], good[:130], good[:20], good[16:], b"\0" * 16 + b"RGB " + b"\0" * 200, b"x", *damaged]


def test_a_broken_profile_costs_at_most_the_picture() -> None:
    outcomes = set()
    for profile in _broken_profiles():
        data = saved(PILImage.fromarray(_rgb()), "JPEG", icc_profile=profile)
        try:
            check_image(decode(data, LIMITS).image, Step.DECODE)
            outcomes.add("decoded")
        except Undecodable:
            outcomes.add("refused")
    assert "decoded" in outcomes


# ---- Damage ----------------------------------------------------------------------------------------------------------


def _files() -> dict[str, bytes]:
    return {
        "jpeg": saved(PILImage.fromarray(_rgb()), "JPEG", quality=90, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
        "progressive": saved(PILImage.fromarray(_rgb()), "JPEG", progressive=True),
        "png": saved(PILImage.fromarray(_rgb()), "PNG"),
        "palette": saved(PILImage.fromarray(_rgb()).quantize(16), "PNG", transparency=3),
        "png16": png(_deep(3)),
        "png16-alpha": png(_deep(4)),
    }


@pytest.mark.parametrize("name", list(_files()))
def test_a_truncated_file_is_undecodable_wherever_it_ends(name: str) -> None:
    data = _files()[name]
    start = 3 if data.startswith(b"\xff") else 8
    # A file that lacks nothing but its end marker, or the checksums before it, has all of its pixels.
    end = len(data) - (2 if start == 3 else 21)
    for length in sorted({*range(start, 80), *np.linspace(start, end - 1, 150).astype(int)}):
        with pytest.raises(Undecodable):
            decode(data[:length], LIMITS)


@pytest.mark.parametrize("name", list(_files()))
def test_a_damaged_file_decodes_or_is_undecodable_and_raises_nothing_else(name: str) -> None:
    good = _files()[name]
    rng = np.random.default_rng(5)
    for _ in range(150):
        data = bytearray(good)
        for at in rng.integers(8, len(data), rng.integers(1, 6)):
            data[at] = rng.integers(256)
        with suppress(DecodeError):
            check_image(decode(bytes(data), LIMITS).image, Step.DECODE)


@pytest.mark.parametrize("name", ["png", "png16", "png16-alpha"])
def test_a_flipped_bit_in_a_pngs_pixels_never_gives_a_picture(name: str) -> None:
    data = bytearray(_files()[name])
    data[data.index(b"IDAT") + 40] ^= 4
    with pytest.raises(Undecodable):
        decode(bytes(data), LIMITS)


@pytest.mark.parametrize("magic", [b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"\x89PNG\r\n\x1a\n"])
def test_noise_behind_the_right_first_bytes_is_undecodable(magic: bytes) -> None:
    rng = np.random.default_rng(7)
    for length in (0, 1, 2, 10, 100, 5000):
        with pytest.raises(Undecodable):
            decode(magic + rng.bytes(length), LIMITS)


@pytest.mark.slow
def test_a_text_chunk_that_inflates_without_end_costs_nothing() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    data = saved(PILImage.fromarray(_rgb()), "PNG")
    tracemalloc.start()
    try:
        found = decode(data[:33] + bomb + data[33:], LIMITS)
        np.testing.assert_array_equal(found.image, decode(data, LIMITS).image)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


# ---- Limits ----------------------------------------------------------------------------------------------------------


def _huge_jpeg() -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, 65500, 65500, 3) + b"\x01\x11\0\x02\x11\0\x03\x11\0"
    return b"\xff\xd8" + frame + b"\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\x3f\0" + b"\xff\xd9"


@pytest.mark.parametrize(
    "data",
    [raw_png(60000, 60000, 8, 2, b"\0"), raw_png(60000, 60000, 16, 6, b"\0"), _huge_jpeg()],
    ids=["png", "png16", "jpeg"],
)
def test_a_header_that_declares_a_huge_picture_is_refused_at_once_and_without_memory(data: bytes) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(TooManyPixels, match="megapixels"):
            decode(data, LIMITS)
        assert time.perf_counter() - began < 4.0
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_the_limit_on_input_pixels_is_exact() -> None:
    data = saved(PILImage.fromarray(_rgb(40, 56)), "PNG")
    assert decode(data, DecodeLimits(40 * 56, 10**9, 16)).image.shape == (40, 56, 3)
    with pytest.raises(TooManyPixels, match="56x40"):
        decode(data, DecodeLimits(40 * 56 - 1, 10**9, 16))


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_the_limit_on_output_pixels_counts_the_factor(factor: int) -> None:
    data = saved(PILImage.fromarray(_rgb(40, 56)), "PNG")
    pixels = 40 * 56 * factor**2
    decode(data, DecodeLimits(10**9, pixels, 16), [factor])
    with pytest.raises(
        TooManyPixels, match=f"upscale_factor for it is {factor - 1}" if factor > 1 else "smaller first"
    ):
        decode(data, DecodeLimits(10**9, pixels - 1, 16), [factor])


def test_the_shorter_side_has_a_least_length() -> None:
    data = saved(PILImage.fromarray(_rgb(31, 80)), "PNG")
    decode(data, DecodeLimits(10**9, 10**9, 31))
    with pytest.raises(TooFewPixels, match="80x31"):
        decode(data, DecodeLimits(10**9, 10**9, 32))


# ---- Encoding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bits", "step"), [(8, STEP_8), (16, STEP_16)])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_a_png_comes_back_exactly(bits: Any, step: float, with_alpha: bool) -> None:
    top = round(1 / step)
    image = (np.rint(noise(40, 56) * top) / top).astype(np.float32)
    alpha = (np.rint(noise(40, 56, 1, seed=2)[..., 0] * top) / top).astype(np.float32) if with_alpha else None
    found = decode(OUTPUT_FORMATS["png"].encode(image, alpha, bits), LIMITS)
    assert found.bits == bits
    seen = np.full((40, 56), True) if alpha is None else alpha * 255 > INVISIBLE
    np.testing.assert_array_equal(np.rint(found.image * top)[seen], np.rint(image * top)[seen])
    if alpha is None:
        assert found.alpha is None
    else:
        assert found.alpha is not None
        np.testing.assert_array_equal(np.rint(found.alpha * top), np.rint(alpha * top))


def test_values_are_rounded_not_cut() -> None:
    image = np.full((16, 16, 3), 100.6 / 255, np.float32)
    assert (to_bytes(decode(OUTPUT_FORMATS["png"].encode(image, None), LIMITS).image) == 101).all()


def test_a_jpeg_shows_transparency_on_white() -> None:
    image = np.zeros((32, 32, 3), np.float32)
    alpha = np.ones((32, 32), np.float32)
    alpha[:, 16:] = 0.0
    alpha[16:] = 0.5
    pixels = np.asarray(PILImage.open(io.BytesIO(OUTPUT_FORMATS["jpeg"].encode(image, alpha))))
    assert pixels[:8, :8].max() <= 2 and pixels[:8, -8:].min() >= 253
    assert np.abs(pixels[-8:].astype(int) - 128).max() <= 2


def test_a_jpeg_keeps_its_colour_at_full_resolution() -> None:
    """Single red and blue pixels side by side: with halved chroma both would turn purple."""
    image = np.zeros((32, 32, 3), np.float32)
    image[:, ::2, 0] = 1.0
    image[:, 1::2, 2] = 1.0
    encoded = PILImage.open(io.BytesIO(OUTPUT_FORMATS["jpeg"].encode(image, None)))
    found = np.asarray(encoded.convert("RGB")) / 255
    assert np.abs(found - image).mean() < 0.1


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_the_result_tells_nothing_about_where_the_picture_comes_from(kind: Any) -> None:
    exif = PILImage.Exif()
    exif[0x010F] = "Secret Camera"
    info = PngInfo()
    info.add_text("Author", "Secret Camera")
    options: dict[str, Any] = {"pnginfo": info} if kind == "png" else {"comment": b"Secret Camera"}
    data = saved(PILImage.fromarray(_rgb()), kind.upper(), exif=exif, dpi=(72, 72), **options)
    assert b"Secret" in data
    found = decode(data, LIMITS)
    result = OUTPUT_FORMATS[kind].encode(found.image, found.alpha)
    assert b"Secret" not in result
    written = PILImage.open(io.BytesIO(result))
    written.load()
    assert not written.getexif() and "icc_profile" not in written.info
    assert set(written.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_same_picture_always_gives_the_same_bytes() -> None:
    image = astronaut()
    assert OUTPUT_FORMATS["png"].encode(image, None) == OUTPUT_FORMATS["png"].encode(image.copy(), None)
    assert OUTPUT_FORMATS["jpeg"].encode(image, None) == OUTPUT_FORMATS["jpeg"].encode(image.copy(), None)
