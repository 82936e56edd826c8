"""Pictures made in code: a skyline over water, the same bytes for the same name and width. No files, no library."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from hashlib import sha256

WIDTHS = (320, 640, 1280)
"""Widths in which every picture exists, in pixels; heights are nine sixteenths of them."""

_SKIES = ((38, 66, 104), (214, 120, 72), (96, 140, 168), (58, 52, 92), (228, 178, 120), (120, 158, 142))


@lru_cache(maxsize=256)
def paint_skyline(name: str, width: int) -> bytes:
    """A PNG of ``width`` by 9/16 ``width`` pixels: dusk, towers, reflections. The name picks all of them."""
    height = width * 9 // 16
    seed = sha256(name.encode()).digest()
    top, low = _SKIES[seed[0] % len(_SKIES)], _SKIES[(seed[0] + 1 + seed[1] % 5) % len(_SKIES)]
    palette = _palette(top, low)
    shore = height * 7 // 10
    towers = _towers(seed, width, shore)
    rows = [_row(y, width, shore, towers) for y in range(shore)]
    rows += [_row(max(0, shore - 1 - (y - shore) * 2), width, shore, towers, 64) for y in range(shore, height)]
    return _png(width, height, palette, rows)


def paint_map() -> bytes:
    """A hand-written SVG that a careful reader must refuse: it carries a script, a handler and an outside address."""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" viewBox="0 0 640 360" '
        b"onload=\"void 'newsroom'\">\n"
        b"<script>void 'newsroom'</script>\n"
        b'<rect width="640" height="360" fill="#cfe3ec"/>\n'
        b'<path d="M0 0h640v70q-180 60-320 20T0 120z" fill="#8aa37b"/>\n'
        b'<path d="M420 250q60-50 120 0t-60 60-60-60z" fill="#8aa37b"/>\n'
        b'<path d="M180 110Q300 260 430 260" fill="none" stroke="#a33" stroke-width="4" stroke-dasharray="9 6"/>\n'
        b'<image href="http://tracker.invalid/pixel.png" width="1" height="1"/>\n'
        b'<text x="150" y="95" font-size="18">Wangchao</text><text x="450" y="285" font-size="18">Yuanyu</text>\n'
        b"</svg>\n"
    )


def _palette(top: tuple[int, int, int], low: tuple[int, int, int]) -> bytes:
    """192 colours: 0-63 the sky from top to horizon, 64-127 the same on water, 128 towers, 129 lit windows …"""

    def blend(step: int, shade: int) -> bytes:
        return bytes((a + (b - a) * step // 63) * shade // 100 for a, b in zip(top, low, strict=True))

    sky = b"".join(blend(step, 100) for step in range(64))
    water = b"".join(blend(step, 62) for step in range(64))
    towers = bytes((24, 28, 40)) + bytes((246, 214, 128)) + bytes(3 * 62)
    reflections = bytes((16, 20, 30)) + bytes((150, 128, 84)) + bytes(3 * 62)
    return sky + water + towers + reflections


def _towers(seed: bytes, width: int, shore: int) -> list[tuple[int, int, int]]:
    """Left edge, right edge and top of 14 towers, left to right, none over another."""
    slot = width // 14
    towers = []
    for index in range(14):
        byte = seed[2 + index]
        left = index * slot + byte % 7 * slot // 28
        towers.append((left, left + slot * (12 + byte % 5) // 20, shore - shore * (12 + byte % 56) // 100))
    return towers


def _row(y: int, width: int, shore: int, towers: list[tuple[int, int, int]], offset: int = 0) -> bytes:
    row = bytearray([min(63, y * 64 // shore) + offset]) * width
    pane = max(2, width // 160)
    for left, right, top in towers:
        if y < top:
            continue
        row[left:right] = bytes([128 + offset]) * (right - left)
        if (y - top) // pane % 3 == 1:
            for x in range(left + pane, right - pane, pane * 3):
                if (x * 31 + (y // pane) * 17) % 5 < 3:
                    row[x : x + pane] = bytes([129 + offset]) * pane
    return bytes(row)


def _png(width: int, height: int, palette: bytes, rows: list[bytes]) -> bytes:
    """An indexed PNG (W3C PNG specification, colour type 3, eight bits)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    parts = (chunk(b"IHDR", header), chunk(b"PLTE", palette), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
