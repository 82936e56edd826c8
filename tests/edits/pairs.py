"""Every pair of pages: an article as it was first seen and as it was seen again, and what the second sight must say.

Made by program from ``articles.toml``, always the same pairs in the same order. Half of the articles are held back:
rules were made with the other half before them. The furniture that leaks is not: the rules know the words of all of it,
so false edits from furniture in words of its own kind are more than these pairs show.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import opencc

from tests.edits.pages import Look, Piece, related_titles

BASE = Path(__file__).with_name("articles.toml")


@dataclass(frozen=True)
class Pair:
    """``classes`` are those that the change must have, empty where nothing changed. ``kind`` says how it was made."""

    name: str
    kind: str
    old: Piece
    new: Piece
    old_look: Look
    new_look: Look
    classes: frozenset[str]
    is_held_back: bool


@dataclass(frozen=True)
class Base:
    """An article with the edits that may be made to it."""

    piece: Piece
    extra: str
    edits: dict[str, list[Any]]
    number: int

    @property
    def is_chinese(self) -> bool:
        """Whether it is written in Chinese."""
        return self.piece.language.startswith("zh")


@functools.cache
def load_bases() -> tuple[Base, ...]:
    """The articles, in the order of the file."""
    stated = tomllib.loads(BASE.read_text("utf-8"))["article"]
    return tuple(
        Base(
            Piece(
                one["language"], one["outlet"], one["headline"], one["deck"], one["byline"], one["caption"],
                tuple(one["paragraphs"]), f"https://img.example/photos/2026/{number}-lead-800x600.jpg?w=800",
            ),
            one["extra"], one["edits"], number,
        )
        for number, one in enumerate(stated)
    )  # fmt: skip


@functools.cache
def all_pairs() -> tuple[Pair, ...]:
    """Every pair."""
    return tuple(pair for base in load_bases() for pair in (*iter_sames(base), *iter_edits(base)))


def _pair(base: Base, kind: str, new: Piece, new_look: Look, classes: set[str], number: int = 0) -> Pair:
    old_look = Look(markup=base.number % 3, seed=base.number * 1000)
    return Pair(
        f"{base.number}-{kind}-{number}", kind, base.piece, new, old_look, new_look, frozenset(classes),
        base.number % 2 == 1,
    )  # fmt: skip


# ---- nothing changed ---------------------------------------------------------------------------------------------


def iter_sames(base: Base) -> Iterator[Pair]:
    """The same text on a page that looks otherwise."""
    look = Look(markup=base.number % 3, seed=base.number * 1000 + 7)
    rng = Random(base.number)
    for shift in (1, 2):
        yield _pair(base, "markup", base.piece, replace(look, markup=(look.markup + shift) % 3), set(), shift)
    yield _pair(base, "class names", base.piece, replace(look, noise="css-9f3kx"), set())
    yield _pair(base, "counters and ages", base.piece, replace(look, seed=look.seed + 1), set())
    yield _pair(base, "site name", base.piece, replace(look, site_name=f" - {base.piece.outlet}"), set())
    for number, leak in enumerate(iter_leaks(base, rng)):
        places = {rng.randrange(1, 5): leak} if number % 3 else {0: leak, 5: leak}
        yield _pair(base, "leak", base.piece, replace(look, leaks=places), set(), number)
    for number, leak in enumerate((iter_unseen_leaks if base.number % 2 else iter_other_leaks)(base, rng)):
        yield _pair(
            base, "leak, other words", base.piece, replace(look, leaks={rng.randrange(0, 6): leak}), set(), number
        )
    for number in range(4):
        yield _pair(base, "much at once", *_much_at_once(base, rng), set(), number)
    for number, (before, after) in enumerate(iter_glue(base, rng)):
        glued = replace(look, before={0: before}, after={len(base.piece.paragraphs) - 1: after})
        yield _pair(base, "glue", base.piece, glued, set(), number)
    for number, change in enumerate(_rewritings(base)):
        yield _pair(base, "signs", _everywhere(base.piece, change), look, set(), number)
    sized = re.sub(r"-800x600\.jpg\?w=800", "-1200x900.jpg?w=1200&quality=85", base.piece.picture)
    yield _pair(base, "picture size", replace(base.piece, picture=sized), look, set())


def iter_leaks(base: Base, rng: Random) -> Iterator[str]:
    """Whole blocks that a page may put between paragraphs."""
    titles = related_titles(base.is_chinese, rng, 3)
    links = "".join(f'<li><a href="/{rng.randrange(999)}">{title}</a></li>' for title in titles)
    count = rng.randrange(100, 9999)
    if base.is_chinese:
        yield f"<h4>相关阅读</h4><ul>{links}</ul>"
        yield f'<p>延伸阅读：<a href="/1">{titles[0]}</a></p>'
        yield f"<p>{rng.randrange(2, 20)}小时前</p>"
        yield f"<p>阅读 {count}　评论 {rng.randrange(99)}</p>"
        yield f"<p>最后更新：2026年3月{rng.randrange(8, 28)}日 {rng.randrange(10, 23)}:{rng.randrange(10, 59)}</p>"
        yield "<p>分享到：微信 微博 QQ空间</p>"
        yield "<p>广告</p>"
        yield "<p>订阅我们的每日新闻通讯，第一时间获得重要消息。</p>"
        return
    yield f"<h4>Related stories</h4><ul>{links}</ul>"
    yield f'<p>Read more: <a href="/1">{titles[0]}</a></p>'
    yield f"<p>Updated {rng.randrange(2, 20)} hours ago</p>"
    yield f"<p>{count:,} views · {rng.randrange(99)} comments</p>"
    clock = f"{rng.randrange(1, 12)}:{rng.randrange(10, 59)} p.m."
    yield f"<p>Last updated: March {rng.randrange(8, 28)}, 2026 at {clock}</p>"
    yield "<p>Share this article: Facebook Twitter WhatsApp Email</p>"
    yield "<p>Advertisement</p>"
    yield "<p>Sign up for our daily newsletter and never miss a story.</p>"


def iter_other_leaks(base: Base, rng: Random) -> Iterator[str]:
    """The same kinds of furniture in other words."""
    titles = related_titles(base.is_chinese, rng, 3)
    links = "".join(f'<li><a href="/{rng.randrange(999)}">{title}</a></li>' for title in titles)
    count, day = rng.randrange(100, 9999), rng.randrange(8, 28)
    if base.is_chinese:
        yield f"<h3>编辑推荐</h3><ul>{links}</ul>"
        yield f'<p><strong>看更多：</strong><a href="/2">{titles[0]}</a></p>'
        yield f"<p>更新于 2026-03-{day:02} 12:{rng.randrange(10, 59)}</p>"
        yield f"<p>浏览量：{count / 1000:.1f}万</p>"
        yield f"<p>{count}人看过 · {rng.randrange(99)}人评论</p>"
        yield "<p>【广告】</p>"
        yield "<p>分享 Facebook LINE 复制链接</p>"
        yield "<p>下载本报客户端，随时随地看新闻。</p>"
        yield "<p>点击这里订阅本报电子报</p>"
        return
    yield f"<h3>Recommended for you</h3><ul>{links}</ul>"
    yield f'<p>You might also like: <a href="/2">{titles[0]}</a></p>'
    yield f"<p>Posted {rng.randrange(2, 9)} days ago · {rng.randrange(2, 9)} min read</p>"
    yield f"<p>{count / 1000:.1f}K shares</p>"
    yield f"<p>Published 14:{rng.randrange(10, 59)} GMT, {day} March 2026</p>"
    yield "<p>Tweet this · Share on Facebook</p>"
    yield "<p>ADVERTISEMENT — SCROLL TO CONTINUE</p>"
    yield "<p>Enjoying this story? Get our weekly briefing in your inbox.</p>"
    yield "<p>Comments are closed.</p>"


def iter_unseen_leaks(base: Base, rng: Random) -> Iterator[str]:
    """Furniture that only the half held back meets; its words are known to the rules all the same."""
    titles = related_titles(base.is_chinese, rng, 3)
    links = "".join(f'<li><a href="/{rng.randrange(999)}">{title}</a></li>' for title in titles)
    if base.is_chinese:
        yield f"<h3>热点聚焦</h3><ul>{links}</ul>"
        yield "<p>标签：交通 天气 民生</p>"
        yield "<p>字号：大 中 小</p>"
        yield "<p>我要纠错</p>"
        yield f'<p>上一篇：<a href="/7">{titles[0]}</a></p>'
        yield "<p>返回首页</p>"
        yield "<p>本文共1200字，阅读大约需要4分钟</p>"
        yield "<p>听新闻 03:21</p>"
        yield "<p>登录后可发表评论</p>"
        yield "<p>微信扫码，关注本报</p>"
        return
    yield f"<h3>Trending now</h3><ul>{links}</ul>"
    yield "<p>Tags: transport, weather, city</p>"
    yield "<p>Text size: A A A</p>"
    yield "<p>Report an error</p>"
    yield f'<p>Next article: <a href="/7">{titles[0]}</a></p>'
    yield "<p>Back to top</p>"
    yield "<p>Listen to this article · 3 min</p>"
    yield "<p>Log in to comment</p>"
    yield "<p>Gift this article</p>"
    yield "<p>Our journalism needs your support. Become a member.</p>"


def _much_at_once(base: Base, rng: Random) -> tuple[Piece, Look]:
    """Another markup, other furniture, leaks in two places and other signs, all in one."""
    leaks = list(iter_leaks(base, rng))
    before, after = rng.choice(list(iter_glue(base, rng)))
    last = len(base.piece.paragraphs) - 1
    look = Look(
        markup=rng.randrange(3), seed=rng.randrange(10**6), noise=f"v{rng.randrange(99)}", related=rng.randrange(1, 6),
        leaks={rng.randrange(0, 3): rng.choice(leaks), rng.randrange(3, 6): rng.choice(leaks)},
        before={0: before}, after={last: after}, site_name=rng.choice(("", f" | {base.piece.outlet}")),
    )  # fmt: skip
    return _everywhere(base.piece, rng.choice(list(_rewritings(base)))), look


def iter_glue(base: Base, rng: Random) -> Iterator[tuple[str, str]]:
    """What a page glues to the first paragraph's beginning and to the last one's end."""
    hours, count = rng.randrange(2, 20), rng.randrange(100, 9999)
    if base.is_chinese:
        yield f"{hours}小时前 | ", ""
        yield "", f"（{count}次阅读）"
        yield f"【{hours}小时前更新】", ""
        return
    yield f"{hours} hours ago | ", ""
    yield "", f" ({count:,} views)"
    yield f"[Updated {hours} minutes ago] ", ""


def _everywhere(piece: Piece, change: Callable[[str], str]) -> Piece:
    return replace(
        piece, headline=change(piece.headline), deck=change(piece.deck), caption=change(piece.caption),
        paragraphs=tuple(map(change, piece.paragraphs)),
    )  # fmt: skip


def _rewritings(base: Base) -> Iterator[Callable[[str], str]]:
    """The same words in other signs."""
    if not base.is_chinese:
        yield _typographic
        yield lambda text: text.replace(" ", "  ").replace("-", "\u2010")
        yield lambda text: text.replace(" the ", " the\u200b ").replace("e", "e\ufeff", 1)
        return
    convert = opencc.OpenCC("s2t" if base.piece.language == "zh-Hans" else "t2s").convert
    yield convert
    yield lambda text: text.translate(str.maketrans("0123456789%.", "０１２３４５６７８９％．"))
    yield lambda text: text.translate(str.maketrans("“”「」", "「」“”"))
    yield lambda text: re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])", " ", text)
    yield lambda text: text.replace("，", "\u200b，").replace("：", ":")
    yield lambda text: re.sub("[“”「」]", '"', text)


def _typographic(text: str) -> str:
    text = re.sub(r'(^|[\s(])"', r"\1“", text).replace('"', "”")
    return text.replace("'", "’").replace(" - ", " – ")


# ---- edits -------------------------------------------------------------------------------------------------------

_INLINE = ("number", "quote", "negation", "name", "date", "typo", "rewrite")


def iter_edits(base: Base) -> Iterator[Pair]:
    """One change of every kind, on a page whose furniture changed as well."""
    piece, chinese = base.piece, base.is_chinese
    look = Look(markup=base.number % 3, seed=base.number * 1000 + 3)
    for kind in _INLINE:
        for number, (old, new) in enumerate(base.edits[kind]):
            edited = _edited(piece, old, new)
            if kind == "typo":  # the page was wrong first, and was put right
                yield replace(_pair(base, kind, piece, look, {kind}, number), old=edited)
                continue
            yield _pair(base, kind, edited, look, {kind}, number)
    for number, headline in enumerate(base.edits["headline"]):
        yield _pair(base, "headline", replace(piece, headline=headline), look, {"headline"}, number)
    paragraphs = piece.paragraphs
    added = (*paragraphs[:2], base.extra, *paragraphs[2:])
    yield _pair(base, "paragraph-added", replace(piece, paragraphs=added), look, {"paragraph-added"})
    for number, at in enumerate((2, 4)):
        cut = (*paragraphs[:at], *paragraphs[at + 1 :])
        yield _pair(base, "paragraph-removed", replace(piece, paragraphs=cut), look, {"paragraph-removed"}, number)
    moved = (paragraphs[0], *paragraphs[2:], paragraphs[1])
    yield _pair(base, "moved", replace(piece, paragraphs=moved), look, {"paragraph-added", "paragraph-removed"})
    for number, note in enumerate(_corrections(base)):
        yield _pair(base, "correction", replace(piece, paragraphs=(*paragraphs, note)), look, {"correction"}, number)
    caption = ("资料图片：" if chinese else "File photo: ") + piece.caption
    yield _pair(base, "caption", replace(piece, caption=caption), look, {"caption"})
    other = piece.picture.replace("-lead-", "-second-")
    yield _pair(base, "picture", replace(piece, picture=other), look, {"picture"})


def _edited(piece: Piece, old: str, new: str) -> Piece:
    found = sum(words.count(old) for words in piece.paragraphs)
    if found != 1:
        raise ValueError(f"{old!r} stands {found} times in the article {piece.headline!r}; it must stand there once")
    return replace(piece, paragraphs=tuple(words.replace(old, new) for words in piece.paragraphs))


def _corrections(base: Base) -> tuple[str, ...]:
    if base.piece.language == "zh-Hans":
        return "更正：本文较早版本误写了工程的名称，现已改正。", "（编者注：此前报道中的地点有误，特此更正。）"
    if base.is_chinese:
        return "更正：本文較早版本誤寫了工程的名稱，現已改正。", "（編者注：此前報導中的地點有誤，特此更正。）"
    return (
        "Correction: An earlier version of this article misstated the name of the street.",
        "Editor's note: This story was updated to make clear where the meeting took place.",
    )
