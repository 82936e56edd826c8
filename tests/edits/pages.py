"""Writes an article as a page of an outlet, in one of several markups, with as much of the page around it as wished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from random import Random

ZH, EN = "zh", "en"


@dataclass(frozen=True)
class Piece:
    """An article as its outlet means it."""

    language: str
    outlet: str
    headline: str
    deck: str
    byline: str
    caption: str
    paragraphs: tuple[str, ...]
    picture: str = "https://img.example/photos/2026/lead-800x600.jpg?w=800"


@dataclass(frozen=True)
class Look:
    """How a page is written: which markup, what stands around the text, and what leaks into it.

    ``leaks`` maps a place (0 is before the first paragraph) to markup that the page puts between the paragraphs.
    ``inside`` maps a paragraph to words that it glues to its beginning or end.
    """

    markup: int = 0
    seed: int = 0
    site_name: str = ""
    leaks: Mapping[int, str] = field(default_factory=dict)
    before: Mapping[int, str] = field(default_factory=dict)
    after: Mapping[int, str] = field(default_factory=dict)
    related: int = 4
    noise: str = "a1"
    published: str = "2026-03-07T08:30:00Z"


def body_of(piece: Piece, look: Look) -> str:
    """The article's part of the page: figure, paragraphs and whatever leaked between them."""
    parts = [look.leaks.get(0, ""), _figure(piece, look)]
    for at, words in enumerate(piece.paragraphs):
        text = look.before.get(at, "") + _words(words, look) + look.after.get(at, "")
        parts += [_paragraph(text, look), look.leaks.get(at + 1, "")]
    return "\n".join(part for part in parts if part)


def _words(words: str, look: Look) -> str:
    plain = escape(words, quote=False)
    if look.markup == 1:
        return f"<span class='{look.noise}-t'>{plain}</span>"
    if look.markup == 2 and " " in plain:
        first, _, rest = plain.partition(" ")
        return f"<b></b>{first}&nbsp;{rest}"
    return plain


def _paragraph(text: str, look: Look) -> str:
    if look.markup == 1:
        return f'<div class="para {look.noise}"><p style="text-align:justify" data-n="{look.seed}">{text}</p></div>'
    if look.markup == 2:
        return f"<p\n   class='{look.noise} body-copy'>\n  {text}\n</p>"
    return f"<p>{text}</p>"


def _figure(piece: Piece, look: Look) -> str:
    image = f'<img src="{escape(piece.picture)}" alt="" width="800" height="600">'
    if look.markup == 1:
        words = f"<figcaption><span>{piece.caption}</span></figcaption>"
        return f"<figure class='{look.noise}'><div>{image}</div>{words}</figure>"
    return f"<figure>{image}<figcaption>{escape(piece.caption, quote=False)}</figcaption></figure>"


def page_of(piece: Piece, look: Look) -> bytes:
    """The whole page, in UTF-8."""
    rng = Random(look.seed)
    chinese = piece.language.startswith("zh")
    title = piece.headline + look.site_name
    described = escape(piece.deck)
    return f"""<!DOCTYPE html>
<html lang="{piece.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta property="og:title" content="{escape(title)}"><meta property="og:type" content="article">
<meta name="description" content="{described}"><meta property="og:description" content="{described}">
<meta name="author" content="{escape(piece.byline)}"><meta property="og:site_name" content="{escape(piece.outlet)}">
<meta property="article:published_time" content="{look.published}">
<link rel="stylesheet" href="/static/{look.noise}.css"></head>
<body class="{look.noise}">{_top(piece, chinese, rng)}
{_article(piece, look, chinese, rng)}
{_bottom(piece, look, chinese, rng)}
<script>window.page={{"id":{rng.randrange(10**6)},"ab":"{look.noise}"}};</script></body></html>""".encode()


def _article(piece: Piece, look: Look, chinese: bool, rng: Random) -> str:
    byline = escape(piece.byline)
    stamp = f"{rng.randrange(2, 23)}{'小时前' if chinese else ' hours ago'}"
    views = f"{rng.randrange(100, 99999):,}{'次阅读' if chinese else ' views'}"
    if look.markup == 1:
        head = f'<div class="head {look.noise}"><h1><span>{escape(piece.headline)}</span></h1>'
        meta = f'<div class="meta"><span class="author">{byline}</span> <em>{stamp}</em> | <i>{views}</i></div></div>'
        text = f'<div class="article-body {look.noise}">{body_of(piece, look)}</div>'
        return f'<div id="main" role="main">{head}{meta}{text}</div>'
    head = f"<header><h1>{escape(piece.headline)}</h1><p class='deck'>{escape(piece.deck)}</p>"
    time = f"<time datetime='{look.published}'>{stamp}</time>"
    meta = f"<div class='meta'><a rel='author' href='/by'>{byline}</a> {time} {views}</div>"
    wrap = "section" if look.markup == 2 else "div"
    text = f'<{wrap} class="article-content {look.noise}" itemprop="articleBody">{body_of(piece, look)}</{wrap}>'
    return f"<main><article>{head}{meta}</header>{text}</article></main>"


def _top(piece: Piece, chinese: bool, rng: Random) -> str:
    names = "首页 要闻 财经 体育 文化 视频" if chinese else "Home World Business Sport Culture Video"
    links = "".join(f'<li><a href="/{at}">{name}</a></li>' for at, name in enumerate(names.split()))
    weather = f"<span>{rng.randrange(1, 30)}°C</span>"
    return f"<nav><ul>{links}</ul>{weather}</nav><div class='brand'>{escape(piece.outlet)}</div>"


_OTHERS = {
    ZH: "市政府公布明年预算 图书馆延长开放 两校合并引发争议 球队三连胜 新机场选址未定 菜价连续四周回落 夜市恢复营业",
    EN: "Council approves budget|Library hours extended|Two schools to merge|Third win in a row|Airport site undecided"
    "|Vegetable prices fall|Night market returns",
}


def related_titles(chinese: bool, rng: Random, count: int) -> list[str]:
    """Headlines of other articles."""
    titles = _OTHERS[ZH].split() if chinese else _OTHERS[EN].split("|")
    return rng.sample(titles, min(count, len(titles)))


def _bottom(piece: Piece, look: Look, chinese: bool, rng: Random) -> str:
    titles = related_titles(chinese, rng, look.related)
    links = "".join(f'<li><a href="/{rng.randrange(9999)}">{title}</a></li>' for title in titles)
    comments = f"{rng.randrange(900)}{'条评论' if chinese else ' comments'}"
    heading = "相关新闻" if chinese else "Related"
    legal = f"© 2026 {escape(piece.outlet)} {'版权所有' if chinese else 'All rights reserved'}"
    related = f"<aside class='related'><h3>{heading}</h3><ul>{links}</ul></aside>"
    return f"{related}<div class='comments'>{comments}</div><footer>{legal}</footer>"
