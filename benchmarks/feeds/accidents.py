"""Charset accidents: the label is wrong, too narrow or missing, or bytes are broken. Is every character right?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from .adapters import find_peers

_TEXTS = {
    "simplified": "外交部发言人就朱镕基故居答记者问，囧、堃、甯、嘚瑟等字",
    "traditional": "總統府發言人表示，強烈颱風週三將在臺灣東部登陸",
    "japanese": "東京都内で記者会見が行われ、首相がコメントした",
    "korean": "서울에서 열린 기자회견에서 대통령이 밝혔다",
    "russian": "Новости дня: переговоры завершились без итогов",
    "french": "L’été dernier, la forêt a brûlé près de Nîmes",
    "portuguese": "Comitê completa as ações de prevenção na região de São Paulo",
    "english": "Prices rose 5 percent, “a lot” – officials said",
}


@dataclass(frozen=True)
class Accident:
    """One document whose charset is not as its labels say. ``torn``: a broken place may lose its own character."""

    name: str
    content: bytes
    content_type: str | None
    expected: str


def _document(label: str | None, text: str) -> str:
    head = f'<?xml version="1.0" encoding="{label}"?>' if label else '<?xml version="1.0"?>'
    return (
        f"{head}<rss version='2.0'><channel><title>x</title><link>http://news.example.org/</link><item><title>{text}</title>"
        f"<link>http://news.example.org/1</link><description>{text * 15}</description></item></channel></rss>"
    )


def _break(place: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"</description>", place + b"</description>")


def iter_accidents() -> Iterator[Accident]:
    """Every case once. (label in the document, codec of the bytes, charset in HTTP, language, bytes before, damage)"""
    rows: tuple[tuple[str, str | None, str, str | None, str, bytes, Callable[[bytes], bytes] | None], ...] = (
        ("UTF-8, labelled so", "utf-8", "utf-8", None, "simplified", b"", None),
        ("UTF-8 with a mark", "utf-8", "utf-8", None, "simplified", b"\xef\xbb\xbf", None),
        ("UTF-8 with a mark, labelled GBK", "gbk", "utf-8", "gbk", "simplified", b"\xef\xbb\xbf", None),
        ("UTF-8 without label", None, "utf-8", None, "simplified", b"", None),
        ("UTF-8, document says gb2312", "gb2312", "utf-8", None, "simplified", b"", None),
        ("UTF-8, document says latin-1", "iso-8859-1", "utf-8", None, "simplified", b"", None),
        ("UTF-8, document says UTF-16", "utf-16", "utf-8", None, "simplified", b"", None),
        ("UTF-8, HTTP says latin-1", "utf-8", "utf-8", "iso-8859-1", "simplified", b"", None),
        ("UTF-8, HTTP says gb2312", None, "utf-8", "gb2312", "traditional", b"", None),
        ("UTF-8, label nobody knows", "x-unknown-9", "utf-8", None, "simplified", b"", None),
        ("GBK, labelled gb2312", "gb2312", "gbk", None, "simplified", b"", None),
        ("GBK, labelled GBK", "GBK", "gbk", None, "simplified", b"", None),
        ("GB18030, labelled so", "gb18030", "gb18030", None, "simplified", b"", None),
        ("GBK, document says UTF-8", "utf-8", "gbk", None, "simplified", b"", None),
        ("GBK without label", None, "gbk", None, "simplified", b"", None),
        ("GBK, only HTTP says so", None, "gbk", "gbk", "simplified", b"", None),
        ("GBK, document says UTF-8, HTTP gb2312", "utf-8", "gbk", "gb2312", "simplified", b"", None),
        ("GBK, document says latin-1, HTTP gbk", "iso-8859-1", "gbk", "gbk", "simplified", b"", None),
        ("GBK, document says so, HTTP latin-1", "gbk", "gbk", "iso-8859-1", "simplified", b"", None),
        ("GBK, document says big5", "big5", "gbk", None, "simplified", b"", None),
        ("GBK, everything says latin-1", "iso-8859-1", "gbk", "iso-8859-1", "simplified", b"", None),
        ("Big5, labelled so", "big5", "big5", None, "traditional", b"", None),
        ("Big5-HKSCS, labelled so", "big5-hkscs", "big5hkscs", None, "traditional", b"", None),
        ("Big5, document says UTF-8", "utf-8", "big5", None, "traditional", b"", None),
        ("Big5, document says gb2312", "gb2312", "big5", None, "traditional", b"", None),
        ("Big5, only HTTP says so", None, "big5", "big5", "traditional", b"", None),
        ("Big5 without label", None, "big5", None, "traditional", b"", None),
        ("Shift_JIS, labelled so", "shift_jis", "shift_jis", None, "japanese", b"", None),
        ("Shift_JIS without label", None, "cp932", None, "japanese", b"", None),
        ("EUC-JP, labelled so", "euc-jp", "euc-jp", None, "japanese", b"", None),
        ("EUC-JP, document says UTF-8", "utf-8", "euc-jp", None, "japanese", b"", None),
        ("ISO-2022-JP, labelled so", "iso-2022-jp", "iso2022_jp", None, "japanese", b"", None),
        ("EUC-KR, labelled so", "euc-kr", "euc-kr", None, "korean", b"", None),
        ("EUC-KR without label", None, "euc-kr", None, "korean", b"", None),
        ("Windows-1251, labelled so", "windows-1251", "cp1251", None, "russian", b"", None),
        ("Windows-1251, labelled latin-1", "iso-8859-1", "cp1251", None, "russian", b"", None),
        ("KOI8-R, labelled so", "koi8-r", "koi8-r", None, "russian", b"", None),
        ("KOI8-R without label", None, "koi8-r", None, "russian", b"", None),
        ("Windows-1252, labelled latin-1", "iso-8859-1", "cp1252", None, "french", b"", None),
        ("Latin-1 in Portuguese, labelled so", "iso-8859-1", "latin-1", None, "portuguese", b"", None),
        ("Latin-1 in Portuguese, without label", None, "latin-1", None, "portuguese", b"", None),
        ("Windows-1252, document says UTF-8", "utf-8", "cp1252", None, "english", b"", None),
        ("UTF-16 LE with a mark", "utf-16", "utf-16-le", None, "simplified", b"\xff\xfe", None),
        ("UTF-16 BE without a mark", "utf-16be", "utf-16-be", None, "simplified", b"", None),
        ("UTF-16 LE without a mark or label", None, "utf-16-le", None, "traditional", b"", None),
        ("UTF-32 LE with a mark", "utf-32", "utf-32-le", None, "simplified", b"\xff\xfe\x00\x00", None),
        ("UTF-8, one character cut", "utf-8", "utf-8", None, "simplified", b"", _break(b"\xe4\xb8")),
        ("UTF-8, one byte of latin-1", "utf-8", "utf-8", None, "simplified", b"", _break(b"\xe9")),
        ("GBK, one foreign byte", "gbk", "gbk", None, "simplified", b"", _break(b"\xff")),
        ("UTF-8 with NUL and controls", "utf-8", "utf-8", None, "simplified", b"", _break(b"\x00\x0b\x1f")),
    )
    for name, label, codec, http, language, mark, damage in rows:
        text = _TEXTS[language]
        content = mark + _document(label, text).encode(codec)
        kind = f"text/xml; charset={http}" if http else None
        yield Accident(name, damage(content) if damage else content, kind, text)


def run(*, ours_only: bool = False) -> int:
    """Print which library gets which accident right; 0 where we get all."""
    console = Console()
    peers, absent = find_peers(ours_only=ours_only)
    table = Table("accident", *(peer.name for peer in peers))
    right = dict.fromkeys((peer.name for peer in peers), 0)
    accidents = list(iter_accidents())
    for accident in accidents:
        cells = []
        for peer in peers:
            try:
                _, entries = peer.record(peer.read(accident.content, accident.content_type, None))
                title = entries[0].texts["title"]
                summary = entries[0].texts["summary"]
                whole = accident.expected in title and any(text.startswith(accident.expected * 15) for text in summary)
            except Exception as error:
                cells.append(f"[red]{type(error).__name__}")
                continue
            right[peer.name] += whole
            cells.append("right" if whole else "[red]wrong")
        table.add_row(accident.name, *cells)
    table.add_row(f"right, of {len(accidents)}", *(str(right[peer.name]) for peer in peers), style="bold")
    console.print(table)
    for name in absent:
        console.print(f"{name} is not installed and was left out")
    return 0 if right["broadsheet"] == len(accidents) else 1
