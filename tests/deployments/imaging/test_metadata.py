"""EXIF, XMP and IPTC of uploads that are damaged, hostile or unusual. What exiftool reads is in the API's tests."""

from __future__ import annotations

import struct
import time
from collections.abc import Mapping
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage

from deployments.imaging.exif import MAX_WRITTEN_BYTES, Exif
from deployments.imaging.metadata import Metadata, MetadataChoice
from deployments.imaging.xmp import Mark, xmp_of_result

MARK = Mark("http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced", "Visage 1 (a < b & c)", "f" * 64)
SIZE = (300, 200)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
THUMBNAILS = (
    '<p:Thumbnails xmlns:p="http://ns.adobe.com/xap/1.0/"><rdf:Alt><rdf:li rdf:parseType="Resource"><g:image'
    ' xmlns:g="http://ns.adobe.com/xap/1.0/g/img/">QUJD</g:image></rdf:li></rdf:Alt></p:Thumbnails>'
)
ARTIST, ORIENTATION, EXIF_POINTER, TAKEN = 315, 274, 0x8769, 0x9003


def packet(properties: str, namespaces: str = "", before: str = "") -> bytes:
    return (
        f'{before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" {namespaces}>{properties}</rdf:Description></rdf:RDF>'
        "</x:xmpmeta>"
    ).encode()


def names(xmp: bytes | None) -> set[str]:
    assert xmp is not None
    body = xmp.partition(b"?>")[2].rpartition(b"<?xpacket")[0]
    return {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(body).iter()}


def exif_with(tags: Mapping[int, object], order: str = "<") -> bytes:
    exif = PILImage.Exif()
    exif.endian = order
    for tag, value in tags.items():
        exif[tag] = value
    return exif.tobytes()


@pytest.mark.parametrize(
    "xmp",
    [
        b"",
        b"no xml",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>",
        packet("<dc:title>&undefined;</dc:title>"),
        packet("<dc:title>&a;</dc:title>", before='<!DOCTYPE x [<!ENTITY a "aaaa">]>'),
        packet("<dc:title>&a;</dc:title>", before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        packet("<dc:title>a</dc:title>", before="<!DOCTYPE x>").decode().encode("utf-16"),
        packet("<dc:title>" + "<dc:a>" * 5000 + "</dc:a>" * 5000 + "</dc:title>"),
        b"\xff\xfe" * 50,
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
    ],
)
def test_xmp_that_is_no_honest_packet_is_left_out_whole(xmp: bytes) -> None:
    assert xmp_of_result(xmp, False, None) is None
    assert xmp_of_result(xmp, True, MARK) == xmp_of_result(None, True, MARK)


def test_entities_do_not_grow() -> None:
    levels = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(12))
    bomb = packet("<dc:title>&e12;</dc:title>", before=f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{levels}]>')
    started = time.process_time()
    assert xmp_of_result(bomb, True, None) is None
    assert time.process_time() - started < 1


def test_unknown_properties_stay_and_pictures_in_them_do_not() -> None:
    space = (
        'xmlns:me="https://example.org/me/" xmlns:g="http://ns.google.com/photos/1.0/depthmap/" g:Data="QUJD" me:b="2"'
    )
    kept = xmp_of_result(
        packet(
            f"<me:a>1</me:a><me:picture>{'QUJD' * 20_000}</me:picture><me:Preview>QUJD</me:Preview>{THUMBNAILS}", space
        ),
        False,
        None,
    )
    assert {"a", "b"} < names(kept) and not names(kept) & {"picture", "Preview", "Data", "Thumbnails", "image"}


def test_places_are_left_out_at_any_depth_and_in_any_namespace() -> None:
    nested = (
        '<me:event rdf:parseType="Resource"><me:GpsLatitude>47</me:GpsLatitude><me:what>x</me:what></me:event>'
        "<me:CountryCode>CH</me:CountryCode>"
    )
    xmp = packet(nested, 'xmlns:me="https://example.org/me/" me:Longitude="8"')
    assert names(xmp_of_result(xmp, False, None)) > {"GpsLatitude", "CountryCode", "Longitude", "what"}
    private = names(xmp_of_result(xmp, True, None))
    assert "what" in private and not private & {"GpsLatitude", "CountryCode", "Longitude"}


def test_of_too_much_xmp_the_longest_properties_go_and_the_mark_stays() -> None:
    many = "".join(f"<dc:p{i}>{'x' * (10 + 1000 * (i > 5))}</dc:p{i}>" for i in range(500))
    result = xmp_of_result(packet(many), True, MARK)
    assert result is not None and 50_000 < len(result) < 65_502
    assert names(result) > {"p0", "p5", "DigitalSourceType", "DerivedFrom"} and "p499" not in names(result)


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_keeps_its_types_and_texts_in_either_order(order: str) -> None:
    given_tags = {
        ARTIST: "J\u00f6rg".encode(),
        ORIENTATION: 6,
        282: 300.5,
        EXIF_POINTER: {TAKEN: "1962:07:01 12:00:00"},
    }
    found = Exif.read(exif_with(given_tags, order)).of_result(True, *SIZE).to_bytes()
    assert found is not None
    again = PILImage.Exif()
    again.load(found)
    assert again[ORIENTATION] == 1 and float(again[282]) == 300.5
    photo = again.get_ifd(EXIF_POINTER)
    assert photo[TAKEN] == "1962:07:01 12:00:00" and (photo[0xA002], photo[0xA003]) == SIZE


def test_values_that_overlap_are_not_read_as_often_as_they_are_named() -> None:
    count, size = 900, 200_000
    entries = b"".join(struct.pack("<HHII", 1 + tag, 7, size, 8) for tag in range(count))
    hostile = (b"II*\0" + struct.pack("<IH", 8, count) + entries).ljust(size + 8, b"\0")
    exif = Exif.read(hostile)
    assert sum(len(value.data) for value in exif.root.values()) <= 2**18


def test_directories_that_point_at_themselves_end() -> None:
    entries = struct.pack("<HHII", EXIF_POINTER, 4, 1, 8) + struct.pack("<HHII", 0x8825, 4, 1, 8)
    assert (
        Exif.read(b"II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(4)).of_result(False, *SIZE).to_bytes() is None
    )


def test_of_too_much_exif_the_longest_values_go() -> None:
    tags = {tag: bytes([65]) * 30_000 for tag in (269, 270, 271, 272)} | {ARTIST: b"me"}
    found = Exif.read(exif_with(tags)).of_result(True, *SIZE).to_bytes()
    assert found is not None and 30_000 < len(found) <= MAX_WRITTEN_BYTES and b"me\0" in found


def test_iptc_is_kept_up_to_its_damage_without_previews_and_places() -> None:
    def dataset(number: int, text: bytes, record: int = 2) -> bytes:
        return bytes([0x1C, record, number]) + len(text).to_bytes(2, "big") + text

    parts = [dataset(90, b"\x1b%G", 1), dataset(25, b"key"), dataset(90, b"Bern"), dataset(202, b"old face")]
    whole = b"".join([*parts, dataset(10, b"old face", 8), dataset(120, b"caption")])
    for damaged in (whole, whole + b"\x1c\x02", whole + bytes([0x1C, 2, 25, 0x80, 4]), whole + b"garbage"):
        found = Metadata(iptc=damaged)
        private = found.of_result(MetadataChoice.PRIVATE, SIZE, None).iptc
        assert private == parts[0] + parts[1] + dataset(120, b"caption")
        assert found.of_result(MetadataChoice.KEEP, SIZE, None).iptc == b"".join([*parts[:3], dataset(120, b"caption")])


@given(
    st.binary(max_size=400), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"Exif\0\0II*\0\x08\0\0\0", b""])
)
def test_whatever_the_bytes_are_nothing_is_raised_and_the_result_is_the_same(data: bytes, start: bytes) -> None:
    found = Metadata(start + data, packet("<dc:title>t</dc:title>") + data, b"\x1c\x02" + data)
    for choice in MetadataChoice:
        assert found.of_result(choice, SIZE, MARK) == found.of_result(choice, SIZE, MARK)
