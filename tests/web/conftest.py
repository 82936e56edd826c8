"""An archive with every kind of article in it, and the reader that shows it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.model import Agency, Article, LineKind, Revision
from broadsheet.services.archive import Draft
from broadsheet.stories.grouping import story_id
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


EDITED = [
    "<p>{first}</p>\n<p>{quote}</p>\n<p>{tide}</p>\n<p>{fares}</p>\n<p>{crew}</p>\n<p>{thanks}</p>",
    "<p>{tide}</p>\n<p>{first}</p>\n<p>{quote}</p>\n<p>{fares}</p>\n<p>{crew}</p>\n<p>{thanks}</p>\n<p>{notice}</p>",
]
TEXTS = {
    "first": "渡轮周六复航，首日载客12人，收入约3.4万元。",
    "quote": "船长说：“我们没有超载。”",
    "tide": "潮水在下午三点退去，码头上的人走了一半。",
    "fares": "票价不变，月票照旧可以在窗口买到。",
    "crew": "船员共有七名，都在本港居住多年。",
    "thanks": "本报感谢读者来信。",
    "notice": "更正：首日载客应为17人。",
}
LATER = {"first": "渡轮周六复航，首日载客17人，收入约4.3万元。", "quote": "船长说：“我们超载了两个人。”"}
FIGURE = (
    '<figure><img src="https://pic.example/a.jpg" alt="渡轮靠岸"><figcaption>渡轮靠岸（资料图）</figcaption></figure>\n'
)


def keep_edits(here: Broadsheet) -> None:
    """Articles that were edited: ``harbour/104`` thrice, its page gone and back; ``beacon/667`` with hostile words."""

    def keep(
        key: str, minutes: int, outlet: str = "harbour", previous: Revision | None = None, **changes: object
    ) -> Revision:
        captured = NOW - timedelta(minutes=minutes)
        (added,) = here.archive.keep_all([make_draft(key, outlet, previous=previous, captured=captured, **changes)])
        return added.kept[0].revision

    one = keep("104", 50, headline="渡轮复航，首日12人", body=EDITED[0].format(**TEXTS), byline="岑望")
    two = keep(
        "104", 40, previous=one, byline="岑望、陆遥",
        why=("headline", "byline", "number", "quote", "correction", "paragraph-added", "picture"),
        headline="渡轮复航，首日17人", body=FIGURE + EDITED[1].format(**(TEXTS | LATER)),
        pictures={"https://pic.example/a.jpg": DIGEST},
    )  # fmt: skip
    three = keep(
        "104",
        30,
        previous=two,
        why=("paragraph-removed",),
        headline="渡轮复航，首日17人",
        body=EDITED[0].format(**TEXTS),
    )
    for event, minutes, reason in ((LineKind.VANISHED, 20, "HTTP 404"), (LineKind.BACK, 10, None)):
        since = NOW - timedelta(minutes=minutes + 5)
        here.archive.note_page(
            three.article, one.path, event, NOW - timedelta(minutes=minutes), since=since, reason=reason
        )
    safe = keep("667", 30, "beacon", headline="Plain & simple", body="<p>Plain words, five of them.</p>", language="en")
    wild = f"<p>{escape(HOSTILE)} words, six of them.</p>"
    keep("667", 20, "beacon", previous=safe, why=("headline", "number"), headline=HOSTILE, body=wild, language="en")


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
        keep_edits(here)
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
    "history": "/articles/harbour/101/history",
    "history with a vanishing": "/articles/harbour/104/history",
    "history without edits": "/articles/harbour/102/history",
    "history of what was taken down": "/articles/harbour/300/history",
    "edited article": "/articles/harbour/104",
    "changes": "/articles/harbour/104/changes/2",
    "changes side by side": "/articles/harbour/104/changes/3?view=sides",
    "changes over two edits": "/articles/harbour/104/changes/3?from=1",
    "hostile changes": "/articles/beacon/667/changes/2",
    "no changes": "/articles/harbour/104/changes/3?from=0",
    "stories": "/stories",
    "stories asked for": "/stories?q=渡轮",
    "no such stories": "/stories?q=潜水艇",
    "stories asked for wrongly": "/stories?q=after:soon",
    "story": f"/stories/{story_id('harbour/102')}",
    "story by another report": f"/stories/{story_id('harbour/101')}",
    "hostile story": f"/stories/{story_id('beacon/667')}",
    "copies": "/articles/harbour/101/copies",
    "edits": "/edits",
    "edits asked for": "/edits?class=number,quote&outlet=harbour&day=2026-03-01",
    "no such edits": "/edits?class=typo",
    "edits not understood": "/edits?class=taste",
    "search form": "/search",
    "search": "/search?q=%E6%B8%A1%E8%BD%AE",
    "search newest": "/search?q=%E6%B8%A1%E8%BD%AE&order=newest",
    "search without hits": "/search?q=qqqqzz",
    "search not understood": "/search?q=%28a",
    "health": "/health",
    "about": "/about",
    "nothing": "/nothing/here",
}
STATUS = {
    "nothing": 404,
    "no changes": 404,
    "edits not understood": 400,
    "search not understood": 400,
    "stories asked for wrongly": 400,
}
TWINS = ("json", "atom", "md", "txt")


def twin(target: str, suffix: str) -> str:
    """The address of a page's twin."""
    path, mark, query = target.partition("?")
    return f"{'/front' if path == '/' else path}.{suffix}{mark}{query}"


# -- a browser ---------------------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium of the system."""
    if CHROMIUM is None:
        pytest.skip("chromium is not here: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not here: ./run setup")
    with playwright.sync_playwright() as started:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = started.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A fresh tab whose console and requests are written down; parametrize with options of the context."""
    context = browser.new_context(**getattr(request, "param", {"viewport": {"width": 1280, "height": 900}}))
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda sent: page.asked.append(sent.url))
    yield page
    context.close()


def schemes(**more: object) -> list[object]:
    sizes = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
    return [
        pytest.param({"viewport": size, "color_scheme": scheme, **more}, id=f"{name}-{scheme}")
        for name, size in sizes.items()
        for scheme in ("light", "dark")
    ]


def find_faults(tab: Any) -> list[str]:
    """What axe finds wrong with the page in ``tab``, whose context bypasses its policy, and whether it is too wide."""
    tab.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    result = tab.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    faults = [
        f"{one['id']}: {node['html']} {node['failureSummary']}" for one in result["violations"] for node in one["nodes"]
    ]
    wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*faults, *([f"{wide} pixels too wide"] if wide > 0 else [])]
