"""Bodies that we make refer to the pictures' own addresses; the proxies they were found through are remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.edits import Text, compare
from broadsheet.extract import Extraction
from broadsheet.extract._origins import with_origins
from broadsheet.extract.entries import article_of
from broadsheet.extract.whole import combine
from broadsheet.html import canonical_body, iter_pictures, plain_text
from broadsheet.model import Article, Entry, Feed, Outlet, Picture

ORIGIN = "https://pictures.example/ferry.jpg?size=large&v=2"
PROXY = "https://images.weserv.nl/?url=https%3A%2F%2Fpictures.example%2Fferry.jpg%3Fsize%3Dlarge%26v%3D2&w=640"
OUTLET = Outlet("harbour", "Harbour")
ENTRY = Entry(url="https://harbour.example/1", headline="The ferry sails", published=datetime(2026, 1, 1, tzinfo=UTC))


def figure(url: str, caption: str = "The ferry") -> str:
    return canonical_body(f"<figure><img src='{url.replace('&', '&amp;')}'><figcaption>{caption}</figcaption></figure>")


def read(**parts: object) -> Article:
    return article_of(replace(ENTRY, **parts), Feed("rss 2.0"), OUTLET, feed_url="https://harbour.example/rss")  # type: ignore[arg-type]


def test_a_body_names_origins_and_its_pictures_what_they_were_found_as() -> None:
    body, pictures = with_origins(figure(PROXY))
    assert "weserv" not in body
    assert pictures == (Picture(ORIGIN, caption="The ferry", found_as=PROXY),)
    assert with_origins(body) == (body, (Picture(ORIGIN, caption="The ferry"),))
    assert with_origins(body, pictures) == (body, pictures)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30), st.booleans())
def test_an_address_of_any_kind_stays_canonical_and_keeps_its_words(tail: str, borrowed: bool) -> None:
    start = "https://wsrv.nl/?url=https://p.example/" if borrowed else "https://p.example/"
    body = canonical_body(figure(start + tail.replace("'", "")))
    rewritten, pictures = with_origins(body)
    assert canonical_body(rewritten) == rewritten
    assert plain_text(rewritten) == plain_text(body)
    assert [one.url for one in pictures] == [one.url for one in iter_pictures(rewritten)]


def test_what_a_feed_shows_through_a_proxy_is_named_by_its_origin() -> None:
    inside = read(content=f"<p>The ferry sails again today.</p>{figure(PROXY)}")
    beside = read(summary="<p>The ferry sails again today.</p>", pictures=(Picture(PROXY, "The ferry"),))
    for article in (inside, beside):
        assert [(one.url, one.found_as) for one in article.pictures] == [(ORIGIN, PROXY)]
        assert "weserv" not in article.body


def test_what_a_page_shows_through_a_proxy_is_named_by_its_origin() -> None:
    entry = read(summary="<p>The ferry.</p>")
    text = "<p>The ferry sails again today, and people waited for two hours.</p>"
    page = Extraction("https://harbour.example/1", "The ferry sails", f"{text}\n{figure(PROXY)}")
    lead = Picture("https://wsrv.nl/?url=https://pictures.example/lead.jpg", "Before noon")
    article = combine(entry, replace(page, lead_picture=lead), url=page.url)
    assert [(one.url, one.found_as) for one in article.pictures] == [
        ("https://pictures.example/lead.jpg", lead.url), (ORIGIN, PROXY),
    ]  # fmt: skip
    assert "wsrv" not in article.body and "weserv" not in article.body
    same = combine(entry, replace(page, lead_picture=Picture(PROXY)), url=page.url)
    assert [one.url for one in same.pictures] == [ORIGIN]


def test_a_picture_no_longer_borrowed_is_no_edit() -> None:
    kept = Text("The ferry sails", f"<p>Words.</p>\n{figure(PROXY)}")
    assert compare(kept, Text(kept.headline, f"<p>Words.</p>\n{figure(ORIGIN)}")).why == ()
    assert compare(kept, Text(kept.headline, f"<p>Words.</p>\n{figure(ORIGIN + '3')}")).why == ("picture",)
