"""Draws pictures for tests: small, whole and honest ones of every kind, by the letter of their formats."""

from __future__ import annotations

import gzip
import struct
import zlib

JPEG_SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34" * 8


def jpeg(width: int = 40, height: int = 30, *, orientation: int | None = None, thumbnail: bool = False) -> bytes:
    """A JPEG, turned by EXIF where asked for."""
    parts = [b"\xff\xd8"]
    if orientation or thumbnail:
        tags = struct.pack("<IH", 8, 1) + struct.pack("<HHIHH", 274, 3, 1, orientation or 1, 0) + bytes(4)
        inner = b"Exif\0\0II*\0" + tags + (jpeg(8, 8) if thumbnail else b"")
        parts.append(b"\xff\xe1" + struct.pack(">H", len(inner) + 2) + inner)
    parts.append(b"\xff\xff\xc2" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9))
    return b"".join((*parts, JPEG_SCAN, b"\xff\xd9"))


def png(width: int = 40, height: int = 30, *, frames: int | None = None) -> bytes:
    """A PNG, or an APNG of ``frames``."""

    def chunk(name: bytes, inner: bytes = b"") -> bytes:
        return struct.pack(">I", len(inner)) + name + inner + struct.pack(">I", zlib.crc32(name + inner))

    rows = zlib.compress(bytes((width + 1) * height)) if width * height < 10**6 else b""
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            chunk(b"acTL", struct.pack(">II", frames, 0)) if frames else b"",
            chunk(b"IDAT", rows),
            chunk(b"IEND"),
        )
    )


def gif(width: int = 40, height: int = 30, *, frames: int = 1) -> bytes:
    """A GIF with a table of two colours."""
    one = b"\x21\xf9\x04\0\0\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0x80) + bytes(6)
    one += b"\x02\x02\x4c\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + one * frames + b"\x3b"


def webp(width: int = 40, height: int = 30, *, kind: str = "VP8 ", animated: bool = False) -> bytes:
    """A WebP: ``VP8 `` with loss, ``VP8L`` without, ``VP8X`` with whatever."""
    inner = {
        "VP8 ": b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(8),
        "VP8L": b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + bytes(5),
        "VP8X": bytes([2 * animated, 0, 0, 0]) + _three(width - 1) + _three(height - 1) + b"ALPH\x10\0\0\0" + bytes(16),
    }[kind]
    body = b"WEBP" + kind.encode() + struct.pack("<I", len(inner)) + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")


def box(name: bytes, *inner: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    content = b"".join(inner)
    return struct.pack(">I", 8 + len(content)) + name + content


def heif(width: int = 40, height: int = 30, *, brand: bytes = b"avif") -> bytes:
    """An AVIF or HEIC with a thumbnail beside the picture."""
    sizes = [box(b"ispe", bytes(4), struct.pack(">II", *size)) for size in ((8, 6), (width, height))]
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(24)), box(b"iprp", box(b"ipco", *sizes), box(b"ipma", bytes(8))))
    return box(b"ftyp", brand, bytes(4), b"mif1", brand) + meta + box(b"mdat", b"\x12" * 50)


def tiff(width: int = 40, height: int = 30, *, order: str = "<") -> bytes:
    """A TIFF of one strip."""
    tags = ((256, 3, width), (257, 4, height), (273, 4, 100), (279, 4, width * height))
    directory = struct.pack(f"{order}H", len(tags))
    for tag, kind, value in tags:
        short = struct.pack(f"{order}HH", value, 0) if kind == 3 else struct.pack(f"{order}I", value)
        directory += struct.pack(f"{order}HHI", tag, kind, 1) + short
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(f"{order}I", 8) + directory + bytes(4)
    return head.ljust(100, b"\0") + bytes(width * height)


def bmp(width: int = 40, height: int = 30) -> bytes:
    """A BMP of 24 bits, top row first."""
    rows = bytes((width * 24 + 31) // 32 * 4 * height)
    head = b"BM" + struct.pack("<IHHI", 54 + len(rows), 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 24, 0, 0, 0, 0, 0, 0) + rows


def icon(width: int = 40, height: int = 30) -> bytes:
    """An ICO with a small picture and a larger one."""
    images = (bytes(20), png(width, height))
    head, at = b"\0\0\1\0\2\0", 6 + 32
    for (wide, high), image in zip(((16, 16), (width, height)), images, strict=True):
        head += struct.pack("<BBBBHHII", wide % 256, high % 256, 0, 0, 1, 32, len(image), at)
        at += len(image)
    return head + b"".join(images)


def svg(attributes: str = 'width="40" height="30"', *, before: str = "", packed: bool = False) -> bytes:
    """An SVG that would run a script if it were opened as a page."""
    text = f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}><script>alert(1)</script></svg>\n'
    return gzip.compress(text.encode(), mtime=0) if packed else text.encode()
