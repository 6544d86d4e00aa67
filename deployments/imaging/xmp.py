"""Reads XMP, keeps what is still true of the result, adds what was done to it, and writes it again (ISO 16684-1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from xml.parsers import expat

MAX_WRITTEN_BYTES = 60_000
"""A segment of a JPEG holds 65,502 bytes of XMP (XMP specification part 3, 1.1.3). Of more the longest properties are
left out."""
_MAX_DEPTH = 32
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_X, _XML = "adobe:ns:meta/", "http://www.w3.org/XML/1998/namespace"
_XMP, _MM, _REF = (f"http://ns.adobe.com/xap/1.0/{name}" for name in ("", "mm/", "sType/ResourceRef#"))
_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_PREFIXES = {
    "x": _X,
    "rdf": _RDF,
    "xmp": _XMP,
    "xmpMM": _MM,
    "stRef": _REF,
    "Iptc4xmpExt": _EXT,
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "tiff": _TIFF,
    "exif": _EXIF,
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
for _prefix, _uri in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, _uri)

_OF_THE_OLD_FILE = (
    _MM,
    "http://ns.adobe.com/xap/1.0/g/img/",
    "http://ns.adobe.com/xmp/note/",
    "http://ns.adobe.com/camera-raw-settings/1.0/",
    "http://ns.adobe.com/hdr-gain-map/1.0/",
    "http://ns.apple.com/",
    "http://ns.google.com/",
)
"""What begins a namespace of histories, thumbnails, settings that a program would apply again, and second pictures."""
_TIFF_KEPT = {"Make", "Model", "Artist", "Copyright", "ImageDescription", "Software", "DateTime"}
_UNTRUE = re.compile(
    "(thumbnails?|.*preview.*|makernote|pixel[xy]dimension|colorspace|subjectarea|subjectlocation|focalplane.*"
    "|iccprofile|colormode|documentancestors|history|digitalsourcetype|provenance)",
    re.IGNORECASE,
)
"""Local names of what shows or describes the old picture's pixels, and of its own mark."""
_PRIVATE = re.compile(
    "(gps.*|.*latitude.*|.*longitude.*|geo.*|city|state|provincestate|country.*|.*location.*|worldregion"
    "|.*serial_?number.*|imageuniqueid|imagenumber)",
    re.IGNORECASE,
)
"""Local names of places and serial numbers, in whatever namespace."""
_MAX_TEXT = 32_768
"""Longer texts are no texts but pictures in base64."""


@dataclass(frozen=True)
class Mark:
    """What is said in every result of how it was made."""

    source_type: str
    """An address of https://cv.iptc.org/newscodes/digitalsourcetype/."""
    creator_tool: str
    original: str
    """SHA-256 of the upload, in hexadecimal."""


def xmp_of_result(xmp: bytes | None, private: bool, mark: Mark | None) -> bytes | None:
    """A packet with the original's properties and the mark; None where there is neither.

    `private`: without places and serial numbers. What cannot be read is left out.
    """
    properties = _kept(_properties(xmp), private)
    if mark is not None:
        properties[_name(_XMP, "CreatorTool")] = _text(_name(_XMP, "CreatorTool"), mark.creator_tool)
        properties[_name(_EXT, "DigitalSourceType")] = _text(_name(_EXT, "DigitalSourceType"), mark.source_type)
        origin = Element(_name(_MM, "DerivedFrom"), {_name(_RDF, "parseType"): "Resource"})
        origin.append(_text(_name(_REF, "documentID"), f"sha256:{mark.original}"))
        properties[origin.tag] = origin
    if not properties:
        return None
    meta = Element(_name(_X, "xmpmeta"))
    about = SubElement(SubElement(meta, _name(_RDF, "RDF")), _name(_RDF, "Description"), {_name(_RDF, "about"): ""})
    about.extend(properties.values())
    body = ElementTree.tostring(meta, encoding="utf-8")
    body = body.removeprefix(b"<?xml version='1.0' encoding='utf-8'?>\n")
    return b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>' + body + b'<?xpacket end="r"?>'


def _name(namespace: str, local: str) -> str:
    return f"{{{namespace}}}{local}"


def _text(name: str, text: str) -> Element:
    element = Element(name)
    element.text = text
    return element


def _properties(xmp: bytes | None) -> dict[str, Element]:
    """The properties by their names; attributes count as elements with that text (RDF/XML, 2.5)."""
    try:
        root = None if xmp is None else _parse(xmp)
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError):
        root = None
    found: dict[str, Element] = {}
    if root is None:
        return found
    for description in root.iter(_name(_RDF, "RDF")):
        for each in description.findall(_name(_RDF, "Description")):
            given = [_text(name, text) for name, text in each.attrib.items()]
            for element in (*given, *each):
                if not element.tag.startswith((f"{{{_RDF}}}", f"{{{_XML}}}")):
                    found.setdefault(element.tag, element)
    return found


def _parse(xmp: bytes) -> Element:
    """Parsed once before for what no honest packet has: a document type, hence entities, and deep nesting."""
    depth = 0

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise ValueError("it is nested too deeply")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise ValueError("it has a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(xmp.rstrip(b"\0"), True)
    return ElementTree.fromstring(xmp.rstrip(b"\0"))


def _kept(properties: dict[str, Element], private: bool) -> dict[str, Element]:
    """What may stay, and of that the shortest as far as there is room."""
    kept = {name: element for name, element in properties.items() if _may_stay(name, element.text or "", private)}
    for element in kept.values():
        _clean(element, private)
        element.tail = None
    sizes = sorted((len(ElementTree.tostring(element, encoding="utf-8")), name) for name, element in kept.items())
    room = MAX_WRITTEN_BYTES
    for size, name in sizes:
        room -= size
        if room < 0:
            del kept[name]
    return kept


def _clean(element: Element, private: bool) -> None:
    for name, text in list(element.attrib.items()):
        if not _may_stay(name, text, private):
            del element.attrib[name]
    for below in list(element):
        if _may_stay(below.tag, below.text or "", private):
            _clean(below, private)
        else:
            element.remove(below)


def _may_stay(name: str, text: str, private: bool) -> bool:
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return not (
        namespace.startswith(_OF_THE_OLD_FILE)
        or (namespace == _TIFF and local not in _TIFF_KEPT)
        or _UNTRUE.fullmatch(local)
        or (private and _PRIVATE.fullmatch(local))
        or len(text) > _MAX_TEXT
    )
