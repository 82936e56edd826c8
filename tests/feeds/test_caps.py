"""What a hostile feed may cost: the caps hold, nothing is fetched or read from disk, nothing grows."""

from __future__ import annotations

import socket
import tracemalloc

import pytest

from broadsheet.errors import FormatError
from broadsheet.formats.feeds import _limits, parse_feed, parse_opml

from .samples import rss


def bomb(levels: int = 9) -> str:
    declared = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1))
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{declared}]>' + rss(f"<title>&l{levels};</title>").decode()


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_bomb_does_not_go_off(codec: str) -> None:
    content = bomb().encode(codec)
    tracemalloc.start()
    feed = parse_feed(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(feed.entries[0].headline) < 100
    assert peak < 5_000_000


def test_declared_entities_work_while_they_are_small() -> None:
    head = "<!DOCTYPE rss [<!ENTITY paper 'The <Daily>'><!ENTITY big '" + "A" * 1000 + "'>]>"
    text = head + rss("<title>&paper; &big;</title>").decode()
    assert parse_feed(text.encode()).entries[0].headline == "The <Daily> &big;"
    many = head + rss("<title>x</title><description>" + "&paper;" * 200_000 + "</description>").decode()
    assert len(parse_feed(many.encode()).entries[0].summary or "") < 3_000_000


def test_nothing_is_fetched_and_no_file_is_read() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        place = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        for doctype in (
            f'<!DOCTYPE rss SYSTEM "{place}">',
            f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{place}">]>',
            f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{place}"> %p;]>',
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        ):
            feed = parse_feed(doctype.encode() + rss("<title>T &x;</title>"))
            assert feed.entries[0].headline == "T &x;"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_entries_past_the_cap_are_left_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from broadsheet.formats.feeds import _json, _parse

    monkeypatch.setattr(_parse, "MAX_ENTRIES", 3)
    monkeypatch.setattr(_json, "MAX_ENTRIES", 3)
    feed = parse_feed(rss("<item><title>x</title></item>" * 5))
    assert len(feed.entries) == 3
    assert "more than 3 entries" in feed.notes[0]
    listed = b'{"title": "t", "items": [' + b",".join([b'{"id": 1}'] * 5) + b"]}"
    assert (len(parse_feed(listed).entries), "more than 3" in parse_feed(listed).notes[0]) == (3, True)


def test_bytes_past_the_cap_are_cut_and_whole_entries_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from broadsheet.formats.feeds import _tree

    monkeypatch.setattr(_tree, "MAX_BYTES", 1000)
    feed = parse_feed(rss("".join(f"<item><title>T{n}</title></item>" for n in range(100))))
    assert 20 < len(feed.entries) < 40
    assert feed.entries[0].headline == "T0"
    assert "cut at 1000" in feed.notes[0]


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 20_000 + "</a>" * 20_000,
        "<a>" * 20_000,
        "<a " * 20_000,
        "<" * 20_000,
        "&" * 20_000,
        "<![CDATA[" * 20_000,
        "<!--" * 20_000,
        "<title>" * 20_000,
        "]]>" * 20_000,
    ],
)
def test_repetition_costs_little_and_the_headline_stays(inside: str) -> None:
    assert parse_feed(rss(f"<title>T</title><description>{inside}</description>")).entries[0].headline == "T"


def test_lists_inside_one_entry_are_capped() -> None:
    categories = "".join(f"<category>c{n}</category><enclosure url='http://a.example/{n}'/>" for n in range(3_000))
    (entry,) = parse_feed(rss(categories + "<title>T</title>")).entries
    assert len(entry.categories) == len(entry.enclosures) == _limits.MAX_LISTED
    assert entry.headline == "T"


def test_many_attributes_and_one_giant() -> None:
    attributes = " ".join(f'a{n}=""' for n in range(20_000)) + f' b="{"x" * 500_000}"'
    assert parse_feed(rss(f"<item {attributes}><title>T</title></item>")).entries[0].headline == "T"


def test_deep_json_is_no_crash() -> None:
    with pytest.raises(FormatError):
        parse_feed(b"[" * 200_000)
    assert parse_feed(b'{"title": "t", "items": [{"id": 1}, ' + b"[" * 200_000).entries[0].entry_id == "1"


def test_deep_outlines_are_no_crash() -> None:
    deep = b"<opml><body>" + b'<outline text="x">' * 5_000 + b'<outline xmlUrl="http://a.example/f"/>'
    assert len(parse_opml(deep)) <= 1
