"""Reading a body: its plain text, its pictures, and a headline freed from markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Final, NamedTuple

from broadsheet.html._canonical import canonical_body
from broadsheet.html._policy import ALLOWED_TAGS
from broadsheet.html._space import cut_between, fold, whole, without_invisible
from broadsheet.model import Picture

_INLINE: Final = "a|strong|em|code|s|q|sub|sup|cite|bdi|bdo|ruby|rt|rp"
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?: [^<>]*)?>")
_ANY_TAG = re.compile(r"<[^<>\n]*>")
_READING = re.compile(r"<r([tp])>[^<\n]*+(?:<(?!/?r[tp]>)[^<\n]*+)*+</r\1>")
_OURS = re.compile(
    rf"</?(?:{'|'.join(sorted(ALLOWED_TAGS))})"
    r"(?: (?:href|src|alt|width|height|lang|dir|colspan|rowspan|start)=\"[^\"<>]*\")*>"
)
_WELDED = re.compile(
    r"^<(?:p|h[234]|figure|pre)\b.*</(?:p|h[234]|figure|pre)><|</(?:ul|ol|table)><(?!/t)", re.MULTILINE
)
_FIGURE = re.compile(r"<figure[^<>]*>([^<]*+(?:<(?!/?figure\b)[^<]*+)*+)</figure>")
_PICTURE = re.compile(r"<img ([^<>]*)>")
_ATTRIBUTE = re.compile(r'(?<![a-z])([a-z]++)="([^"]*)"')
_CAPTION = re.compile(r"<figcaption>([^<]*+(?:<(?!/?figcaption>)[^<]*+)*+)</figcaption>")


class Body(NamedTuple):
    """A canonical body with its text and its pictures, as ``plain_text`` and ``iter_pictures`` give them."""

    canonical: str
    text: str
    pictures: tuple[Picture, ...]


def read_body(markup: str, *, base_url: str | None = None) -> Body:
    """``canonical_body`` of foreign ``markup`` with its text and pictures, for less than three calls."""
    canonical = canonical_body(markup, base_url=base_url)
    return Body(canonical, _text_of(canonical), tuple(_iter_pictures(canonical)))


def plain_text(body: str, *, canonical: str | None = None) -> str:
    """The readable text of ``body``, one line per block, without markup; captions are in it, alternatives not.

    Any markup will do; a canonical body is read without a parser. A table's row is one line; the readings beside ruby
    characters are left out, as in a quotation. A caller who has ``canonical_body(body)`` already gives it as
    ``canonical``, and gets the same text sooner.
    """
    return _text_of(_as_canonical(body, canonical))


def _text_of(body: str) -> str:
    if "<rt>" in body:
        body = _READING.sub("", body)
    lines = [" ".join(unescape(line).split()) for line in _free_of_tags(body).split("\n")]
    return "\n".join(line for line in lines if line)


def iter_pictures(body: str) -> Iterator[Picture]:
    """The pictures of ``body`` in reading order, with caption, credit and alternative text as plain text."""
    return _iter_pictures(_as_canonical(body))


def _iter_pictures(body: str) -> Iterator[Picture]:
    for figure in _FIGURE.finditer(body):
        found = _CAPTION.search(figure[1])
        caption = " ".join(unescape(_free_of_tags(found[1])).split()) if found else None
        for tag in _PICTURE.finditer(figure[1]):
            named = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[1])}
            if named.get("src"):
                yield Picture(
                    named["src"],
                    caption=caption,
                    credit=find_credit(caption or ""),
                    alt=named.get("alt"),
                    width=_number(named.get("width")),
                    height=_number(named.get("height")),
                )


def _as_canonical(body: str, canonical: str | None = None) -> str:
    rest = _OURS.sub("", body)
    is_foreign = "<" in rest or ">" in rest or "\n\n" in body or _WELDED.search(body)
    if is_foreign or "<rt" in body or "<rp" in body:  # readings count inside a ruby only, which a parser sees
        return canonical_body(body) if canonical is None else canonical
    return body


def _free_of_tags(body: str) -> str:
    return _ANY_TAG.sub(" ", _INLINE_TAG.sub("", body))


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdigit() else None


_CREDIT = re.compile(
    r"""(?ix)
      [(（【\[]\s*(?P<inside>
          (?:图片?(?:来源)?|圖片?(?:來源)?|照片|资料图片?|資料圖片?|摄影|攝影|(?:photo|credit|image)(?:\s+by|\s+credit)?)?
          \s*[:：/／]?\s*[^()（）【】\[\]]{0,40}?
          (?:社|通讯|通訊|图片|圖片|摄|攝|供图|供圖|提供|照片|photos?|images?|afp|reuters|ap|epa|getty[^()（）]{0,30}|pool
            |xinhua|handout)
          (?:\s*/[^()（）]{1,40})? )\s*[)）】\]]\W*$
    | (?:^|[\s。.,，;；|｜-])
          (?:图片?来源|圖片?來源|图源|圖源|图|圖|摄影|攝影|photo(?:graph)?(?:\s+by|\s+credit)?|picture
            |image(?:\s+credit)?|credit|source|foto)
          \s*[:：]\s*(?P<named>[^:：\n]{2,60}?)\W*$
    | ©\s*(?P<copyright>[^©\n]{2,60}?)\W*$"""
)


def find_credit(caption: str) -> str | None:
    """Who made or sent the picture, where the caption's end says so: ``（路透社）``, ``Photo: A. Name``, ``© AFP``."""
    found = _CREDIT.search(caption[-200:])
    if found is None:
        return None
    words = found["inside"] or found["named"] or found["copyright"]
    return words.strip() or None


_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|nobr|p|q|s|small|span|strike|strong"
    r"|sub|sup|tt|u|wbr|bdi|bdo|ruby|rt|rp|script|style|title)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ESCAPED_PAIR = re.compile(
    r"<(em|i|b|strong|span|sub|sup|font|cite|q|u|small)(?:\s[^<>]*)?>([^<>]*)</\1>|<br\s*/?>", re.IGNORECASE
)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*+>[^<]*+(?:<(?!/?(?:script|style)\b)[^<]*+)*+</\1>", re.IGNORECASE)


def headline_text(markup: str) -> str:
    """A title as plain text on one line: tags gone, references read, white space folded.

    A ``<`` that opens no tag stays, and so does a lone tag that a title speaks of (``&lt;b&gt;``); what was escaped
    twice is read twice.
    """
    if "<" in markup:
        markup = _TITLE_TAG.sub("", _SCRIPT.sub("", cut_between(markup, "<!--", "-->")))
    if "&" in markup:
        markup = unescape(markup)
        if _REFERENCE.search(markup):
            markup = unescape(markup)
        if "<" in markup:
            markup = _ESCAPED_PAIR.sub(lambda found: found[2] or " ", markup)
    return fold(without_invisible(whole(markup)))


_UNNAMED = re.compile(r'(<img src="[^"]*")(?: alt="\s*")?((?: (?:width|height)="[^"]*")*>)')
_FIGURE_OR_PICTURE = re.compile(r"<figure[^<>]*>.*?</figure>|<img [^<>]*>", re.DOTALL)


def with_alternatives(body: str, headline: str) -> str:
    """The canonical ``body`` with words in place of every picture: where it has none, its caption's, else ``headline``.

    So a text reads whole where pictures do not load. Nothing is added where there are no words at all.
    """
    if "<img" not in body:
        return body

    def name(found: re.Match[str]) -> str:
        caption = _CAPTION.search(found[0])
        words = (caption and " ".join(unescape(_free_of_tags(caption[1])).split())) or " ".join(headline.split())
        alternative = f' alt="{escape(words, quote=False).replace(chr(34), "&quot;")}"' if words else ""
        return _UNNAMED.sub(lambda image: f"{image[1]}{alternative}{image[2]}", found[0])

    return _FIGURE_OR_PICTURE.sub(name, body)
