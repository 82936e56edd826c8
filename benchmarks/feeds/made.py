"""Feeds that we make: Chinese news in every dialect, as large and as regular as a benchmark wants it."""

from __future__ import annotations

import html
import json
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_HAN = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会"
    "可主发年动同工也能下过子说产面而方后多定行学法所民得经"
)


def sentence(rng: random.Random, length: int) -> str:
    """About ``length`` Chinese characters."""
    words = []
    while length > 0:
        size = min(length, rng.randint(6, 24))
        words.append("".join(rng.choices(_HAN, k=size)))
        length -= size
    return "，".join(words) + "。"


def body(rng: random.Random, size: int) -> str:
    """About ``size`` bytes of an article's HTML."""
    parts: list[str] = []
    written = count = 0
    while written < size:
        count += 1
        if count % 5 == 2:
            number = rng.randrange(10**6)
            part = (
                f'<figure class="photo"><img src="https://pictures.example.org/2026/{number}.jpg?w=1024&amp;h=683"'
                f' alt="{sentence(rng, 10)}" srcset="https://pictures.example.org/{number}-300.jpg 300w,'
                f' https://pictures.example.org/{number}-768.jpg 768w" width="1024"/>'
                f"<figcaption>{sentence(rng, 20)}</figcaption></figure>"
            )
        elif count % 7 == 3:
            part = f"<h2><strong>{sentence(rng, 12)}</strong></h2>"
        else:
            part = (
                f'<p style="text-align:justify">{sentence(rng, 70)}<a href="https://news.example.org/{rng.randrange(10**6)}'
                f'?from=rss&amp;x=1">{sentence(rng, 8)}</a>&nbsp;{sentence(rng, 50)}</p>\n'
            )
        parts.append(part)
        written += len(part.encode())
    return "".join(parts)


def rss(entries: int, size: int, *, escaped: bool = False, seed: int = 7) -> bytes:
    """RSS 2.0 with full text, media, enclosures and Dublin Core, as WordPress and its like write it."""
    rng = random.Random(seed)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:media="http://search.yahoo.com/mrss/">\n<channel><title>样报</title><link>https://news.example.org/</link>'
        "<description>每日新闻</description><language>zh-CN</language>"
        '<atom:link href="https://news.example.org/feed" rel="self" type="application/rss+xml"/>'
    ]
    for number in range(entries):
        text = body(rng, size)
        moment = format_datetime(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=11 * number))
        content = html.escape(text) if escaped else f"<![CDATA[{text}]]>"
        parts.append(
            f"<item><title>{sentence(rng, 16)}</title><link>https://news.example.org/2026/01/{number}.html</link>"
            f'<guid isPermaLink="false">https://news.example.org/?p={number}</guid><pubDate>{moment}</pubDate>'
            f"<dc:creator><![CDATA[{sentence(rng, 3)[:3]}]]></dc:creator><category>国际</category>"
            f"<category><![CDATA[经济]]></category><description><![CDATA[{sentence(rng, 80)}]]></description>"
            f"<content:encoded>{content}</content:encoded>"
            f'<media:content url="https://pictures.example.org/{number}.jpg" medium="image" width="1200" height="800">'
            f"<media:description>{sentence(rng, 20)}</media:description></media:content>"
            f'<media:thumbnail url="https://pictures.example.org/{number}-t.jpg"/>'
            f'<enclosure url="https://pictures.example.org/{number}.jpg" type="image/jpeg" length="23456"/></item>\n'
        )
    return ("".join(parts) + "</channel></rss>").encode()


def atom(entries: int, size: int, *, xhtml: bool = False, seed: int = 7) -> bytes:
    """Atom 1.0 with escaped HTML or with XHTML content."""
    rng = random.Random(seed)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        "<title>样报</title>"
        '<id>urn:x</id><updated>2026-01-02T00:00:00Z</updated><link href="https://news.example.org/"/>'
    ]
    for number in range(entries):
        text = body(rng, size)
        moment = (datetime(2026, 1, 1) + timedelta(minutes=11 * number)).isoformat() + "+08:00"
        content = f'<content type="html">{html.escape(text)}</content>'
        if xhtml:
            inside = text.replace("&nbsp;", "&#160;")
            content = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{inside}</div></content>'
        parts.append(
            f"<entry><title>{sentence(rng, 16)}</title><id>urn:news:{number}</id>"
            f'<link rel="alternate" href="https://news.example.org/{number}"/><published>{moment}</published>'
            f'<updated>{moment}</updated><author><name>{sentence(rng, 3)[:3]}</name></author><category term="国际"/>'
            f'<summary type="html">{html.escape(sentence(rng, 80))}</summary>{content}</entry>\n'
        )
    return ("".join(parts) + "</feed>").encode()


def json_feed(entries: int, size: int, *, seed: int = 7) -> bytes:
    """JSON Feed 1.1."""
    rng = random.Random(seed)
    listed = [
        {
            "id": str(number),
            "url": f"https://news.example.org/{number}",
            "title": sentence(rng, 16),
            "content_html": body(rng, size),
            "date_published": "2026-01-01T08:00:00+08:00",
            "authors": [{"name": "记者"}],
            "tags": ["国际"],
            "image": "https://pictures.example.org/1.jpg",
        }
        for number in range(entries)
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "样报", "items": listed}
    return json.dumps(document, ensure_ascii=False).encode()
