"""The Ferry Post: JSON-LD, ``<picture>``, a subscribe box that closes some pieces, one hostile notice."""

from __future__ import annotations

import json
from html import escape

from broadsheet.demo.desk import Masthead, Piece, Press
from broadsheet.demo.hostile import poison
from broadsheet.demo.markup import body_html, picture_path
from broadsheet.demo.pages._parts import links, local, most_read, readers, related, token

MANNER = "picture"
_FIGURE = (
    '<figure class="article-image">{img}<figcaption><span class="caption-text">{caption}</span> '
    '<span class="credit">{credit}</span></figcaption></figure>'
)


def home(press: Press, masthead: Masthead, base: str) -> str:
    """The front page: cards."""
    cards = "".join(
        f'<article class="card"><h2><a href="{base}{piece.path}">{escape(piece.headline)}</a></h2>'
        f"<p>{escape(piece.deck)}</p></article>"
        for piece in press.in_print("ferrypost")
    )
    return _shell(press, masthead, base, f"<title>{masthead.name}: {masthead.tagline}</title>", f"<main>{cards}</main>")


def article(piece: Piece, press: Press, masthead: Masthead, base: str) -> str:
    """A piece; behind the paywall only its first paragraph."""
    closed = piece.manner == "paywall"
    parts = body_html(piece, press, base, MANNER, _FIGURE, last=1 if closed else None)
    text = poison(parts) if piece.manner == "hostile" else "\n".join(parts)
    head = f"""<title>{escape(piece.headline)} - {masthead.name}</title>
<link rel="canonical" href="{base}{piece.path}"><meta name="description" content="{escape(piece.deck)}">
<meta property="og:title" content="{escape(piece.headline)}">
<script type="application/ld+json">{_linked(piece, masthead, base)}</script>"""
    others = related(piece, press)
    more = f'<section class="more"><h2>Read more</h2><ul>{links(others, base)}</ul></section>' if others else ""
    correction = f'<aside class="correction"><p>{escape(piece.correction)}</p></aside>' if piece.correction else ""
    main = f"""<main id="main"><article class="article">
<header><p class="kicker">{piece.section}</p><h1>{escape(piece.headline)}</h1>
<p class="standfirst">{escape(piece.deck)}</p>
<p class="byline">By <a rel="author" href="#">{piece.byline}</a></p>{_dates(piece, masthead)}
<div class="share"><button>Share</button><button>Save</button><button>Gift this article</button></div></header>
<div class="article-body">
{correction}{text}
</div>{_subscribe() if closed else ""}
</article>{more}{_comments()}</main>"""
    return _shell(press, masthead, base, head, main)


def _dates(piece: Piece, masthead: Masthead) -> str:
    if not piece.page_date:
        return ""
    moment = local(piece.published, masthead)
    updated = ""
    if piece.updated:
        changed = local(piece.updated, masthead)
        updated = f' · Updated <time datetime="{changed.isoformat()}">{changed.day} {changed:%b %Y, %H:%M}</time>'
    return (
        f'<p class="dates"><time datetime="{moment.isoformat()}">{moment.day} {moment:%b %Y, %H:%M}</time>{updated}</p>'
    )


def _linked(piece: Piece, masthead: Masthead, base: str) -> str:
    """JSON-LD of schema.org's NewsArticle; ``<`` is written as an escape so that no text ends the script."""
    linked: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.headline,
        "description": piece.deck,
        "mainEntityOfPage": base + piece.path,
        "author": [{"@type": "Person", "name": piece.byline}],
        "publisher": {"@type": "NewsMediaOrganization", "name": masthead.name, "url": base + masthead.home},
        "articleSection": piece.section,
        "keywords": list(piece.tags),
        "inLanguage": "en",
        "isAccessibleForFree": piece.manner != "paywall",
    }
    if piece.page_date:
        linked["datePublished"] = local(piece.published, masthead).isoformat()
    if piece.updated:
        linked["dateModified"] = local(piece.updated, masthead).isoformat()
    if piece.shots:
        linked["image"] = [base + picture_path(shot, 1280) for shot in piece.shots]
    return json.dumps({"@graph": [linked]}, ensure_ascii=False).replace("<", "\\u003c")


def _subscribe() -> str:
    return (
        '<div class="subscribe-box" role="dialog"><h2>This article is for subscribers</h2><p>You have read your free '
        "articles for this month. Subscribe for 9 yuan a week and keep two shores honest.</p>"
        '<button>Subscribe</button><p>Already a subscriber? <a href="#">Sign in</a></p></div>'
    )


def _comments() -> str:
    comments = "".join(f'<li class="comment"><b>{name}</b> <p>{words}</p></li>' for name, words in readers("en"))
    return f'<section id="comments"><h2>Comments</h2><ul>{comments}</ul></section>'


def _shell(press: Press, masthead: Masthead, base: str, head: str, main: str) -> str:
    sections = "".join(f'<a href="{base}/#{name}">{name}</a>' for name in masthead.sections)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
{head}
<link rel="alternate" type="application/feed+json" title="{masthead.name}" href="{base}{masthead.feed}">
<meta name="csrf" content="{token(press, "ferrypost")}"></head>
<body><nav class="top">{sections}<a href="#">Sign in</a></nav>
<div class="masthead"><a href="{base}/">{masthead.name}</a><p>{masthead.tagline}</p></div>
<div class="advert">Advertisement<br><a href="#">Shunde &amp; Daughters, umbrellas since for ever</a></div>
{main}
<aside><h2>Most read</h2><ol>{links(most_read(press, "ferrypost"), base)}</ol>
<div class="newsletter"><h2>The First Boat</h2><p>Our morning newsletter, in your inbox before the 6.40.</p>
<input type="email" placeholder="Your email"><button>Sign up</button></div></aside>
<footer><p>© {press.now.year} {masthead.name} Cooperative. All rights reserved.</p>
<a href="#">Ethics</a> <a href="#">Contact</a></footer>
</body></html>
"""
