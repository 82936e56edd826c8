"""Pictures of pixels, read by their headers and the skeleton of their blocks: sizes are told, nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from broadsheet.imaging._kinds import Measured, measured

_HEAD: Final = 64 * 1024
_MOST_BLOCKS: Final = 200_000
"""Blocks looked at in one picture: three times what the largest honest ones have, for files of nothing but blocks."""

# -- JPEG ----------------------------------------------------------------------------------------------------------

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


def read_jpeg(content: bytes) -> Measured | None:
    """``content`` as a JPEG, or None."""
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    width = height = at = 0
    is_turned = False
    for marker, start in _iter_segments(content):
        at = start
        if marker in _FRAMES and not width:
            height, width = struct.unpack_from(">HH", content, start + 3)
        elif marker == 0xE1 and content[start + 2 : start + 8] == b"Exif\0\0":
            is_turned = _read_tags(content, start + 8).get(0x0112, (1,))[0] in (5, 6, 7, 8)
    if is_turned:
        width, height = height, width
    return measured("image/jpeg", width, height, whole=content.find(b"\xff\xd9", at) >= 0)


def _iter_segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Each marker up to the first scan and where its segment starts; 0xFF never stands in a scan without a reason."""
    at = 2
    for _ in range(_MOST_BLOCKS):
        at = content.find(b"\xff", at)
        if at < 0 or at + 4 > len(content):
            return
        marker = content[at + 1]
        if marker in (0xFF, 0x00) or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        yield marker, at + 2
        if marker in (0xD9, 0xDA):
            return
        at += 2 + int.from_bytes(content[at + 2 : at + 4])


# -- PNG, GIF, WebP ------------------------------------------------------------------------------------------------


def read_png(content: bytes) -> Measured | None:
    """``content`` as a PNG, moving (APNG) or not, or None."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    at, width, height, frames = 8, 0, 0, 1
    whole = False
    for _ in range(_MOST_BLOCKS):
        if whole or at + 12 > len(content):
            break
        length, name = struct.unpack_from(">I4s", content, at)
        if name == b"IHDR":
            width, height = struct.unpack_from(">II", content, at + 8)
        elif name == b"acTL":
            frames = int.from_bytes(content[at + 8 : at + 12])
        whole = name == b"IEND"
        at += 12 + length
    return measured("image/png", width, height, animated=frames > 1, whole=whole)


def read_gif(content: bytes) -> Measured | None:
    """``content`` as a GIF, or None."""
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    frames, whole = _walk_gif(content, 13 + _colours(flags))
    return measured("image/gif", width, height, animated=frames > 1, whole=whole)


def _colours(flags: int) -> int:
    """Bytes of the table of colours that ``flags`` announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _walk_gif(content: bytes, at: int) -> tuple[int, bool]:
    """How many pictures there are, and whether the end is reached."""
    frames = blocks = 0
    while at < len(content) and blocks < _MOST_BLOCKS:
        blocks += 1
        introducer = content[at]
        if introducer == 0x3B:
            return frames, True
        if introducer == 0x2C and at + 9 < len(content):
            frames += 1
            at += 11 + _colours(content[at + 9])
        elif introducer == 0x21:
            at += 2
        elif introducer:
            return frames, False
        else:
            at += 1
            continue
        while at < len(content) and content[at] and blocks < _MOST_BLOCKS:
            at += 1 + content[at]
            blocks += 1
        at += 1
    return frames, False


def read_webp(content: bytes) -> Measured | None:
    """``content`` as a WebP, or None."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    whole = len(content) >= 8 + int.from_bytes(content[4:8], "little")
    kind = content[12:16]
    if kind == b"VP8X" and len(content) >= 30:
        width = 1 + int.from_bytes(content[24:27], "little")
        height = 1 + int.from_bytes(content[27:30], "little")
        return measured("image/webp", width, height, animated=bool(content[20] & 2), whole=whole)
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return measured("image/webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), whole=whole)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return measured("image/webp", width & 0x3FFF, height & 0x3FFF, whole=whole)
    return None


# -- AVIF and HEIC -------------------------------------------------------------------------------------------------

_AVIF: Final = frozenset({b"avif", b"avis"})
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_FOLDERS: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0}
"""Boxes that hold the boxes on the way to the sizes, and what stands before those."""


def read_heif(content: bytes) -> Measured | None:
    """``content`` as an AVIF or HEIC, or None."""
    if content[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(content[:4]), 512)
    brands = {content[8:12], *(content[at : at + 4] for at in range(16, end - 3, 4))}
    if not brands & (_AVIF | _HEIC):
        return None
    sizes = list(_iter_sizes(content, 0, len(content)))
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    animated = content[8:12] in (b"avis", b"msf1", b"hevc", b"hevx")
    kind = "image/avif" if brands & _AVIF else "image/heic"
    boxes = list(_iter_boxes(content, 0, len(content)))
    whole = boxes[-1][2] <= len(content) and any(name == b"mdat" for name, _, _ in boxes)
    return measured(kind, width, height, animated=animated, whole=whole or b"idat" in content[:_HEAD])


def _iter_sizes(content: bytes, start: int, end: int, depth: int = len(_FOLDERS)) -> Iterator[tuple[int, int]]:
    """Every size that is stated: of the picture, of its tiles, of its thumbnails."""
    for name, inner, stop in _iter_boxes(content, start, end):
        if name == b"ispe":
            width, height = struct.unpack_from(">II", content, inner + 4)
            yield width, height
        elif name in _FOLDERS and depth:
            yield from _iter_sizes(content, inner + _FOLDERS[name], min(stop, end), depth - 1)


def _iter_boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start of what is inside, and end of each box; the end of the last may lie behind ``end``."""
    for _ in range(_MOST_BLOCKS):
        if start + 8 > end:
            return
        size, name = struct.unpack_from(">I4s", content, start)
        inner = start + 8
        if size == 1:
            size, inner = int.from_bytes(content[inner : inner + 8]), inner + 8
        stop = start + size if size else end
        if stop < inner:
            return
        yield name, inner, stop
        start = stop


# -- TIFF, BMP, ICO ------------------------------------------------------------------------------------------------


def read_tiff(content: bytes) -> Measured | None:
    """``content`` as a TIFF, its first page, or None."""
    tags = _read_tags(content, 0)
    if 256 not in tags or 257 not in tags:
        return None
    places = tags.get(273, ()) + tags.get(324, ())
    lengths = tags.get(279, ()) + tags.get(325, ())
    ends = [place + length for place, length in zip(places, lengths, strict=False)]
    whole = 0 < len(places) == len(lengths) and max(ends) <= len(content)
    return measured("image/tiff", tags[256][0], tags[257][0], whole=whole)


_TAGS: Final = frozenset({256, 257, 273, 274, 279, 324, 325})
"""Width, height, where strips are, orientation, how long strips are; the same of tiles."""


def _read_tags(content: bytes, base: int) -> dict[int, tuple[int, ...]]:
    """The tags we need of the first directory of the TIFF structure at ``base``; empty if there is none."""
    mark = content[base : base + 4]
    if mark not in (b"II*\0", b"MM\0*"):
        return {}
    order = "<" if mark[:1] == b"I" else ">"
    tags: dict[int, tuple[int, ...]] = {}
    try:
        (at,) = struct.unpack_from(f"{order}I", content, base + 4)
        (count,) = struct.unpack_from(f"{order}H", content, base + at)
        for number in range(count):
            place = base + at + 2 + 12 * number
            tag, kind, many = struct.unpack_from(f"{order}HHI", content, place)
            if tag not in _TAGS or tag in tags or kind not in (3, 4) or not 0 < many <= 65_536:
                continue
            size = 2 if kind == 3 else 4
            if many * size > 4:
                place = base + struct.unpack_from(f"{order}I", content, place + 8)[0] - 8
            tags[tag] = struct.unpack_from(f"{order}{many}{'H' if kind == 3 else 'I'}", content, place + 8)
    except struct.error:
        pass
    return tags


def read_bmp(content: bytes) -> Measured | None:
    """``content`` as a BMP, or None."""
    if content[:2] != b"BM":
        return None
    start, header = struct.unpack_from("<II", content, 10)
    if header == 12:
        width, height, planes, bits = struct.unpack_from("<HHHH", content, 18)
        packing = 0
    elif header in (40, 52, 56, 64, 108, 124):
        width, height, planes, bits, packing = struct.unpack_from("<iiHHI", content, 18)
    else:
        return None
    if planes != 1:
        return None
    height = abs(height)
    size = (
        start + (width * bits + 31) // 32 * 4 * height if packing in (0, 3) else int.from_bytes(content[2:6], "little")
    )
    return measured("image/bmp", width, height, whole=len(content) >= size)


def read_icon(content: bytes) -> Measured | None:
    """``content`` as an ICO, its largest picture, or None."""
    if content[:4] != b"\0\0\1\0":
        return None
    count = int.from_bytes(content[4:6], "little")
    icons = [struct.unpack_from("<BBBBHHII", content, 6 + 16 * number) for number in range(min(count, 256))]
    if not icons or any(icon[3] or not icon[6] or icon[7] < 6 + 16 * count for icon in icons):
        return None
    width, height = max(((icon[0] or 256, icon[1] or 256) for icon in icons), key=lambda size: size[0] * size[1])
    return measured("image/x-icon", width, height, whole=all(icon[6] + icon[7] <= len(content) for icon in icons))
