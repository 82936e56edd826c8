"""What the bytes of a picture say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.imaging import EXTENSIONS, SVG, find_objection, measure, serving_headers
from tests import paintings as paint

KINDS: dict[str, tuple[bytes, str]] = {
    "jpeg": (paint.jpeg(), "image/jpeg"),
    "jpeg with a thumbnail": (paint.jpeg(thumbnail=True), "image/jpeg"),
    "png": (paint.png(), "image/png"),
    "gif": (paint.gif(), "image/gif"),
    "webp with loss": (paint.webp(), "image/webp"),
    "webp without loss": (paint.webp(kind="VP8L"), "image/webp"),
    "webp extended": (paint.webp(kind="VP8X"), "image/webp"),
    "avif": (paint.heif(), "image/avif"),
    "heic": (paint.heif(brand=b"heic"), "image/heic"),
    "tiff": (paint.tiff(), "image/tiff"),
    "tiff of the other end": (paint.tiff(order=">"), "image/tiff"),
    "bmp": (paint.bmp(), "image/bmp"),
    "icon": (paint.icon(), "image/x-icon"),
    "svg": (paint.svg(), SVG),
    "svg packed": (paint.svg(packed=True), SVG),
}
each_kind = pytest.mark.parametrize(("content", "media_type"), KINDS.values(), ids=KINDS.keys())


@each_kind
def test_kind_and_size_are_told_by_content(content: bytes, media_type: str) -> None:
    found = measure(content)
    assert found is not None
    assert (found.media_type, found.width, found.height) == (media_type, 40, 30)
    assert (found.is_whole, found.is_animated) == (True, False)
    assert found.extension == ("svgz" if content[:1] == b"\x1f" else EXTENSIONS[media_type])
    assert found.is_document == (media_type == SVG)


@each_kind
def test_what_is_cut_anywhere_is_not_whole(content: bytes, media_type: str) -> None:
    for end in range(len(content) - 1 - (media_type == SVG)):
        found = measure(content[:end])
        assert found is None or not found.is_whole, end
        assert found is None or found.media_type == media_type


@each_kind
def test_what_is_cut_late_still_tells_its_size(content: bytes, media_type: str) -> None:
    found = measure(content[: len(content) * 9 // 10])
    assert found is not None
    assert (found.width, found.height, found.is_whole) == (40, 30, False)


@each_kind
@given(place=st.integers(0, 400), byte=st.integers(0, 255), end=st.integers(0, 5000))
def test_damage_never_raises(content: bytes, media_type: str, place: int, byte: int, end: int) -> None:
    place %= len(content)
    found = measure((content[:place] + bytes([byte]) + content[place + 1 :])[:end])
    assert found is None or found.is_document or (found.width and found.height)


@given(st.binary(max_size=300))
def test_noise_is_no_picture_or_has_a_size(content: bytes) -> None:
    for start in (b"", b"\xff\xd8\xff", b"GIF89a", b"BM", b"\0\0\1\0", b"II*\0", b"\0\0\0\x18ftypavif", b"<svg "):
        found = measure(start + content)
        assert found is None or found.is_document or (found.width and found.height)


@pytest.mark.parametrize(
    "content",
    [paint.png(frames=3), paint.gif(frames=2), paint.webp(kind="VP8X", animated=True), paint.heif(brand=b"avis")],
    ids=["png", "gif", "webp", "avif"],
)
def test_what_moves_is_said_to(content: bytes) -> None:
    found = measure(content)
    assert found is not None
    assert found.is_animated


def test_an_animation_of_one_picture_does_not_move() -> None:
    found = measure(paint.png(frames=1))
    assert found is not None
    assert not found.is_animated


@pytest.mark.parametrize(("orientation", "size"), [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40))])
def test_a_turned_photograph_is_measured_as_it_is_shown(orientation: int, size: tuple[int, int]) -> None:
    found = measure(paint.jpeg(orientation=orientation))
    assert found is not None
    assert (found.width, found.height) == size


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><html><body><svg></svg></body></html>",
        b"<html>403 Forbidden</html>",
        b'{"error": "forbidden"}',
        b"%PDF-1.7",
        b"BMW builds cars, and this is a text about them that is long enough",
        b"\x1f\x8b\x08\0 not really packed",
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(40),
        b"RIFF\x10\0\0\0WAVEfmt " + bytes(20),
        paint.png(0, 10),
        paint.svg(packed=True)[:12],
    ],
)
def test_what_is_no_picture_is_none(content: bytes) -> None:
    assert measure(content) is None


PROLOGUE = '<?xml version="1.0"?>\n<!-- <svg> drawn by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n'
ENTITIES = '<!DOCTYPE svg [ <!ENTITY ns "http://www.w3.org/2000/svg"> ]>'


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + paint.svg(before=PROLOGUE),
        paint.svg(before="\n\n" + ENTITIES),
        paint.svg().decode().encode("utf-16"),
        paint.svg().decode().encode("utf-16-be"),
        paint.svg(before=PROLOGUE, packed=True),
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg" width="40px" height="30px"/>',
        paint.svg("width='30pt' height='0.3125in'"),
        paint.svg('width="100%" height="100%" viewBox="0 0 40 30.2"'),
        paint.svg('data-x=">" viewBox="-1,-1,40,30"'),
    ],
)
def test_an_svg_is_found_behind_anything(content: bytes) -> None:
    found = measure(content)
    assert found is not None
    assert (found.media_type, found.width, found.height, found.is_whole) == (SVG, 40, 30, True)


def test_an_svg_may_not_know_its_size() -> None:
    found = measure(paint.svg(""))
    assert found is not None
    assert (found.width, found.height) == (None, None)
    assert find_objection(found, 1) is None


@pytest.mark.parametrize(
    ("content", "objection"),
    [
        (paint.gif(1, 1), "tracking pixel"),
        (paint.png(3, 3), "tracking pixel"),
        (paint.png(4, 1), None),
        (paint.png(10_000, 10_000), None),
        (paint.png(10_001, 10_000), "too many pixels"),
        (paint.svg('width="1" height="1"'), "tracking pixel"),
    ],
)
def test_what_is_not_kept(content: bytes, objection: str | None) -> None:
    found = measure(content)
    assert found is not None
    assert find_objection(found, 100_000_000) == objection


@pytest.mark.parametrize(
    ("content", "is_picture"),
    [
        (b"\xff\xd8" + b"\xff" * 500_000, False),
        (b"\xff\xd8" + b"\xff\xe0\0\x02" * 300_000 + paint.jpeg()[2:], False),
        (paint.png()[:33] + b"\0\0\0\0abcd\0\0\0\0" * 300_000 + paint.png()[33:], True),
        (paint.gif()[:-1] + b"\0" * 500_000 + b";", True),
        (paint.gif()[:-1] + b"\x21\xfe" + b"\x01x" * 300_000 + b"\0;", True),
        (paint.box(b"ftyp", b"avif", bytes(4)) + b"\0\0\0\x08free" * 300_000, False),
        (paint.box(b"ftyp", b"avif", bytes(4)) + b"\xff\xff\xff\xffmeta\0\0\0\0" * 100_000, False),
    ],
    ids=["jpeg fill", "jpeg segments", "png chunks", "gif zeros", "gif blocks", "boxes beside", "boxes inside"],
)
def test_endless_blocks_end(content: bytes, is_picture: bool) -> None:
    found = measure(content)
    assert (found is not None) == is_picture
    assert found is None or not found.is_whole


@pytest.mark.parametrize("extension", [*EXTENSIONS.values(), "svgz", "html", ""])
def test_nothing_is_served_as_a_page(extension: str) -> None:
    headers = dict(serving_headers(f"3f9ac0.{extension}"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Content-Type"].startswith(("image/", "application/octet-stream"))
    is_plain = extension in EXTENSIONS.values() and extension != "svg"
    assert ("Content-Disposition" not in headers) == is_plain
    assert ("Content-Encoding" in headers) == (extension == "svgz")
