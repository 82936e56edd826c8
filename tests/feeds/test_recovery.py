"""Recovery is by entry: whatever one entry holds, the others come out whole, and the feed says what was survived."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.formats.feeds import parse_feed
from broadsheet.model import Feed

from .samples import ATOM, JSON, RDF, RSS, rss


def entry(number: int, description: str = "words") -> str:
    return (
        f"<item><title>T{number}</title><link>https://news.example.org/{number}</link>"
        f"<description>{description}</description><guid isPermaLink='false'>g{number}</guid></item>"
    )


def twenty(bad: str, *, at: int = 4) -> bytes:
    return rss("".join(bad if number == at else entry(number) for number in range(20)))


def headlines(feed: Feed) -> list[str]:
    return [entry.headline for entry in feed.entries]


@pytest.mark.parametrize(
    ("bad", "summary"),
    [
        (entry(4, "one<br>two"), "one<br>two"),
        (entry(4, "<p>one<p>two"), "<p>one<p>two"),
        (entry(4, "<p>a &nbsp; b & c</p>"), "<p>a \xa0 b &amp; c</p>"),
        (entry(4, "<b><i>crossed</b></i>"), "<b><i>crossed</b></i>"),
        (entry(4, "a < b and <3"), "a < b and <3"),
        (entry(4, "x ]]> y"), "x ]]> y"),
        (entry(4, "<p>a<![CDATA[<b>c</b>]]>"), "<p>a<b>c</b>"),
        (entry(4, "<img src=x.png width=1>"), "<img src=x.png width=1>"),
        (entry(4, "<!-- never closed"), "never closed"),
        (entry(4, "<!bogus>"), "<!bogus>"),
        (entry(4, "nul\x00 and \x1b controls"), "nul and  controls"),
        (entry(4, "&#0;&#11;&#xD800;&#1114112;x"), "x"),
        (entry(4, "&unknown; &euro;"), "&unknown; €"),
        (entry(4, "don&#146;t"), "don’t"),
        (entry(4).replace("<item>", '<item a="1" a="2" b=3>'), "words"),
        (entry(4).replace("<title>", "<dc:creator>me</dc:creator><title>"), "words"),
        (entry(4).replace("</item>", ""), "words"),
        (entry(4).replace("</description>", ""), None),
        (entry(4, "<![CDATA[<p>x</p>"), None),
    ],
)
def test_loose_markup_stays_inside_its_entry(bad: str, summary: str | None) -> None:
    feed = parse_feed(twenty(bad))
    assert headlines(feed) == [f"T{number}" for number in range(20)]
    assert [entry.entry_id for entry in feed.entries][5:] == [f"g{number}" for number in range(5, 20)]
    assert feed.entries[5].summary == "words"
    if summary is not None:
        assert feed.entries[4].summary == summary
        assert feed.entries[4].entry_id == "g4"


def test_the_fields_after_loose_markup_are_not_swallowed() -> None:
    (found,) = parse_feed(
        rss("<title>a<br>b</title><description><p>x<p>y</description><link>http://a.example/1</link>")
    ).entries
    assert (found.headline, found.url) == ("a b", "http://a.example/1")


def test_a_bare_ampersand_costs_nothing() -> None:
    feed = parse_feed(rss("<title>A & B</title><link>http://a.example/?x=1&y=2</link>"))
    assert (feed.entries[0].headline, feed.entries[0].url) == ("A & B", "http://a.example/?x=1&y=2")


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("A & B & C", "bare & (2)"),
        ("A &nbsp; &amp; &euro; B", "entities XML does not know (2)"),
        ("1 < 2", "bare < (1)"),
        ("A\x01B", "control characters (1)"),
    ],
)
def test_repaired_markup_is_said(title: str, fault: str) -> None:
    assert parse_feed(rss(f"<title>{title}</title>")).notes == (f"markup repaired: {fault}",)


def test_what_stood_around_the_feed_is_said() -> None:
    assert parse_feed(b"Warning: x\n" + RSS).notes == ("markup repaired: text before the feed (1)",)
    assert parse_feed(RSS + b"<script/>").notes == ("text after the feed was left out",)
    assert parse_feed(RSS.replace(b" xmlns:dc=", b" xmlns:cd=")).notes == (
        "namespace prefixes used without a declaration",
    )


def test_what_is_well_formed_has_nothing_to_say() -> None:
    comment = RSS.replace(b"<rss", b"<!-- made by hand --><!DOCTYPE rss>\n<rss")
    for content in (RSS, ATOM, RDF, b"\xef\xbb\xbf" + RSS, RSS + b"\n", comment, RSS.replace(b"&lt;p", b"&#146;&lt;p")):
        assert parse_feed(content).notes == ()


def test_a_label_too_narrow_for_the_text_is_noted() -> None:
    def labelled(title: str) -> Feed:
        text = rss(f"<title>{title}</title><description>各地举行新年活动</description>").decode()
        return parse_feed(f'<?xml version="1.0" encoding="gb2312"?>{text}'.encode("gb18030"))

    assert labelled("北京").notes == ()
    assert labelled("朱镕基").notes == ("labelled gb2312, but has characters that only gb18030 has",)
    assert labelled("朱镕基 & 他人").notes == (
        "labelled gb2312, but has characters that only gb18030 has",
        "markup repaired: bare & (1)",
    )


def test_a_servers_label_that_contradicts_the_document_is_noted() -> None:
    assert parse_feed(RSS, content_type="text/xml; charset=gb2312").notes
    assert parse_feed(RSS, content_type='text/xml; charset="UTF-8"').notes == ()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "\n\n \t" + text,
        lambda text: "\ufeff\ufeff" + text,
        lambda text: "<br />\n<b>Warning</b>: something in <b>x.php</b> on line <b>2</b><br />\n" + text,
        lambda text: text + "<script>x</script>",
        lambda text: text + "\x00\x00",
        lambda text: text.replace('<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.1"?>'),
        lambda text: text.replace(' xmlns:dc="http://purl.org/dc/elements/1.1/"', ""),
        lambda text: text.replace("<rss", "<!DOCTYPE rss [<!ENTITY x 'y'>]>\n<rss"),
        lambda text: text.replace("http://purl.org/dc/elements/1.1/", "https://purl.org/dc/elements/1.1"),
        lambda text: text.replace("</channel></rss>", ""),
        lambda text: text.replace("<title>", "<TITLE>").replace("</title>", "</TITLE>"),
    ],
)
def test_whatever_stands_around_the_feed(damage: object) -> None:
    text = RSS.decode()
    assert callable(damage)
    feed = parse_feed(damage(text).encode())
    assert headlines(feed) == ["大选 & 之后", "第二条"]
    assert feed.entries[0].authors == ("王小明", "李华")
    assert feed.entries[0].content == '<p>正文</p><img src="https://news.example.org/pic/1.jpg">'


@pytest.mark.parametrize(
    ("codec", "label"), [("gbk", "gb2312"), ("gb18030", "utf-8"), ("gbk", "iso-8859-1"), ("utf-16", "utf-16")]
)
def test_a_foreign_charset_is_read_and_the_wrong_label_noted(codec: str, label: str) -> None:
    feed = parse_feed(RSS.decode().replace("UTF-8", label, 1).encode(codec))
    assert headlines(feed) == ["大选 & 之后", "第二条"]
    assert bool(feed.notes) == (label in ("utf-8", "iso-8859-1"))


def test_an_article_about_document_types_keeps_its_words() -> None:
    text = "<rss><channel><item><title>T</title><description><![CDATA[A page begins <!DOCTYPE html> so]]></description>"
    for content in (f"{text}</item></channel></rss>".encode("utf-16"), f"{text}</item>&</channel></rss>".encode()):
        assert parse_feed(content).entries[0].summary == "A page begins <!DOCTYPE html> so"


def test_several_channels_are_one_feed() -> None:
    channels = "".join(f"<channel><item><title>{number}</title></item></channel>" for number in (1, 2))
    assert headlines(parse_feed(f"<rss>{channels}</rss>".encode())) == ["1", "2"]


def test_http_alone_may_know_the_charset() -> None:
    text = RSS.decode().replace(' encoding="UTF-8"', "", 1)
    feed = parse_feed(text.encode("gbk"), content_type="application/rss+xml; charset=gbk")
    assert (feed.title, feed.encoding) == ("晨报", "gb18030")


def test_a_feed_cut_in_the_middle_keeps_what_came_before() -> None:
    feed = parse_feed(twenty(entry(4))[:-700])
    assert headlines(feed)[:15] == [f"T{number}" for number in range(15)]
    assert feed.notes


def test_an_entry_that_cannot_be_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from broadsheet.formats.feeds import _entries

    usual = _entries._finish

    def refuse_third(draft: object) -> object:
        found = usual(draft)  # type: ignore[arg-type]
        if found.headline == "T3":
            raise ValueError("no")
        return found

    monkeypatch.setattr(_entries, "_finish", refuse_third)
    feed = parse_feed(twenty(entry(4)))
    assert len(feed.entries) == 19
    assert feed.failures == ("entry 4 cannot be read: ValueError: no",)


def test_json_is_read_entry_by_entry_too() -> None:
    cut = parse_feed(JSON[:-40])
    assert (len(cut.entries), cut.title, len(cut.failures)) == (1, "样报", 1)
    assert len(parse_feed(JSON[:-2] + b",]}").entries) == 2
    torn = parse_feed(JSON.replace(b'"title": "List', b'"title" "List'))
    assert ([entry.entry_id for entry in torn.entries], len(torn.failures)) == (["https://news.example.org/8"], 1)
    feed = parse_feed(
        b'{"version": "https://jsonfeed.org/version/1", "items": [3, {"id": "a", "tags": 7, "authors": "x"}, null]}'
    )
    assert [entry.entry_id for entry in feed.entries] == ["a"]
    assert len(feed.failures) == 2


SAMPLES = {"rss": RSS, "atom": ATOM, "rdf": RDF, "json": JSON}


def survives(content: bytes) -> Feed | None:
    """The feed, or None for a FormatError; anything else fails the test."""
    try:
        return parse_feed(content)
    except FormatError:
        return None


@pytest.mark.parametrize("name", SAMPLES)
def test_no_single_corrupted_byte_raises_anything_else(name: str) -> None:
    sample = SAMPLES[name]
    rng = random.Random(5)
    for place in range(0, len(sample), 7):
        for byte in (0x00, 0x22, 0x3C, 0x26, 0xFF, rng.randrange(256)):
            survives(sample[:place] + bytes([byte]) + sample[place + 1 :])


@pytest.mark.parametrize("name", SAMPLES)
def test_no_cut_raises_anything_else(name: str) -> None:
    sample = SAMPLES[name]
    for place in range(0, len(sample), 5):
        survives(sample[:place])


def test_most_corrupted_bytes_leave_every_entry_readable() -> None:
    sample = twenty(entry(4))
    rng = random.Random(3)
    places = [rng.randrange(40, len(sample) - 20) for _ in range(150)]
    kept = [survives(sample[:place] + b"<" + sample[place + 1 :]) for place in places]
    assert sum(1 for feed in kept if feed is not None and len(feed.entries) >= 19) >= 145


@settings(max_examples=60)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<rss>", b"<rss><channel><item>", b"<feed><entry>", b'{"items":['])
)
def test_no_bytes_raise_anything_else(content: bytes, start: bytes) -> None:
    survives(start + content)


@settings(max_examples=60)
@given(st.text("<>&;![]CDATA-/ itemrsschannel\"'=x中\x00", max_size=120))
def test_no_markup_raises_anything_else(text: str) -> None:
    survives(f"<rss><channel><item><title>{text}</title></item></channel></rss>".encode())
