"""Strait Beacon: pictures through a resizing proxy, long reads in pages, live blogs, a consent wall."""

from __future__ import annotations

from html import escape

from broadsheet.demo.desk import LivePost, Masthead, Piece, Press
from broadsheet.demo.markup import body_html
from broadsheet.demo.pages._parts import links, local, most_read, related, token

MANNER = "proxy"
PAGE_BLOCKS = 4
"""Blocks on one page of a long read."""
_FIGURE = (
    '<figure data-component="image-block">{img}<figcaption><span class="visually-hidden">Image caption, </span>'
    '<span class="caption">{caption}</span> <span class="source">Image source, {credit}</span></figcaption></figure>'
)


def home(press: Press, masthead: Masthead, base: str) -> str:
    """The front page: headlines and decks."""
    promos = "".join(
        f'<li class="promo"><h3><a href="{base}{piece.path}">{escape(piece.headline)}</a></h3>'
        f"<p>{escape(piece.deck)}</p></li>"
        for piece in press.in_print("beacon")
    )
    return _shell(
        press, masthead, base, f"<title>{masthead.name}</title>", f"<main><h1>Top stories</h1><ul>{promos}</ul></main>"
    )


def article(piece: Piece, press: Press, masthead: Masthead, base: str, page: int = 1) -> str:
    """A piece, one page of it for long reads (1 is the first)."""
    address = f"{base}{piece.path}"
    pages = page_count(piece)
    first = (page - 1) * PAGE_BLOCKS if pages > 1 else 0
    last = first + PAGE_BLOCKS if pages > 1 else None
    text = "\n".join(body_html(piece, press, base, MANNER, _FIGURE, first, last))
    others = related(piece, press)
    more = (
        f'<section data-component="links-block"><h2>Related</h2><ul>{links(others, base)}</ul></section>'
        if others
        else ""
    )
    following = f'<link rel="next" href="{address}?page={page + 1}">' if page < pages else ""
    head = f"""<title>{escape(piece.headline)} - {masthead.name}</title>
<link rel="canonical" href="{address}">{following}
<meta property="og:title" content="{escape(piece.headline)}"><meta property="og:site_name" content="{masthead.name}">
<meta name="author" content="{piece.byline}">"""
    main = f"""<main role="main"><article>
<header><h1 id="main-heading">{escape(piece.headline)}</h1>
<div class="byline-block"><div class="contributor">By {piece.byline}</div>{_dates(piece, masthead)}</div></header>
<p class="introduction"><b>{escape(piece.deck)}</b></p>
<div class="text-block">
{text}
</div>
{"".join(_post(post) for post in piece.live)}{_pager(address, page, pages)}</article>
<div class="share-tools"><span>Share this page</span><a href="#">Copy link</a><a href="#">About sharing</a></div>
{more}</main>"""
    return _shell(press, masthead, base, head, main)


def consent(press: Press, masthead: Masthead, base: str, piece: Piece) -> str:
    """The wall that stands before a piece until a cookie ``consent=yes`` comes along; its status is 200."""
    main = f"""<div class="consent-wall"><h1>Before you continue to {masthead.name}</h1>
<p>We and our 214 partners store and read small files on your device to measure audiences and to show advertising.</p>
<p>You can change your mind at any time in the settings. Some partners do not ask for consent.</p>
<form action="{base}{piece.path}" method="get"><button name="consent" value="yes">Accept all</button>
<button name="consent" value="some">Manage options</button></form></div>"""
    head = '<meta charset="utf-8"><title>Your privacy</title>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{main}</body></html>\n'


def page_count(piece: Piece) -> int:
    """How many pages the piece has."""
    return -(-len(piece.blocks) // PAGE_BLOCKS) if piece.manner == "pages" else 1


def _dates(piece: Piece, masthead: Masthead) -> str:
    moment = local(piece.published, masthead)
    stamp = f"{piece.published:%Y-%m-%dT%H:%M:%S}.000Z"
    updated = ""
    if piece.updated:
        changed = f"{piece.updated:%Y-%m-%dT%H:%M:%S}.000Z"
        updated = f' Updated <time datetime="{changed}">{piece.updated:%H:%M} UTC</time>'
    return f'<time data-testid="timestamp" datetime="{stamp}">{moment.day} {moment:%B %Y}</time>{updated}'


def _post(post: LivePost) -> str:
    return (
        f'<section class="live-post"><time datetime="{post.published:%Y-%m-%dT%H:%M:%SZ}">{post.published:%H:%M}</time>'
        f"<h2>{escape(post.headline)}</h2><p>{escape(post.text, quote=False)}</p></section>\n"
    )


def _pager(address: str, page: int, pages: int) -> str:
    if pages == 1:
        return ""
    steps = "".join(
        f"<b>{number}</b> " if number == page else f'<a href="{address}?page={number}">{number}</a> '
        for number in range(1, pages + 1)
    )
    onward = f'<a rel="next" href="{address}?page={page + 1}">Next page</a>' if page < pages else ""
    return f'<nav class="pagination" aria-label="Pages">Page {steps}{onward}</nav>'


def _shell(press: Press, masthead: Masthead, base: str, head: str, main: str) -> str:
    sections = "".join(f'<li><a href="{base}/#{name}">{name}</a></li>' for name in masthead.sections)
    return f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">{head}
<link rel="alternate" type="application/atom+xml" title="Beacon News" href="{base}{masthead.feed}">
<script>window.__beacon={{"visit":"{token(press, "beacon")}"}}</script></head>
<body><div class="cookie-banner"><p>Let us know you agree to cookies.</p><button>Yes, I agree</button></div>
<header><a href="{base}/">{masthead.name}</a><nav><ul>{sections}</ul></nav><a href="#">Listen live</a></header>
{main}
<aside class="most-read"><h2>Most read</h2><ol>{links(most_read(press, "beacon"), base)}</ol></aside>
<footer><ul><li><a href="#">Terms of use</a></li>
<li><a href="#">Privacy</a></li><li><a href="#">Contact Beacon</a></li></ul>
<p>© {press.now.year} {masthead.name}. Beacon is not responsible for the weather.</p></footer></body></html>
"""
