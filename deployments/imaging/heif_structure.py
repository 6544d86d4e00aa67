"""Reads the boxes of an AVIF or HEIC before anything decodes it: its size, its tiles, its colors and its metadata.

Both are HEIF; they differ in how their pictures are coded: AV1 or HEVC.
"""

from __future__ import annotations

import struct

from deployments.errors import TooComplex, Undecodable
from deployments.imaging.color_spaces import cicp_profile
from deployments.imaging.heif_items import Item, Items, read_items
from deployments.imaging.isobmff import boxes
from deployments.imaging.structure import (
    A_SEQUENCE,
    MAX_EXIF_BYTES,
    MAX_PROFILE_BYTES,
    MAX_XMP_BYTES,
    FileStructure,
    limited,
)

MAX_TILES = 1_024
_CODINGS = {b"av01": "avif", b"hvc1": "heic", b"hev1": "heic"}
_STILL_BRANDS = {b"avis": b"avif", b"msf1": b"mif1", b"hevc": b"heic", b"hevx": b"heix"}
_TILE_SLACK = 4_000_000
"""Pixels by which the tiles of a small picture may exceed it."""

_ORIENTATIONS = {(1, None): 8, (2, None): 3, (3, None): 6, (0, None): 1}
_MIRRORED = {(0, 0): 4, (0, 1): 2, (1, 0): 5, (1, 1): 7, (2, 0): 2, (2, 1): 4, (3, 0): 7, (3, 1): 5}
"""EXIF's number for a quarter turn counted anticlockwise (irot) before a mirror (imir): 0 swaps top and bottom."""


def read_heif_structure(data: bytes) -> FileStructure:
    """The file with its primary picture's size; its sequence of pictures, if it has one, is left out.

    Raises Undecodable for a picture that is coded otherwise than in AV1 or HEVC, TooComplex for more tiles, items or
    boxes than any photo has, ValueError for damage.
    """
    top = [(kind, body, end) for kind, body, end in boxes(data)]
    meta = next(((body, end) for kind, body, end in top if kind == b"meta"), None)
    if meta is None:
        raise Undecodable("The file has moving pictures only; a still picture is needed.")
    found = read_items(data, *meta)
    primary = found.items.get(found.primary)
    if primary is None:
        raise ValueError("the primary picture is missing")
    size = _extent(primary)
    tiles = _tiles(found, primary, size)
    codings = {_CODINGS.get(tile.kind) for tile in tiles}
    coding = codings.pop() if len(codings) == 1 else None
    if coding is None:
        raise Undecodable("The picture is coded in a way that is not supported; AV1 and HEVC are.")
    profile, transformed = _profile(primary) or _profile(tiles[0]), coding == "heic"
    sequence = any(kind == b"moov" for kind, _, _ in top)
    return FileStructure(
        _without_sequence(data, top) if sequence else data,
        size,
        profile,
        _exif(found, data),
        _xmp(found, data),
        # libheif turns and crops by itself; libavif leaves that to its caller.
        orientation=1 if transformed else _orientation(primary),
        notes=(A_SEQUENCE,) if sequence else (),
        hints={
            "coding": coding,
            "bits": _bits(tiles[0]),
            "crop": None if transformed else _crop(primary, size),
        },
    )


def _extent(item: Item) -> tuple[int, int]:
    body = item.first(b"ispe")
    if body is None or len(body) < 12:
        raise ValueError("a picture has no size")
    width, height = struct.unpack_from(">II", body, 4)
    if not width or not height:
        raise ValueError("a picture is empty")
    return width, height


def _tiles(found: Items, primary: Item, size: tuple[int, int]) -> list[Item]:
    """The coded pictures that make up the primary one: itself, or the tiles of a grid."""
    if primary.kind != b"grid":
        return [primary]
    numbers = found.references.get((b"dimg", found.primary), [])
    if not 1 <= len(numbers) <= MAX_TILES:
        raise TooComplex(f"The picture has {len(numbers)} tiles; 1 to {MAX_TILES} are read.")
    tiles = [found.items[number] for number in numbers if number in found.items]
    if not tiles:
        raise ValueError("a grid without tiles")
    sizes = [_extent(tile) for tile in tiles]
    if sum(width * height for width, height in sizes) > 4 * size[0] * size[1] + _TILE_SLACK:
        raise TooComplex("The picture's tiles are far larger than itself.")
    return tiles


def _profile(item: Item) -> bytes | None:
    """The ICC profile, or what the code points stand for; of both, the profile (ISO/IEC 23008-12, 6.5.5)."""
    code_points = None
    for kind, body in item.properties:
        if kind == b"colr" and body[:4] in (b"prof", b"rICC"):
            return limited(body[4:], MAX_PROFILE_BYTES)
        if kind == b"colr" and body[:4] == b"nclx" and len(body) >= 10:
            # The decoder has undone matrix and range, so that what is left is full-range RGB.
            code_points = bytes([body[5], body[7], 0, 1])
    if code_points is None or (code_points[1] in (2, 1, 6, 13) and code_points[0] in (1, 2)):
        # Unspecified, or sRGB and what browsers show like it: BT.709's primaries with its own curve.
        return None
    return cicp_profile(bytes([1, *code_points[1:]]) if code_points[0] == 2 else code_points)


def _bits(item: Item) -> int:
    """Bits a channel, as the decoder's configuration has them."""
    if (av1 := item.first(b"av1C")) is not None and len(av1) >= 3:  # AV1 in ISOBMFF, 2.3.3
        return (12 if av1[2] & 0x20 else 10) if av1[2] & 0x40 else 8
    if (hevc := item.first(b"hvcC")) is not None and len(hevc) >= 19:  # ISO/IEC 14496-15, 8.3.3.1.2
        return 8 + (hevc[17] & 7)
    raise ValueError("a picture has no decoder configuration")


def _orientation(item: Item) -> int:
    """irot and imir as EXIF numbers them; both are applied in this order (MIAF, 7.3.6.7)."""
    turn, mirror = item.first(b"irot"), item.first(b"imir")
    angle = turn[0] & 3 if turn else 0
    return _MIRRORED[angle, mirror[0] & 1] if mirror else _ORIENTATIONS[angle, None]


def _crop(item: Item, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the clean aperture (ISO/IEC 14496-12, 12.1.4.1); None: everything."""
    body = item.first(b"clap")
    if body is None or len(body) < 32:
        return None
    values = struct.unpack(">IIIIiIiI", body[:32])
    if 0 in values[1::2]:
        raise ValueError("the crop is damaged")
    width, height, right, down = (values[at] / values[at + 1] for at in (0, 2, 4, 6))
    left = round(right + (size[0] - width) / 2)
    top = round(down + (size[1] - height) / 2)
    box = left, top, left + round(width), top + round(height)
    if left < 0 or top < 0 or box[2] > size[0] or box[3] > size[1] or box[2] <= left or box[3] <= top:
        raise ValueError("the crop is not within the picture")
    return box


def _exif(found: Items, data: bytes) -> bytes | None:
    """The EXIF item behind the offset that it begins with (ISO/IEC 23008-12, A.2.1)."""
    for item in found.items.values():
        if item.kind == b"Exif":
            body = found.data_of(item, data, MAX_EXIF_BYTES)
            start = 4 + int.from_bytes(body[:4], "big")
            return body[start:] or None
    return None


def _xmp(found: Items, data: bytes) -> bytes | None:
    for item in found.items.values():
        if item.kind == b"mime" and item.content_type == b"application/rdf+xml":
            return found.data_of(item, data, MAX_XMP_BYTES) or None
    return None


def _without_sequence(data: bytes, top: list[tuple[bytes, int, int]]) -> bytes:
    """The file with its `moov` boxes, and the brands that promise them, renamed: every decoder then takes the still."""
    file = bytearray(data)
    for kind, body, end in top:
        if kind == b"moov":
            at = data.rindex(b"moov", 0, body)
            file[at : at + 4] = b"free"
        if kind == b"ftyp":
            for at in range(body, end - 3, 4):
                file[at : at + 4] = _STILL_BRANDS.get(data[at : at + 4], data[at : at + 4])
    return bytes(file)
