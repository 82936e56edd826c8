"""Bytes become the outlet's own words whatever the labels say."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.text.charset import decode, find_declared

SIMPLIFIED = "外交部发言人说，这次会见是在北京进行的。朱镕基、堃、囧"
TRADITIONAL = "總統府發言人表示，強烈颱風將在週三登陸臺灣東部。"
JAPANESE = "東京都内で記者会見が行われ、首相がコメントした"
KOREAN = "서울에서 열린 기자회견에서 대통령이 이같이 밝혔다"
RUSSIAN = "Переговоры завершились без итогов, сообщили в министерстве"
FRENCH = "L’été dernier, la forêt a brûlé près de Nîmes – déjà"
PORTUGUESE = "Comitê completa as ações de prevenção na região"


def page(text: str, codec: str, label: str | None = None) -> bytes:
    prolog = f'<?xml version="1.0" encoding="{label}"?>' if label else ""
    return f"{prolog}<rss><title>{text}</title><p>{text * 5}</p></rss>".encode(codec)


@pytest.mark.parametrize(
    ("text", "codec", "label", "http"),
    [
        (SIMPLIFIED, "utf-8", None, None),
        (SIMPLIFIED, "utf-8-sig", "gbk", "text/xml; charset=gbk"),
        (SIMPLIFIED, "utf-8", "gb2312", None),
        (SIMPLIFIED, "utf-8", "iso-8859-1", "iso-8859-1"),
        (SIMPLIFIED, "utf-8", "utf-16", None),
        (SIMPLIFIED, "gbk", "gb2312", None),
        (SIMPLIFIED, "gb18030", "GB18030", None),
        (SIMPLIFIED, "gbk", None, None),
        (SIMPLIFIED, "gbk", "utf-8", None),
        (SIMPLIFIED, "gbk", "utf-8", "text/html; charset=utf-8"),
        (SIMPLIFIED, "gbk", None, "text/xml;charset='GBK'"),
        (SIMPLIFIED, "gbk", "iso-8859-1", None),
        (SIMPLIFIED, "gbk", "iso-8859-1", "gbk"),
        (SIMPLIFIED, "gbk", "gbk", "iso-8859-1"),
        (SIMPLIFIED, "gbk", "big5", None),
        (SIMPLIFIED, "gbk", "x-nobody-knows", None),
        (SIMPLIFIED, "utf-16", "utf-16", None),
        (SIMPLIFIED, "utf-16-le", None, None),
        (SIMPLIFIED, "utf-16-be", "utf-16", None),
        (SIMPLIFIED, "utf-32", None, None),
        (SIMPLIFIED, "utf-32-be", None, None),
        (SIMPLIFIED.replace("镕", "").replace("堃", "").replace("囧", ""), "hz", "hz-gb-2312", None),
        (TRADITIONAL, "big5", "big5", None),
        (TRADITIONAL, "big5", None, None),
        (TRADITIONAL, "big5", "utf-8", None),
        (TRADITIONAL, "big5", "gb2312", None),
        (TRADITIONAL, "big5", "gb2312", "big5"),
        (TRADITIONAL, "big5hkscs", "big5-hkscs", None),
        (JAPANESE, "cp932", "shift_jis", None),
        (JAPANESE, "cp932", None, None),
        (JAPANESE, "euc-jp", "euc-jp", None),
        (JAPANESE, "euc-jp", None, None),
        (JAPANESE, "iso2022_jp", "iso-2022-jp", None),
        (JAPANESE, "iso2022_jp", None, None),
        (KOREAN, "euc-kr", "euc-kr", None),
        (KOREAN, "cp949", None, None),
        (RUSSIAN, "cp1251", "windows-1251", None),
        (RUSSIAN, "cp1251", None, None),
        (RUSSIAN, "koi8-r", None, None),
        (RUSSIAN, "cp1251", "iso-8859-1", None),
        (FRENCH, "cp1252", "iso-8859-1", None),
        (FRENCH, "cp1252", None, None),
        (FRENCH, "cp1252", "utf-8", None),
        (PORTUGUESE, "latin-1", "iso-8859-1", None),
        (PORTUGUESE, "latin-1", None, None),
        ("Ελληνική γλώσσα στις ειδήσεις", "cp1253", "windows-1253", None),
        ("ภาษาไทยในข่าววันนี้", "cp874", "tis-620", None),
        ("חדשות היום", "cp1255", "windows-1255", None),
        ("plain words only", "ascii", "gb2312", "latin-1"),
    ],
)
def test_every_character_is_right(text: str, codec: str, label: str | None, http: str | None) -> None:
    found = decode(page(text, codec, label), http=http)
    assert text * 5 in found.text
    assert "\ufeff" not in found.text


@pytest.mark.parametrize(
    ("content", "http", "words"),
    [
        (page(SIMPLIFIED, "utf-8", "gb2312"), None, "labelled gb18030, but is utf-8"),
        (page(SIMPLIFIED, "gbk", "utf-8"), None, "labelled utf-8, but is gb18030"),
        (page(SIMPLIFIED, "gbk"), None, "no charset label"),
        (page(SIMPLIFIED, "gbk", "utf-8"), "gbk", "labelled both"),
        (page(SIMPLIFIED, "utf-8") + b"\xe4\xb8", None, "1 broken UTF-8"),
        (page(SIMPLIFIED, "gbk", "gbk") + b"\xff", None, "1 characters unreadable"),
    ],
)
def test_what_was_survived_is_noted(content: bytes, http: str | None, words: str) -> None:
    assert words in (decode(content, http=http).note or "")


@pytest.mark.parametrize(
    ("content", "http"),
    [
        (page(SIMPLIFIED, "utf-8", "utf-8"), "text/xml; charset=UTF-8"),
        (page(SIMPLIFIED, "gbk", "gb2312"), "text/xml; charset=gbk"),
        (page("words", "ascii", "iso-8859-1"), None),
        (b"", None),
    ],
)
def test_nothing_is_noted_where_nothing_was_wrong(content: bytes, http: str | None) -> None:
    assert decode(content, http=http).note is None


def test_one_broken_byte_costs_one_character() -> None:
    whole = page(SIMPLIFIED * 20, "utf-8", "utf-8")
    torn = whole[:200] + b"\xff" + whole[200:]
    assert decode(torn).text.replace("\ufffd", "").count(SIMPLIFIED) >= 119


def test_an_aggregators_mixture_keeps_what_is_utf8() -> None:
    mixed = page(SIMPLIFIED * 4, "utf-8", "utf-8") + TRADITIONAL.encode("big5")
    found = decode(mixed)
    assert SIMPLIFIED * 4 in found.text
    assert "unreadable" in (found.note or "")


def test_the_caller_may_say_that_there_is_no_label() -> None:
    content = page(RUSSIAN, "cp1251", "koi8-r")
    assert decode(content, declared="").encoding == "cp1251"
    assert decode(page(SIMPLIFIED, "gbk"), declared="gbk").note is None


@pytest.mark.parametrize(
    ("content", "label"),
    [
        (b'<?xml version="1.0" encoding="gb2312"?><rss/>', "gb2312"),
        (b"\n <?xml version='1.0' encoding='Big5' standalone='yes'?><rss/>", "Big5"),
        (b'<html><head><meta charset="gbk">', "gbk"),
        (b"<html><head><META CHARSET=utf-8>", "utf-8"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />', "gb2312"),
        (b"<meta name=charset content=x>", None),
        (b"<html>", None),
    ],
)
def test_the_label_inside_a_document_is_found(content: bytes, label: str | None) -> None:
    assert find_declared(content) == label


CHINESE = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"


@given(st.lists(st.sampled_from(CHINESE), min_size=12, unique=True), st.sampled_from(["gbk", "gb18030", "utf-8"]))
def test_chinese_without_any_label_is_never_read_as_something_else(characters: list[str], codec: str) -> None:
    text = "".join(characters)
    assert decode(text.encode(codec)).text == text


@given(st.text(max_size=200))
def test_utf8_is_always_itself(text: str) -> None:
    content = text.encode("utf-8", "ignore")
    if not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00", b"\xef\xbb\xbf")) and b"\x00" not in content:
        assert decode(content, declared="").text == content.decode() or b"\x1b$" in content


@given(st.binary(max_size=400), st.sampled_from([None, "gbk", "utf-8", "utf-7", "base64", "idna", "rot13", "x\x00y"]))
@example(b"\xff\xfe\x00\xd8", None)
@example(b"\xef\xbb\xbf\xef\xbb\xbf\xff", "utf-16")
@example(b"\xef\xbb\xbf" * 5000 + b"\xff", None)
def test_no_bytes_and_no_label_raise(content: bytes, label: str | None) -> None:
    found = decode(content, http=label, declared=label)
    assert isinstance(found.text, str)
