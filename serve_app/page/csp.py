"""The content-security policy of an exported page, made from its HTML."""

from __future__ import annotations

import base64
import hashlib
import html.parser


def content_security_policy(page: str) -> str:
    """Allows nothing from elsewhere, and of inline scripts only those that `page`, an HTML document, contains."""
    finder = _InlineScripts()
    finder.feed(page)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in finder.found]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *sorted(set(hashes))]),
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "media-src blob:",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


class _InlineScripts(html.parser.HTMLParser):
    """Collects the text of every script element without `src`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
