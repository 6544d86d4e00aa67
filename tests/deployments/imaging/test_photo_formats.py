"""Every format in, compared with what other libraries read of it, and its bounds before anything is decoded."""

from __future__ import annotations

import io
import struct
import time
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageCms, ImageOps

from deployments.contract import DecodeLimits, check_image
from deployments.errors import Step, TooComplex, TooManyPixels, Undecodable
from deployments.imaging.codec import decode
from tests.helpers.images import noise, saved, to_bytes, waves
from tests.helpers.photo_formats import avif, heic, jxl, of_every_kind, tiff, with_ispe

LIMITS = DecodeLimits(max_input_pixels=2_000_000, max_output_pixels=8_000_000, min_side=16)
RGB = to_bytes(waves(60, 80))
DEEP = RGB.astype(np.uint16) * 256 + 77
RGBA = np.dstack([RGB, np.repeat(np.linspace(60, 255, 80)[None], 60, axis=0).astype(np.uint8)])
FILES = of_every_kind(RGB)
PICTURE = PILImage.fromarray(RGB)


def read(data: bytes) -> NDArray[np.uint8]:
    return to_bytes(decode(data, LIMITS).image)


# ---- What is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "tolerance"),
    [
        (saved(PICTURE, "WEBP", lossless=True), 0),
        (saved(PICTURE, "WEBP", quality=95), 12),
        (avif(RGB), 0),
        (heic(RGB), 3),
        (tiff(RGB, photometric="rgb"), 0),
        (tiff(RGB, photometric="rgb", compression="zlib", predictor=2), 0),
        (tiff(RGB, photometric="rgb", compression="lzw", byteorder=">"), 0),
        (tiff(RGB, photometric="rgb", bigtiff=True, tile=(32, 32)), 0),
        (tiff(np.moveaxis(RGB, 2, 0), photometric="rgb", planarconfig="separate"), 0),
        (saved(PICTURE, "TIFF", compression="packbits"), 0),
        (saved(PICTURE, "TIFF", compression="jpeg", quality=95), 6),
        (saved(PICTURE, "BMP"), 0),
        (jxl(RGB, lossless=True), 1),  # its profile is sRGB to some digits
        (jxl(RGB, level=95, usecontainer=True), 30),
    ],
)
def test_the_picture_that_was_stored_is_read(data: bytes, tolerance: int) -> None:
    found = decode(data, LIMITS)
    assert np.abs(to_bytes(found.image).astype(int) - RGB).max() <= tolerance
    assert (found.bits, found.alpha, found.notes) == (8, None, ())
    check_image(found.image, Step.DECODE)


@pytest.mark.parametrize(
    "data",
    [
        saved(PICTURE.quantize(64), "GIF"),
        saved(PICTURE.quantize(16), "BMP"),
        saved(PICTURE.quantize(64), "TIFF"),
        saved(PICTURE.convert("1"), "BMP"),
        saved(PICTURE.convert("1"), "TIFF", compression="group4"),
        saved(PICTURE.convert("L"), "TIFF"),
        saved(PICTURE.convert("CMYK"), "TIFF"),
    ],
)
def test_palettes_bits_and_inks_are_read_as_pillow_reads_them(data: bytes) -> None:
    np.testing.assert_array_equal(read(data), np.asarray(PILImage.open(io.BytesIO(data)).convert("RGB")))


def test_a_tiff_in_which_white_is_zero_is_turned_over() -> None:
    np.testing.assert_array_equal(read(tiff(RGB[..., 0], photometric="miniswhite"))[..., 0], 255 - RGB[..., 0])


@pytest.mark.parametrize(
    ("data", "bits"),
    [
        (tiff(DEEP, photometric="rgb", compression="zlib", predictor=2), 16),
        (tiff(np.moveaxis(DEEP, 2, 0), photometric="rgb", planarconfig="separate", byteorder=">"), 16),
        (avif(DEEP >> 6, 10), 10),
        (avif(DEEP >> 4, 12), 12),
    ],
)
def test_more_than_8_bits_are_kept(data: bytes, bits: int) -> None:
    found = decode(data, LIMITS)
    expected = (DEEP >> (16 - bits)) / (2**bits - 1)
    assert found.bits == 16 and np.abs(found.image - expected).max() < 2 / 65535


def test_10_bits_of_a_heic_are_kept() -> None:
    ramp = np.repeat(np.linspace(20_000, 30_000, 256).astype(np.uint16)[None, :, None], 3, axis=2).repeat(64, axis=0)
    found = decode(heic(ramp), LIMITS)
    assert found.bits == 16 and np.abs(found.image - ramp / 65535).max() < 2 / 1023
    assert len(np.unique(found.image[32, :, 1])) > 100  # of 40 steps of 8 bits


def test_16_bits_of_a_jpeg_xl_in_linear_light_are_converted() -> None:
    found = decode(jxl(DEEP, lossless=True, effort=3), LIMITS)
    light = DEEP / 65535
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert found.bits == 16 and np.abs(found.image - srgb).max() < 20 / 65535


@pytest.mark.parametrize(
    ("data", "tolerance"),
    [
        (saved(PILImage.fromarray(RGBA), "WEBP", lossless=True), 0),
        (avif(RGBA), 0),
        (heic(RGBA), 3),
        (tiff(RGBA, photometric="rgb", extrasamples=["unassalpha"]), 0),
        (jxl(RGBA, lossless=True), 1),
    ],
)
def test_transparency_is_kept(data: bytes, tolerance: int) -> None:
    found = decode(data, LIMITS)
    assert found.alpha is not None
    np.testing.assert_allclose(found.alpha * 255, RGBA[..., 3], atol=1.01)
    assert np.abs(to_bytes(found.image).astype(int) - RGB).max() <= tolerance


def test_colors_that_were_multiplied_with_their_alpha_are_divided_again() -> None:
    multiplied = np.dstack([np.rint(RGB * (RGBA[..., 3:] / 255)).astype(np.uint8), RGBA[..., 3]])
    found = decode(tiff(multiplied, photometric="rgb", extrasamples=["assocalpha"]), LIMITS)
    assert found.alpha is not None and np.abs(to_bytes(found.image).astype(int) - RGB).max() <= 3


def test_a_channel_that_is_no_alpha_is_left_out() -> None:
    found = decode(tiff(RGBA, photometric="rgb", extrasamples=["unspecified"]), LIMITS)
    assert found.alpha is None
    np.testing.assert_array_equal(to_bytes(found.image), RGB)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "BMP", "GIF", "TIFF"])
def test_gray_is_gray(kind: str) -> None:
    assert decode(saved(PICTURE.convert("L"), kind), LIMITS).gray


def test_gray_of_a_heic_and_a_jpeg_xl_is_gray() -> None:
    assert decode(heic(RGB[..., 0]), LIMITS).gray
    assert decode(jxl(RGB[..., 0], lossless=True), LIMITS).gray


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("webp frames", "2 frames"),
        ("gif", "2 frames"),
        ("png frames", "2 frames"),
        ("avif frames", "sequence"),
        ("jxl frames", "sequence"),
    ],
)
def test_of_several_frames_the_first_is_used_and_that_is_said(name: str, said: str) -> None:
    found = decode(FILES[name], LIMITS)
    assert said in found.notes[0] and found.image.shape == (60, 80, 3)
    assert np.abs(to_bytes(found.image).astype(int) - RGB).mean() < 6


@pytest.mark.parametrize("pages", [2, 7])
def test_of_several_pages_the_first_is_used_and_their_number_is_said(pages: int) -> None:
    found = decode(tiff(np.stack([RGB] + [255 - RGB] * (pages - 1)), photometric="rgb"), LIMITS)
    assert f"{pages} pages" in found.notes[0]
    np.testing.assert_array_equal(to_bytes(found.image), RGB)


# ---- Turned and colored ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "AVIF", "HEIC", "JXL"])
def test_the_orientation_is_applied_once(kind: str, orientation: int) -> None:
    exif = PILImage.Exif()
    exif[0x0112] = orientation
    if kind == "HEIC":  # written with irot and imir, and EXIF that says the same
        data = heic(RGB, exif=exif.tobytes())
    elif kind == "JXL":  # libjxl takes it over from the JPEG
        data = bytes(imagecodecs.jpegxl_encode_jpeg(saved(PICTURE, "JPEG", quality=95, exif=exif)))
    elif kind == "TIFF":
        data = saved(PICTURE, kind, exif=exif)
    else:
        data = saved(PICTURE, kind, quality=95, exif=exif)
    exif_only = PICTURE.copy()
    exif_only.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(exif_only))
    found = read(data)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).mean() < 3


WHITE, P3 = (0.3127, 0.3290, 1.0), [0.680, 0.320, 1.0, 0.265, 0.690, 1.0, 0.150, 0.060, 1.0]
WIDE = imagecodecs.cms_profile("rgb", whitepoint=WHITE, primaries=P3, gamma=2.2)
MUTED = (RGB // 3 + RGB.mean(axis=2, keepdims=True) * 2 // 3).astype(np.uint8)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "TIFF", "HEIC"])
def test_a_wide_profile_is_applied(kind: str) -> None:
    picture = PILImage.fromarray(MUTED)
    if kind == "HEIC":
        data = heic(MUTED, icc_profile=WIDE)
    else:
        options: dict[str, Any] = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100, "subsampling": "4:4:4"}}
        data = saved(picture, kind, icc_profile=WIDE, **options.get(kind, {}))
    expected = np.asarray(
        ImageCms.profileToProfile(
            picture, io.BytesIO(WIDE), ImageCms.createProfile("sRGB"), outputMode="RGB", flags=ImageCms.Flags.NOOPTIMIZE
        )
    )
    assert expected is not None and np.abs(expected.astype(int) - MUTED).max() > 4
    assert np.abs(read(data).astype(int) - expected).max() <= 4


def test_the_code_points_of_a_display_p3_heic_are_applied() -> None:
    """Chromaticities by number (nclx), as phones also write them: 12 are Display P3's, 13 is sRGB's curve."""
    plain = heic(MUTED)
    at = plain.index(b"nclx") + 4
    tagged = plain[:at] + struct.pack(">HH", 12, 13) + plain[at + 4 :]
    stored = np.linspace(0.0, 1.0, 4096)
    curve = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4).astype(np.float32)
    p3 = imagecodecs.cms_profile("rgb", whitepoint=WHITE, primaries=P3, transferfunction=curve)
    expected = np.asarray(
        ImageCms.profileToProfile(
            PILImage.fromarray(read(plain)), io.BytesIO(p3), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    )
    assert np.abs(read(tagged).astype(int) - expected).max() <= 3
    assert np.abs(read(tagged).astype(int) - MUTED).max() > 4


# ---- What is refused -------------------------------------------------------------------------------------------------


def _tag_at(data: bytearray, tag: int) -> int:
    """Where a tag of the first directory is."""
    start = struct.unpack_from("<I", data, 4)[0]
    entries = range(start + 2, start + 2 + 12 * struct.unpack_from("<H", data, start)[0], 12)
    return next(at for at in entries if struct.unpack_from("<H", data, at)[0] == tag)


def _huge() -> dict[str, bytes]:
    """Files of a few hundred bytes that declare gigapixels."""
    webp = bytearray(saved(PILImage.fromarray(RGBA), "WEBP", lossless=True, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0"))
    at = webp.index(b"VP8X") + 12
    webp[at : at + 6] = b"\xfe\xff\0\xfe\xff\0"
    tiff_file = bytearray(tiff(RGB, photometric="rgb"))
    for tag in (256, 257, 278):  # one strip of all rows
        struct.pack_into("<HII", tiff_file, _tag_at(tiff_file, tag) + 2, 4, 1, 100_000)
    bmp = bytearray(saved(PICTURE, "BMP"))
    struct.pack_into("<ii", bmp, 18, 60_000, -60_000)
    struct.pack_into("<I", bmp, 30, 1)  # run lengths, which take no space
    gif = bytearray(saved(PICTURE, "GIF"))
    struct.pack_into("<HH", gif, 6, 65_535, 65_535)
    return {
        "webp": bytes(webp),
        "tiff": bytes(tiff_file),
        "bmp": bytes(bmp),
        "gif": bytes(gif),
        "avif": with_ispe(FILES["avif"], 100_000, 100_000),
        "heic": with_ispe(FILES["heic"], 100_000, 100_000),
        "jxl": b"\xff\x0a" + (0b0 | 0b11 << 1 | 70_000 << 3 | 1 << 33).to_bytes(8, "little") + bytes(50),
    }


@pytest.mark.parametrize("name", ["webp", "tiff", "bmp", "gif", "avif", "heic", "jxl"])
def test_gigapixels_are_refused_by_the_header_alone(name: str) -> None:
    began = time.process_time()
    with pytest.raises(TooManyPixels):
        decode(_huge()[name], LIMITS)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("name", ["avif", "heic"])
def test_a_picture_never_gets_more_pixels_than_it_declares(name: str) -> None:
    try:
        found = decode(with_ispe(FILES[name], 40, 40), LIMITS)
    except (Undecodable, TooComplex):
        return
    assert found.image.shape == (40, 40, 3)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_cut_off_is_undecodable(name: str) -> None:
    data = saved(PICTURE, "GIF") if name == "gif" else FILES[name].partition(b"fdAT")[0]  # a first frame is enough
    for length in (len(data) // 3, len(data) * 2 // 3, len(data) * 9 // 10):
        with pytest.raises((Undecodable, TooComplex)):
            decode(data[:length], LIMITS)


def test_a_loop_of_tiff_directories_ends() -> None:
    data = bytearray(tiff(RGB, photometric="rgb"))
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    assert decode(bytes(data), LIMITS).notes == ()


def test_a_big_tiff_says_that_its_exif_is_lost() -> None:
    artist = [(315, "s", 0, "Jane", True)]
    big = decode(tiff(RGB, photometric="rgb", bigtiff=True, extratags=artist), LIMITS)
    assert big.metadata.exif is None and "BigTIFF" in " ".join(big.notes)
    small = decode(tiff(RGB, photometric="rgb", extratags=artist), LIMITS)
    assert small.metadata.exif is not None and b"Jane" in small.metadata.exif and small.notes == ()
    assert decode(tiff(RGB, photometric="rgb", bigtiff=True), LIMITS).notes == (), "it had none"


def test_a_tiff_with_endless_pages_is_read_quickly() -> None:
    data = bytearray(tiff(RGB, photometric="rgb"))
    first = struct.unpack_from("<I", data, 4)[0]
    link = first + 2 + 12 * struct.unpack_from("<H", data, first)[0]
    for _ in range(5_000):
        data += bytes(len(data) % 2)
        struct.pack_into("<I", data, link, len(data))
        link = len(data) + 2
        data += struct.pack("<HI", 0, 0)
    began = time.process_time()
    assert "at least 1000 pages" in decode(bytes(data), LIMITS).notes[0]
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("tag", "value", "refused"),
    [
        (322, 65_000, TooComplex),  # a tile of gigapixels in a small picture
        (259, 34_712, Undecodable),  # JPEG 2000
        (262, 8, Undecodable),  # CIELAB
    ],
)
def test_tiffs_of_other_kinds_are_refused(tag: int, value: int, refused: type[Exception]) -> None:
    data = bytearray(tiff(RGB, photometric="rgb", tile=(64, 80)))
    for each in (322, 323) if tag == 322 else (tag,):  # so large that one tile is enough
        struct.pack_into("<HIH", data, _tag_at(data, each) + 2, 3, 1, value)
    with pytest.raises(refused):
        decode(bytes(data), LIMITS)


def test_a_tiff_that_inflates_to_far_more_than_its_strips_costs_little() -> None:
    bomb = bytes(imagecodecs.zlib_encode(bytes(50_000_000), level=1))
    good = bytearray(tiff(RGB, photometric="rgb", compression="zlib", rowsperstrip=60))
    for tag, value in ((273, len(good)), (279, len(bomb))):
        struct.pack_into("<HII", good, _tag_at(good, tag) + 2, 4, 1, value)
    began = time.process_time()
    decoded = decode(bytes(good) + bomb, LIMITS)
    assert (decoded.image == 0).all()
    assert time.process_time() - began < 1


@pytest.mark.parametrize("tag", [273, 279])
def test_a_tiff_without_all_of_its_strips_is_undecodable(tag: int) -> None:
    """libtiff's caller would see memory that was never written."""
    data = bytearray(tiff(RGB, photometric="rgb", rowsperstrip=10))
    for each in (273, 279):
        struct.pack_into("<I", data, _tag_at(data, each) + 4, 5 if tag == 273 else 6 if each == 273 else 5)
    with pytest.raises(Undecodable):
        decode(bytes(data), LIMITS)


def test_a_heic_with_too_many_items_is_refused() -> None:
    entry = b"\0\0\0\x15infe\2\0\0\0\0\1\0\0hvc1\0"
    entries = b"".join(entry[:12] + struct.pack(">H", number) + entry[14:] for number in range(1, 5000))
    iinf = struct.pack(">I", 14 + len(entries)) + b"iinf" + bytes(4) + struct.pack(">H", 4999) + entries
    meta = b"meta" + bytes(4) + b"\0\0\0\x0epitm\0\0\0\0\0\1" + iinf + b"\0\0\0\x10iloc" + bytes(8) + b"\0\0\0\x08iprp"
    data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + struct.pack(">I", 4 + len(meta)) + meta
    with pytest.raises(TooComplex):
        decode(data, LIMITS)


def test_a_sequence_without_a_still_picture_is_refused() -> None:
    with pytest.raises(Undecodable, match="still"):
        decode(b"\0\0\0\x18ftypavis\0\0\0\0msf1avis" + b"\0\0\0\x10moov" + bytes(8), LIMITS)


def test_a_file_with_the_pixels_of_noise_is_read_in_every_format() -> None:
    """Noise is the most that a decoder can be given for its pixels: none reaches its bounds."""
    pixels = to_bytes(noise(300, 400))
    picture = PILImage.fromarray(pixels)
    ok, webp = cv2.imencode(".webp", pixels[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, 101])
    assert ok
    files = [
        webp.tobytes(),
        avif(pixels),
        heic(pixels),
        tiff(pixels, photometric="rgb", compression="zlib"),
        saved(picture, "BMP"),
        jxl(pixels, level=95, effort=3),
    ]
    for data in files:
        assert decode(data, LIMITS).image.shape == (300, 400, 3)
