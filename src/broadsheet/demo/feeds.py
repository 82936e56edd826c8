"""The newsroom's feeds, each in the dialect and with the habits of its outlet. They return text, never bytes.

RSS 2.0 (Harvard Berkman text of 2003), Atom 1.0 (RFC 4287), JSON Feed 1.1, OPML 2.0, sitemaps 0.9. Where a feed
breaks its standard it does so on purpose, as feeds in the wild do; the comment beside it says how.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from broadsheet.demo.desk import OUTLETS, Masthead, Piece, Press
from broadsheet.demo.hostile import poison
from broadsheet.demo.markup import block_html, body_html, inline, picture_path

_FIGURE = "<figure>{img}<figcaption>{caption} {credit}</figcaption></figure>"
MEDIA = "http://search.yahoo.com/mrss/"


def feed_link(piece: Piece) -> str:
    """The address of a piece as its feed names it; one outlet adds its tracking words."""
    tracking = "?utm_source=rss&utm_medium=feed" if piece.outlet == "harbour" else ""
    return piece.url + tracking


def harbour_feed(press: Press) -> str:
    """RSS 2.0 with summaries and thumbnails; one entry has no date."""
    masthead = press.get_masthead("harbour")
    base = masthead.url
    entries = "".join(_harbour_entry(piece, masthead, base) for piece in press.in_print("harbour"))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="{MEDIA}">
<channel><title>{masthead.name}</title><link>{base}{masthead.home}</link>
<description>{masthead.tagline}</description><language>zh-CN</language><ttl>20</ttl>
<copyright>{press.now.year} {masthead.name}</copyright>
<image><url>{base}/pictures/logo-320.png</url><title>{masthead.name}</title><link>{base}{masthead.home}</link></image>
<atom:link href="{base}{masthead.feed}" rel="self" type="application/rss+xml"/>
{entries}</channel></rss>
"""


def _harbour_entry(piece: Piece, masthead: Masthead, base: str) -> str:
    date = _rfc822(piece, masthead)
    thumbnail = (
        f'<media:thumbnail url="{base}{picture_path(piece.shots[0], 320)}" width="320" height="180"/>'
        if piece.shots
        else ""
    )
    creator = f"<dc:creator>{piece.byline}</dc:creator>" if piece.byline else ""
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in (piece.section, *piece.tags))
    return (
        f"<item><title>{escape(piece.headline)}</title><link>{escape(feed_link(piece))}</link>"
        f'<guid isPermaLink="false">harbour-{piece.id}</guid>{f"<pubDate>{date}</pubDate>" if date else ""}'
        f"<description>{escape(piece.deck)}</description>{creator}{tags}{thumbnail}</item>\n"
    )


def northshore_feed(press: Press, extra: bool = False) -> str:
    """RSS 2.0 labelled gb2312: Chinese dates without a zone, no ids, a bare ``&``. ``extra``: 早报 only."""
    masthead = press.get_masthead("northshore")
    base = masthead.url
    pieces = [piece for piece in press.in_print("northshore") if piece.in_extra_feed or not extra]
    entries = "".join(_northshore_entry(piece, masthead, base) for piece in pieces)
    name = f"{masthead.name}-早报" if extra else f"{masthead.name}-全部新闻"
    return f"""<?xml version="1.0" encoding="gb2312"?>
<rss version="2.0">
<channel>
<title>{name}</title>
<link>{base}{masthead.home}</link>
<description>{masthead.tagline}</description>
<language>zh-cn</language>
{entries}</channel>
</rss>
"""


def _northshore_entry(piece: Piece, masthead: Masthead, base: str) -> str:
    moment = piece.published.astimezone(masthead.zone)
    date = f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    headline = escape(piece.headline, quote=False)
    if piece.feed_date == "bad":  # not well-formed and not a date: the whole feed must survive it
        date, headline = "昨天 25:61", piece.headline
    elif piece.feed_date == "cst":  # China Standard Time, not Central Standard Time
        date = moment.strftime("%a, %d %b %Y %H:%M:%S CST")
    picture = (
        f'<img src="{picture_path(piece.shots[0], 320)}" align=left>'  # a relative address
        if piece.shots
        else ""
    )
    return (
        f"<item>\n<title>{headline}</title>\n<link>{base}{piece.path}</link>\n<category>{piece.section}</category>\n"
        f"<description><![CDATA[{picture}{escape(piece.deck, quote=False)}……]]></description>\n"
        f"<pubDate>{date}</pubDate>\n</item>\n"
    )


def yunling_feed(press: Press) -> str:
    """Atom 1.0 with the whole text, once as ``xhtml`` and otherwise as escaped ``html``."""
    masthead = press.get_masthead("yunling")
    base = masthead.url
    pieces = press.in_print("yunling")
    entries = "".join(_yunling_entry(piece, press, base) for piece in pieces)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-Hant">
<title>{masthead.name}</title><subtitle>{masthead.tagline}</subtitle>
<id>tag:yunling.example,2019:atom</id><updated>{_latest(pieces).isoformat()}</updated>
<link rel="self" type="application/atom+xml" href="{base}{masthead.feed}"/>
<link rel="alternate" href="{base}{masthead.home}"/>
{entries}</feed>
"""


def _yunling_entry(piece: Piece, press: Press, base: str) -> str:
    zone = press.get_masthead("yunling").zone
    if piece.id == "304470":
        blocks = "".join(block_html(block, piece, press, base) for block in piece.blocks)
        content = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{blocks}</div></content>'
    else:
        text = "\n".join(body_html(piece, press, base, "plain", _FIGURE))
        content = f'<content type="html">{escape(text, quote=False)}</content>'
    tags = "".join(f'<category term="{escape(tag)}"/>' for tag in piece.tags)
    return f"""<entry><title>{escape(piece.headline)}</title>
<id>tag:yunling.example,2019:{piece.id}</id><link rel="alternate" type="text/html" href="{base}{piece.path}"/>
<published>{piece.published.astimezone(zone).isoformat()}</published>
<updated>{(piece.updated or piece.published).astimezone(zone).isoformat()}</updated>
<author><name>{piece.byline}</name></author>{tags}
<summary>{escape(piece.deck)}</summary>{content}</entry>
"""


def ferrypost_feed(press: Press) -> str:
    """JSON Feed 1.1 with the whole text, also of pieces whose page is closed; one entry has no date, one is hostile."""
    masthead = press.get_masthead("ferrypost")
    base = masthead.url
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": masthead.name,
        "home_page_url": base + masthead.home,
        "feed_url": base + masthead.feed,
        "description": masthead.tagline,
        "language": "en",
        "authors": [{"name": masthead.name, "url": base + masthead.home}],
        "items": [_ferrypost_entry(piece, press, base) for piece in press.in_print("ferrypost")],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _ferrypost_entry(piece: Piece, press: Press, base: str) -> dict[str, object]:
    zone = press.get_masthead("ferrypost").zone
    parts = body_html(piece, press, base, "plain", _FIGURE)
    if piece.correction:
        parts.insert(0, f"<p><em>{escape(piece.correction)}</em></p>")
    entry: dict[str, object] = {
        "id": f"ferrypost:{piece.id}",
        "url": feed_link(piece),
        "title": piece.headline,
        "summary": piece.deck,
        "content_html": poison(parts) if piece.manner == "hostile" else "\n".join(parts),
        "authors": [{"name": piece.byline}],
        "tags": [piece.section, *piece.tags],
        "language": "en",
    }
    if piece.feed_date != "none":
        entry["date_published"] = piece.published.astimezone(zone).isoformat()
    if piece.updated:
        entry["date_modified"] = piece.updated.astimezone(zone).isoformat()
    if piece.shots:
        entry["image"] = base + picture_path(piece.shots[0], 1280)
    return entry


def beacon_feed(press: Press) -> str:
    """Atom 1.0 with summaries; pictures stand in ``media:thumbnail``."""
    masthead = press.get_masthead("beacon")
    base = masthead.url
    pieces = press.in_print("beacon")
    entries = "".join(_beacon_entry(piece, press, base) for piece in pieces)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="{MEDIA}" xml:lang="en-GB" xml:base="{base}/">
<title>Beacon News</title><id>{base}{masthead.home}</id><updated>{_stamp(_latest(pieces))}</updated>
<author><name>{masthead.name}</name></author><rights>© {press.now.year} {masthead.name}</rights>
<link rel="self" href="{base}{masthead.feed}"/><link href="{base}{masthead.home}"/>
{entries}</feed>
"""


def _beacon_entry(piece: Piece, press: Press, base: str) -> str:
    relative = piece.path.removeprefix("/")
    thumbnail = f'<media:thumbnail url="{base}{picture_path(piece.shots[0], 320)}"/>' if piece.shots else ""
    summary = escape(inline(piece.deck, piece, press), quote=False)
    return f"""<entry><title type="html">{escape(escape(piece.headline, quote=False), quote=False)}</title>
<id>urn:beacon:{piece.id}</id><link href="{relative}"/>
<published>{_stamp(piece.published)}</published><updated>{_stamp(piece.updated or piece.published)}</updated>
<author><name>{piece.byline}</name></author><category term="{piece.section}"/>
<summary type="html">{summary}</summary>{thumbnail}</entry>
"""


def opml(press: Press) -> str:
    """All feeds as OPML 2.0, in one folder per language."""
    folders = []
    for name, start in (("中文", "zh"), ("English", "en")):
        outlines = "".join(
            f'<outline type="rss" text="{m.name}" title="{m.name}" xmlUrl="{address}" htmlUrl="{m.url}{m.home}"/>'
            for m in press.mastheads
            if m.language.startswith(start)
            for address in feed_addresses(m)
        )
        folders.append(f'<outline text="{name}" title="{name}">{outlines}</outline>')
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Newsroom</title></head>
<body>{"".join(folders)}</body></opml>
"""


def sitemap(press: Press, outlets: Sequence[str] = OUTLETS) -> str:
    """Every page of these outlets that answers, with the instant it last changed."""
    rows = "".join(
        f"<url><loc>{piece.url}</loc><lastmod>{(piece.updated or piece.published).isoformat()}</lastmod></url>\n"
        for outlet in outlets
        for piece in press.in_print(outlet)
        if piece.status == 200
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def feed_addresses(masthead: Masthead) -> tuple[str, ...]:
    """The feeds of an outlet as a reader would subscribe to them: the announced (perhaps old) address first."""
    return tuple(masthead.url + path for path in (masthead.announced_feed or masthead.feed, *masthead.extra_feeds))


def _rfc822(piece: Piece, masthead: Masthead) -> str:
    return "" if piece.feed_date == "none" else format_datetime(piece.published.astimezone(masthead.zone))


def _latest(pieces: tuple[Piece, ...]) -> datetime:
    return max(piece.updated or piece.published for piece in pieces)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
