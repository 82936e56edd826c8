"""SVG: found behind a byte order mark, comments, a DOCTYPE or gzip, and measured by what its root says."""

from __future__ import annotations

import re
import zlib
from typing import Final

from broadsheet.imaging._kinds import SVG, Measured

_MOST_UNPACKED: Final = 8 * 1024 * 1024
_HEAD: Final = 64 * 1024
_PROLOGUE: Final = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>]*\[.*?\]\s*>|[^\[>]*>))", re.DOTALL | re.IGNORECASE
)
_ROOT: Final = re.compile(r"""\s*<(?:[\w.-]{1,40}:)?svg((?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?)>""", re.DOTALL)
_END: Final = re.compile(r"</(?:[\w.-]{1,40}:)?svg\s*>")
_SIDE: Final = r"""\s{}\s*=\s*["']\s*([0-9]{{1,9}}(?:\.[0-9]*)?)\s*(px|pt|pc|mm|cm|in|)\s*["']"""
_WIDTH, _HEIGHT = (re.compile(_SIDE.format(name)) for name in ("width", "height"))
_VIEW: Final = re.compile(r"""\sviewBox\s*=\s*["'][\s,]*(?:[-+0-9.eE]+[\s,]+){2}([0-9.]{1,12})[\s,]+([0-9.]{1,12})""")
_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def read_svg(content: bytes) -> Measured | None:
    """``content`` as an SVG, or None. Nothing in it is resolved or run."""
    is_packed, is_unpacked = content[:2] == b"\x1f\x8b", True
    plain = content
    if is_packed:
        unpacking = zlib.decompressobj(31)
        try:
            plain = unpacking.decompress(content, _MOST_UNPACKED)
        except zlib.error:
            return None
        is_unpacked = unpacking.eof or bool(unpacking.unconsumed_tail)
    head, tail = _decode_ends(plain)
    at = 0
    while (found := _PROLOGUE.match(head, at)) is not None:
        at = found.end()
    root = _ROOT.match(head, at)
    if root is None:
        return None
    width, height = _find_svg_size(root[1].rstrip("/"))
    whole = is_unpacked and (root[1].endswith("/") or len(plain) == _MOST_UNPACKED or bool(_END.search(tail)))
    return Measured(SVG, "svgz" if is_packed else "svg", width, height, is_whole=whole)


def _decode_ends(plain: bytes) -> tuple[str, str]:
    """The first and the last characters; what is looked for is ASCII in every encoding but UTF-16."""
    encoding, mark = "latin-1", 0
    if plain.startswith(b"\xef\xbb\xbf"):
        mark = 3
    elif plain.startswith((b"\xff\xfe", b"<\0")):
        encoding, mark = "utf-16-le", 2 * (plain[:1] != b"<")
    elif plain.startswith((b"\xfe\xff", b"\0<")):
        encoding, mark = "utf-16-be", 2 * (plain[:1] != b"\0")
    body = plain[mark:]
    end = len(body) - len(body) % 2 if encoding != "latin-1" else len(body)
    return body[:_HEAD].decode(encoding, "replace"), body[max(0, end - 4096) : end].decode(encoding, "replace")


def _find_svg_size(attributes: str) -> tuple[int | None, int | None]:
    width, height = _WIDTH.search(attributes), _HEIGHT.search(attributes)
    if width and height:
        return _svg_pixels(width[1], width[2]), _svg_pixels(height[1], height[2])
    view = _VIEW.search(attributes)
    if view is None:
        return None, None
    return _svg_pixels(view[1], ""), _svg_pixels(view[2], "")


def _svg_pixels(number: str, unit: str) -> int | None:
    try:
        return max(1, round(float(number) * _PIXELS[unit])) if float(number) else 0
    except ValueError:
        return None
