"""An archive with every kind of article in it, and the reader that shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.archive import Draft
from broadsheet.model import Agency, Article
from broadsheet.web import Ask, Reply, Site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)
DIGEST = hashlib.sha256(PIXEL).hexdigest()
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
DRAWING_DIGEST = hashlib.sha256(DRAWING).hexdigest()
PARAGRAPH = "港口渡轮周六复航，乘客说等了很久；港务局说，航班恢复到每天十二班，“比预想的早”。"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'

CONFIG = """
[outlets.harbour]
name = "港湾日报"
home_url = "https://harbour.example/"
language = "zh-Hans"
timezone = "Asia/Shanghai"
feeds = ["https://harbour.example/rss"]
[outlets.beacon]
name = "The Beacon & <Sons>"
"""


def make_draft(key: str, outlet: str = "harbour", **changes: object) -> Draft:
    """A draft of an article of ``outlet``, with anything of the article or the draft changed."""
    of_draft = {
        name: changes.pop(name) for name in ("captured", "previous", "why", "pictures", "imported") if name in changes
    }
    url = f"https://{outlet}.example/a/{key}.html"
    stated: dict[str, object] = {
        "headline": f"渡轮复航 {key}",
        "body": f"<p>{PARAGRAPH}</p>\n<p>{PARAGRAPH}</p>",
        "published": NOW - timedelta(hours=2),
        "published_from": "feed",
        "language": "zh-Hans",
        "entry_id": key,
        "extractor": "test/1",
        **changes,
    }
    article = Article(outlet=outlet, url=url, canonical_url=url, **stated)  # type: ignore[arg-type]
    return Draft(f"{outlet}/{key}", article, **{"captured": NOW - timedelta(hours=1), **of_draft})  # type: ignore[arg-type]


def iter_drafts() -> Iterator[Draft]:
    """One article of every kind."""
    yield make_draft("100", published=NOW - timedelta(days=40))
    yield make_draft("101")
    picture = '<figure><img src="https://pic.example/a.jpg" alt="渡轮" width="640" height="480">'
    caption = "<figcaption>渡轮（资料图）</figcaption></figure>"
    lost = '<figure><img src="https://images.weserv.nl?url=pic.example/lost.jpg" alt="丢了"></figure>'
    link = '<p><a href="https://other.example/x?a=1&amp;b=2">别处</a> '
    ruby = "<ruby>甲烷<rp>(</rp><rt>jiǎwán</rt><rp>)</rp></ruby></p>"
    yield make_draft(
        "102", body="\n".join([picture + caption, link + ruby, lost, "<table><tr><td>一</td></tr></table>"]),
        headline="“海鸥七号”复航：甲烷", byline="岑望", section="社会", agency=Agency("AFP", "法新社"),
        published=NOW - timedelta(hours=3),
        pictures={"https://pic.example/a.jpg": DIGEST, "https://pic.example/lost.jpg": None},
    )  # fmt: skip
    yield make_draft("103", published=None, published_from="capture", headline="")
    yield make_draft(
        "200", "beacon", headline="Ferries return & run", language="en-GB",
        body="<p>Ferries return after 3 weeks.</p>\n<ul>\n<li>One</li>\n<li>Two</li>\n</ul>",
        published=NOW - timedelta(days=1),
    )  # fmt: skip
    yield make_draft("201", "beacon", headline="عودة العبّارات", language="ar", body="<p>عادت العبّارات إلى الميناء.</p>")
    yield make_draft(
        "666", "beacon", headline=HOSTILE, byline=HOSTILE, section=HOSTILE, language='en" onload="alert(1)',
        agency=Agency(HOSTILE, HOSTILE), imported={"name": HOSTILE, "dialect": "mirror"}, feed="javascript:alert(1)",
        body=f'<div style="color:red" onclick="alert(1)"><p>{HOSTILE}</p><a href="javascript:alert(1)">x</a>'
        '<iframe src="https://evil.example/"></iframe><svg><script>alert(1)</script></svg>'
        '<img src="https://evil.example/t.gif" onerror="alert(1)"><style>*{display:none}</style>'
        '<form action="https://evil.example/"><input name=q></form><base href="https://evil.example/">'
        '<meta http-equiv="refresh" content="0;url=https://evil.example/"></div>',
    )  # fmt: skip
    yield make_draft("300", headline="要撤下的文章", published=NOW - timedelta(hours=5))


def make_archive(root: Path) -> Path:
    """An archive of all kinds of articles at ``root``."""
    app.init(root, name="测试档案")
    config = root / app.CONFIG
    config.write_text(config.read_text("utf-8") + CONFIG, "utf-8")
    with Broadsheet.open(root, clock=lambda: NOW) as here, here.writing():
        pictures = ((DIGEST, PIXEL, "png"), (DRAWING_DIGEST, DRAWING, "svg"))
        here.store.put_all((f"pictures/{one[:2]}/{one}.{kind}", content) for one, content, kind in pictures)
        additions = here.archive.keep_all(iter_drafts())
        first = next(one.revision for added in additions for one in added.kept if one.revision.article == "harbour/101")
        again = make_draft("101", headline="渡轮复航（更新）", previous=first, why=("headline",), captured=NOW)
        here.archive.keep_all([again])
        here.rebuild()
        here.take_down("harbour/300", "当事人要求")
    return root


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive, made once; tests that write make their own."""
    return make_archive(tmp_path_factory.mktemp("reader") / "archive")


@pytest.fixture(scope="session")
def site(archive: Path) -> Iterator[Site]:
    """The reader of the archive."""
    with Broadsheet.open(archive, clock=lambda: NOW) as here:
        site = Site(here)
        yield site
        site.close()


def get(site: Site, target: str, **headers: str) -> Reply:
    """What the reader answers to a GET of ``target``; header names with ``_`` for ``-``."""
    path, _, query = target.partition("?")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.answer(Ask(path, query, {"host": "127.0.0.1:8000", **named}))


PAGES = {
    "front": "/",
    "front of a day": "/days/2026-02-28",
    "outlets": "/outlets",
    "outlet": "/outlets/harbour",
    "outlet year": "/outlets/harbour/2026",
    "outlet month": "/outlets/harbour/2026/03",
    "outlet day": "/outlets/harbour/2026/03/01",
    "outlet without articles": "/outlets/harbour/2026/02/27",
    "article": "/articles/harbour/102",
    "article without a date": "/articles/harbour/103",
    "article in English": "/articles/beacon/200",
    "article from right to left": "/articles/beacon/201",
    "hostile article": "/articles/beacon/666",
    "article taken down": "/articles/harbour/300",
    "revision": "/articles/harbour/101/revisions/1",
    "search form": "/search",
    "search": "/search?q=%E6%B8%A1%E8%BD%AE",
    "search newest": "/search?q=%E6%B8%A1%E8%BD%AE&order=newest",
    "search without hits": "/search?q=qqqqzz",
    "search not understood": "/search?q=%28a",
    "health": "/health",
    "about": "/about",
    "nothing": "/nothing/here",
}
STATUS = {"nothing": 404, "search not understood": 400}
TWINS = ("json", "atom", "md", "txt")


def twin(target: str, suffix: str) -> str:
    """The address of a page's twin."""
    path, mark, query = target.partition("?")
    return f"{'/front' if path == '/' else path}.{suffix}{mark}{query}"
