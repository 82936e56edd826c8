"""The static site: whole, relative, the same however it came about, and nothing of anybody else touched."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

import html5lib
import pytest

from broadsheet.app import Alerts, Broadsheet, publish_site, site_rules
from broadsheet.formats.feeds import parse_feed
from broadsheet.html import plain_text
from broadsheet.services.publish.site import SiteAccount
from broadsheet.services.publish.site_places import article_base
from tests.web.conftest import HOSTILE, NOW, PARAGRAPH, PIXEL

BASE = "https://mirror.example/news"
_DOCUMENT = re.compile(r"articles/[a-z0-9-]+/\d{4}/\d\d/[^/]+\.md")


def publish(root: Path, folder: Path, **options: object) -> SiteAccount:
    """The site of the archive at ``root``, made in this process."""
    force = bool(options.pop("force", False))
    with Broadsheet.open(root, clock=lambda: NOW) as here:
        with here.writing():
            pass
        rules = site_rules(here, **options)  # type: ignore[arg-type]
    return publish_site(root, folder, rules, force=force, workers=1, watch=lambda *_: None)


@pytest.fixture(scope="module")
def made(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the archive of all kinds of articles."""
    folder = tmp_path_factory.mktemp("site") / "made"
    publish(archive, folder)
    return folder


@pytest.fixture
def own(archive: Path, tmp_path: Path) -> Path:
    """A copy of the archive that a test may change."""
    return Path(shutil.copytree(archive, tmp_path / "own"))


def read(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Links(HTMLParser):
    """What a page links, loads and names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, value or "") for name, value in attrs if name in ("href", "src", "action")]


def iter_pages(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), path.read_text("utf-8")


# -- links and forms ---------------------------------------------------------------------------------------------


def test_every_link_leads_to_a_file_of_the_site_or_to_the_outlet(made: Path) -> None:
    pages = list(iter_pages(made))
    assert len(pages) > 60
    for name, text in pages:
        for tag, address in Links(text).found:
            if address.startswith(("http://", "https://")):
                assert tag in ("a", "link"), (name, address)
                continue
            assert not address.startswith("/"), (name, address)
            target = unquote(urldefrag(address)[0].partition("?")[0])
            found = os.path.normpath(f"{made}/{os.path.dirname(name)}/{target}") if target else f"{made}/{name}"
            assert os.path.isfile(found), (name, address)


def test_links_of_twins_lead_to_files_too(made: Path) -> None:
    linked = 0
    for path in sorted(made.rglob("*.md")):
        if _DOCUMENT.match(path.relative_to(made).as_posix()):
            continue
        for address in re.findall(r"\]\(([^)\s]+\.md)\)", path.read_text("utf-8")):
            if not address.startswith("http"):
                linked += 1
                assert (path.parent / address).resolve().is_file(), (path, address)
    for path in sorted(made.rglob("*.json")):
        if path.name.endswith(".offline.json"):
            assert all((made / name).is_file() for name in json.loads(path.read_text("utf-8")))
            continue
        told = json.loads(path.read_text("utf-8"))
        assert (made / f"{told['path']}.json").is_file() or told["path"] == "front"
    assert linked > 100


def test_pages_are_valid_and_say_what_they_may_load(made: Path) -> None:
    for name, text in iter_pages(made):
        html5lib.HTMLParser(strict=True).parse(text)
        assert re.search(
            r'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src', text
        )
        assert "/preferences" not in text and '"/health' not in text, name


def test_a_run_that_brought_nothing_changes_one_page(own: Path, tmp_path: Path) -> None:
    """The page that says when the archive last ran, in all its forms; it is the same however it came about."""
    publish(own, tmp_path / "site")
    before = read(tmp_path / "site")
    with Broadsheet.open(own, clock=lambda: NOW) as here:
        Alerts(here).begin_run()
        Alerts(here).end_run(NOW)
    account = publish(own, tmp_path / "site")
    after = read(tmp_path / "site")
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {f"health.{suffix}" for suffix in ("html", "json", "atom", "md", "txt")}
    assert (account.articles, account.written) == (0, 5)
    assert f'data-last="{NOW:%Y-%m-%dT%H:%M:%SZ}"' in after["health.html"].decode()
    publish(own, tmp_path / "anew")
    assert read(tmp_path / "anew") == after
    publish(own, tmp_path / "site")
    assert read(tmp_path / "site") == after


def test_every_article_has_all_its_forms(made: Path) -> None:
    for article in ("harbour/102", "beacon/200", "harbour/103", "beacon/666"):
        for suffix in ("html", "json", "atom", "md", "txt"):
            assert (made / f"{article_base(article)}.{suffix}").is_file()
    base = made / article_base("harbour/104")
    assert {path.relative_to(base).as_posix() for path in base.rglob("*.html")} == {
        "history.html", "revisions/1.html", "revisions/2.html", "revisions/3.html", "changes/2.html",
        "changes/2-sides.html", "changes/3.html", "changes/3-sides.html",
    }  # fmt: skip
    assert (made / f"{article_base('harbour/101')}/copies.html").is_file()


def test_documents_and_pictures_are_those_of_the_archive(made: Path, archive: Path) -> None:
    for path in archive.glob("articles/**/*.md"):
        assert (made / path.relative_to(archive)).read_bytes() == path.read_bytes()
    (picture,) = [path for path in made.glob("pictures/**/*.*") if path.suffix == ".png"]
    assert picture.read_bytes() == PIXEL
    page = (made / f"{article_base('harbour/102')}.html").read_text("utf-8")
    assert f'<img src="../../../{picture.relative_to(made).as_posix()}"' in page


def test_documents_show_their_pictures_where_they_lie(made: Path) -> None:
    """A document with kept pictures names them relative to itself: that must lead to them on the site as well."""
    shown = 0
    for name, content in read(made).items():
        if _DOCUMENT.match(name):
            for place in re.findall(r'<img src="(\.\./[^"]+)"', content.decode("utf-8")):
                shown += 1
                assert (made / name).parent.joinpath(place).resolve().read_bytes() == PIXEL
    assert shown > 1


@pytest.mark.parametrize("feed", ["front", "outlets/harbour", "days/2026-03-01", "outlets/harbour/2026/03"])
def test_feeds_carry_whole_texts(made: Path, feed: str) -> None:
    entries = parse_feed((made / f"{feed}.atom").read_bytes(), url=f"{BASE}/{feed}.atom").entries
    told = {entry.url: entry for entry in entries}
    article = next(entry for url, entry in told.items() if url and url.endswith("/102.html"))
    assert "甲烷" in plain_text(article.content or "") and "pictures/" in (article.content or "")
    whole = next(entry for url, entry in told.items() if url and url.endswith("/101.html"))
    assert plain_text(whole.content or "") == f"{PARAGRAPH}\n{PARAGRAPH}"


def test_a_known_address_gives_a_map_and_whole_addresses(archive: Path, tmp_path: Path) -> None:
    account = publish(archive, tmp_path / "site", base_url=f"{BASE}/")
    assert account.left_out == []
    names = {name: ElementTree.fromstring((tmp_path / "site" / name).read_text("utf-8")) for name in (
        "sitemap.xml", "sitemap-2026-03.xml", "front.atom", "outlets.opml")}  # fmt: skip
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    parts = [one.text or "" for one in names["sitemap.xml"].iter(f"{space}loc")]
    assert f"{BASE}/sitemap-2026-03.xml" in parts
    for address in (one.text or "" for one in names["sitemap-2026-03.xml"].iter(f"{space}loc")):
        assert (tmp_path / "site" / address.removeprefix(f"{BASE}/")).is_file()
    links = [one.get("href") or "" for one in names["front.atom"].iter("{http://www.w3.org/2005/Atom}link")]
    assert links and all(link.startswith("https://") for link in links)
    feeds = [one.get("xmlUrl") for one in names["outlets.opml"].iter("outline")]
    assert feeds == [f"{BASE}/outlets/harbour.atom", f"{BASE}/outlets/beacon.atom"]
    missing = (tmp_path / "site" / "404.html").read_text("utf-8")
    assert f'href="{BASE}/index.html"' in missing and "这个地址没有页面" in missing


@pytest.mark.slow
def test_without_an_address_what_is_left_out_is_said(archive: Path, tmp_path: Path) -> None:
    account = publish(archive, tmp_path / "site")
    assert "sitemap.xml" in account.left_out[0] and not (tmp_path / "site" / "sitemap.xml").exists()


@pytest.mark.slow
def test_without_twins_the_feeds_of_lists_remain(archive: Path, tmp_path: Path) -> None:
    publish(archive, tmp_path / "site", has_twins=False)
    files = read(tmp_path / "site")
    kinds = {
        name.rpartition(".")[2] for name in files if not _DOCUMENT.match(name) and not name.startswith("pictures/")
    }
    assert kinds == {"html", "js", "css", "svg", "atom", "opml", "webmanifest", "nojekyll", "json", "broadsheet-site"}
    assert {name for name in files if name.endswith(".atom")} == {
        "front.atom", "edits.atom", "stories.atom", "outlets/harbour.atom", "outlets/beacon.atom",
    }  # fmt: skip
    assert {name for name in files if name.endswith(".json")} == {
        name for name in files if name.endswith(".offline.json")
    }
    for name, text in iter_pages(tmp_path / "site"):
        linked = re.findall(r'href="([^"]*\.(?:json|md|txt))"', text)
        assert [address for address in linked if not _DOCUMENT.match(address.replace("../", ""))] == [], name


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_interface_speaks_one_language(archive: Path, tmp_path: Path, language: str) -> None:
    publish(archive, tmp_path / "site", language=language)
    assert f'<html lang="{language}">' in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_the_language_is_the_outlets_unless_set(made: Path) -> None:
    assert '<html lang="zh-Hans">' in (made / "index.html").read_text("utf-8")


def test_hostile_words_stay_words(made: Path) -> None:
    for name, text in iter_pages(made):
        assert HOSTILE not in text, name
        assert "javascript:" not in text.replace("feed</dt>", "").lower() or "666" in name


@pytest.mark.slow
def test_nothing_depends_on_the_clock(archive: Path, made: Path, tmp_path: Path) -> None:
    with Broadsheet.open(archive) as here:
        rules = site_rules(here)
    publish_site(archive, tmp_path / "later", rules, workers=1, watch=lambda *_: None)
    assert read(tmp_path / "later") == read(made)
