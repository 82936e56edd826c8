"""From bytes to text, without ever passing mojibake off as the outlet's words.

Feeds and pages arrive with charset labels that are missing, too narrow ("gb2312" over GBK text) or plainly wrong.
``decode`` trusts evidence before labels, in this order:

1. a byte order mark, or the zero bytes that UTF-16 and UTF-32 leave in markup;
2. valid UTF-8: no other charset makes valid UTF-8 of non-ASCII text by chance;
3. torn UTF-8: fewer than 2 % of the sequences broken (a cut string, one foreign byte);
4. labels, widened to the superset that is really used (gb2312 -> gb18030, latin-1 -> cp1252). The document's own
   label comes before HTTP's, because servers send one default for all their files; but the first label only wins
   if its reading *looks* at least about as good as that of the other label and of the charsets of East Asia;
5. no usable label: the charset whose reading looks best.

How a reading looks is the share of its non-ASCII characters that are among the commonest of their script. So a label
that decodes without an error and yields rubbish does not win, and Chinese is never read as a one-byte charset.
Whatever was survived is said in ``Decoded.note``. This module must not know what the text is for.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

from ._charset_words import COMMON, EAST_ASIAN, ONE_BYTE, SEVEN_BIT, WIDER

TORN_SHARE = 0.02
"""At most this share of the non-ASCII characters may be broken for a charset still to count as the right one."""

_SAMPLE_BYTES = 8_000
_GOOD_LOOKS = 0.55
_UNREADABLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gave it, and one sentence on what was survived (None: nothing)."""

    text: str
    encoding: str
    note: str | None = None


@cache
def _common(encoding: str) -> frozenset[str]:
    return frozenset(COMMON.get(encoding, ""))


@cache
def _usual(encoding: str) -> frozenset[str]:
    """The everyday block of a charset: its level-1 characters, which wrong readings mostly miss."""
    ranges = {
        "gb18030": (range(0xB0, 0xD8), range(0xA1, 0xFF), "gb2312"),
        "big5hkscs": (range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)), "big5"),
        "euc_jp": (range(0xB0, 0xD0), range(0xA1, 0xFF), "euc_jp"),
        "cp949": (range(0xB0, 0xC9), range(0xA1, 0xFF), "euc_kr"),
    }
    key = "euc_jp" if encoding == "cp932" else encoding
    if key in ranges:
        leads, trails, codec = ranges[key]
        raw = bytes(byte for lead in leads for trail in trails for byte in (lead, trail))
        return frozenset(raw.decode(codec, "ignore"))
    if encoding in ("cp1251", "koi8_r"):
        return frozenset("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяЁё")
    return frozenset()


def decode(content: bytes, *, http: str | None = None, declared: str | None = None) -> Decoded:
    """The text of ``content``, by the order of this module's docstring.

    ``http`` is the charset, or the whole Content-Type value, of the response; ``declared`` the label inside the
    document. Where ``declared`` is None it is looked for with ``find_declared``; pass "" to have none. Never raises:
    what cannot be read becomes U+FFFD and is counted in the note.
    """
    if declared is None:
        declared = find_declared(content)
    labels = _usable_labels((declared, _charset_of(http)))
    marked = _decode_marked(content, labels)
    if marked is not None:
        return marked
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_torn(content, labels) or _decode_other(content, labels)
    if content.isascii():
        return _decode_seven_bit(content, text, labels)
    return Decoded(text, "utf-8", _note_label("utf-8", labels))


_PROLOG = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*+=\s*+["']\s*+([A-Za-z0-9._:-]{2,40})""")
_META = re.compile(rb"""<meta\b[^>]{0,400}?\bcharset\s*+=\s*+["']?+\s*+([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)


def find_declared(content: bytes) -> str | None:
    """The charset label inside a document: that of the XML declaration, else of an HTML ``<meta>``, else None."""
    found = _PROLOG.search(content, 0, 2_000) or _META.search(content, 0, 16_000)
    return found[1].decode("ascii") if found else None


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _decode_marked(content: bytes, labels: tuple[str, ...]) -> Decoded | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            body = content[len(mark) :]
            try:
                return Decoded(body.decode(encoding), encoding)
            except UnicodeDecodeError:
                if encoding == "utf-8":
                    return _decode_false_mark(body, labels)
                return _decode_loosely(body, encoding)
    encoding_found = _find_wide(content)
    return _decode_loosely(content, encoding_found) if encoding_found else None


def _decode_false_mark(body: bytes, labels: tuple[str, ...]) -> Decoded:
    """A UTF-8 mark before bytes that are not UTF-8: a template's mark before text from elsewhere, or a torn text."""
    body = re.sub(rb"\A(?:\xef\xbb\xbf)+", b"", body)
    return _decode_torn(body, labels) or _decode_other(body, labels)


def _find_wide(content: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: ASCII markup leaves zero bytes in the same place of every unit."""
    for encoding, opening in (("utf-16-le", rb"[<{\[\s]\x00[!-~\s]\x00"), ("utf-16-be", rb"\x00[<{\[\s]\x00[!-~\s]")):
        if re.match(opening, content):
            return encoding
    head = content[: 4 * (min(len(content), 400) // 4)]
    if head.count(0) * 6 < len(head) or not head:
        return None
    zeros = [head[place::4].count(0) * 4 / len(head) for place in range(4)]
    if min(zeros[:2]) > 0.95 > zeros[3]:
        return "utf-32-be"
    if min(zeros[2:]) > 0.95 > zeros[0]:
        return "utf-32-le"
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if odd > 0.2 and even < 0.1:
        return "utf-16-le"
    if even > 0.2 and odd < 0.1:
        return "utf-16-be"
    return None


def _charset_of(http: str | None) -> str | None:
    if not http:
        return None
    found = re.search(r"charset\s*+=\s*+[\"']?+\s*+([\w.:-]+)", http, re.IGNORECASE)
    if found:
        return found[1]
    return http if "/" not in http and ";" not in http else None


def _usable_labels(labels: tuple[str | None, ...]) -> tuple[str, ...]:
    """Python codec names of the labels we know, widened, in the same order and once each."""
    return tuple(dict.fromkeys(name for label in labels if label and (name := _codec_name(label))))


@cache
def _codec_name(label: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]+", "_", label.strip().lower()).strip("_")
    if plain in WIDER:
        return WIDER[plain]
    try:
        codec = codecs.lookup(label.strip())
        "".encode(codec.name)
    except (LookupError, ValueError, UnicodeError):
        return None
    if not getattr(codec, "_is_text_encoding", True) or codec.name in ("idna", "punycode", "undefined"):
        return None
    name = codec.name.replace("-", "_")
    return WIDER.get(name, codec.name if name.startswith("utf") else name)


def _decode_seven_bit(content: bytes, text: str, labels: tuple[str, ...]) -> Decoded:
    """ASCII bytes may still be ISO-2022 or HZ, which hide Chinese and Japanese in escapes."""
    candidates = [label for label in labels if label in SEVEN_BIT]
    if b"\x1b$B" in content or b"\x1b$@" in content:
        candidates.append("iso2022_jp")
    for encoding in candidates:
        try:
            return Decoded(content.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return Decoded(text, "utf-8")


def _decode_torn(content: bytes, labels: tuple[str, ...]) -> Decoded | None:
    """UTF-8 in which few sequences are broken. A UTF-8 label makes us bear more breaks in a short text."""
    for head in (content[:20_000], content) if len(content) > 40_000 else (content,):
        text = head.decode("utf-8", "replace")
        broken = text.count(_UNREADABLE)
        if broken * 4 > _count_beyond_ascii(text) + 8:
            return None
    whole = _count_beyond_ascii(text) - broken
    bearable = 0.2 if "utf-8" in labels and broken < 4 else TORN_SHARE
    if broken > whole * bearable:
        return None
    return Decoded(text, "utf-8", f"{broken} broken UTF-8 sequences")


def _count_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _decode_other(content: bytes, labels: tuple[str, ...]) -> Decoded:
    sample = _take_sample(content)
    named = [label for label in labels if not label.startswith("utf") and label not in SEVEN_BIT]
    looks = {encoding: _looks(sample, encoding) for encoding in named}
    if not named or named[0] == "cp1252" or looks[named[0]] < _GOOD_LOOKS:
        looks.update({encoding: _looks(sample, encoding) for encoding in EAST_ASIAN})
    chosen: str | None = None
    for label in named:
        if looks[label] > -1 and (chosen is None or _is_clearly_better(looks[label], looks[chosen])):
            chosen = label
    challengers = [encoding for encoding in looks if encoding in EAST_ASIAN]
    if chosen is None or chosen == "cp1252":
        challengers += ONE_BYTE
        looks.update({encoding: _looks(sample, encoding) for encoding in ONE_BYTE})
    best = max(challengers, key=lambda encoding: looks[encoding], default=chosen)
    if best and (chosen is None or _is_clearly_better(looks[best], looks[chosen])):
        chosen = best
    assert chosen is not None
    if looks[chosen] < _GOOD_LOOKS and (looks[chosen] == -1 or _is_mostly_utf8(content)):
        chosen = "utf-8"
    found = _decode_loosely(content, chosen)
    return Decoded(found.text, found.encoding, _join_notes(_note_label(chosen, labels), found.note))


def _is_mostly_utf8(content: bytes) -> bool:
    """UTF-8 with pieces of another charset in it, as aggregators make it: most is right, the rest is lost anyway."""
    text = content.decode("utf-8", "replace")
    broken = text.count(_UNREADABLE)
    return broken < 0.3 * (_count_beyond_ascii(text) - broken)


def _is_clearly_better(new: float, old: float) -> bool:
    return new > max(old, 0.0) * 1.5 + 0.12


def _take_sample(content: bytes) -> bytes:
    """Pieces of text with non-ASCII bytes, cut only where no charset continues a character."""
    pieces: list[bytes] = []
    size = 0
    for found in re.finditer(rb"[^<>\n]+", content):
        piece = found[0]
        if not piece.isascii():
            pieces.append(piece)
            size += len(piece)
            if size > _SAMPLE_BYTES:
                break
    return b"\n".join(pieces)[: 8 * _SAMPLE_BYTES]


def _looks(sample: bytes, encoding: str) -> float:
    """How much the sample read in ``encoding`` looks like language: -1 unreadable, 0 unknown, up to 1.3.

    Latin text has its accents singly or in pairs among ASCII letters, Cyrillic text has whole words beyond ASCII.
    """
    try:
        text = sample.decode(encoding, "replace")
    except (LookupError, ValueError):
        return -1.0
    beyond = [char for char in text if char > "\x7f"]
    if not beyond:
        return 0.0
    broken = beyond.count(_UNREADABLE)
    if broken > max(1, len(beyond) * TORN_SHARE):
        return -1.0
    common, usual = _common(encoding), _usual(encoding)
    odd = sum(1 for char in beyond if "\ue000" <= char <= "\uf8ff" or "\uff61" <= char <= "\uff9f")
    score = sum(1 for char in beyond if char in common) + 0.3 * sum(1 for char in beyond if char in usual)
    score = (score - odd - broken) / len(beyond)
    if encoding in ONE_BYTE:
        in_words = sum(len(run) for run in re.findall(rb"[\x80-\xff]{3,}", sample)) / len(beyond)
        score *= 1 - in_words if encoding == "cp1252" else in_words
    return max(score, -0.9)


def _decode_loosely(content: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(content.decode(encoding), encoding)
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
    return Decoded(text, encoding, f"{text.count(_UNREADABLE)} characters unreadable in {encoding}")


def _note_label(chosen: str, labels: tuple[str, ...]) -> str | None:
    """A sentence where the labels said something else; cp1252 is no contradiction of ASCII-only claims."""
    if not labels:
        return None if chosen == "utf-8" else f"no charset label; read as {chosen}"
    if chosen in labels:
        others = [label for label in labels if label != chosen]
        return f"labelled both {chosen} and {others[0]}; read as {chosen}" if others else None
    return f"labelled {' and '.join(labels)}, but is {chosen}"


def _join_notes(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None
