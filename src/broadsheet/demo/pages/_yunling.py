"""雲嶺晚報: ``srcset`` pictures, ``article:published_time``, a text between a share column and a comment wall."""

from __future__ import annotations

from html import escape

from broadsheet.demo.desk import Masthead, Piece, Press
from broadsheet.demo.markup import body_html
from broadsheet.demo.pages._parts import links, local, most_read, readers, related, token

MANNER = "srcset"
_FIGURE = "<figure>{img}<figcaption>{caption}（圖／{credit}）</figcaption></figure>"


def home(press: Press, masthead: Masthead, base: str) -> str:
    """The front page: pieces by section."""
    parts = []
    for section in masthead.sections:
        pieces = [piece for piece in press.in_print("yunling") if piece.section == section]
        parts.append(f"<section><h2>{section}</h2><ul>{links(pieces, base)}</ul></section>")
    head = f"<title>{masthead.name}</title>"
    return _shell(press, masthead, base, head, f"<main>{''.join(parts)}</main>", "utf-8")


def article(piece: Piece, press: Press, masthead: Masthead, base: str) -> str:
    """A piece; one of them is still served in Big5, and says so only inside the page."""
    moment = local(piece.published, masthead)
    text = "\n".join(body_html(piece, press, base, MANNER, _FIGURE))
    agency = f"{piece.agency}／" if piece.agency else ""
    others = related(piece, press)
    more = f'<div class="related"><h3>延伸閱讀</h3><ul>{links(others, base)}</ul></div>' if others else ""
    head = f"""<title>{escape(piece.headline)} | {piece.section} | {masthead.name}</title>
<link rel="canonical" href="{base}{piece.path}">
<meta property="og:title" content="{escape(piece.headline)} | {masthead.name}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="{moment.isoformat()}">
<meta property="article:section" content="{piece.section}"><meta property="article:author" content="{piece.byline}">"""
    main = f"""<main class="article-wrap"><div class="share-column"><a href="#">分享</a><a href="#">收藏</a></div>
<article class="story" itemscope itemtype="http://schema.org/NewsArticle">
<h1 itemprop="headline">{escape(piece.headline)}</h1>
<div class="meta"><span class="date">{moment:%Y-%m-%d %H:%M}</span>
<span class="reporter">{agency}記者<span itemprop="author">{piece.byline}</span>／{piece.dateline}報導</span></div>
<div class="story-text" itemprop="articleBody">
{text}
</div>
<div class="app-box"><p>下載雲嶺晚報APP，山城大小事不漏接！</p></div>
<div class="keywords">{"".join(f"<a href='#'>#{tag}</a>" for tag in piece.tags)}</div></article>
{more}{_comments()}</main>"""
    return _shell(press, masthead, base, head, main, piece.charset)


def _comments() -> str:
    comments = "".join(f"<li><b>{name}</b>：{words}</li>" for name, words in readers("zh-Hant"))
    return f'<div class="comment-wall"><h3>讀者留言</h3><ul>{comments}</ul></div>'


def _shell(press: Press, masthead: Masthead, base: str, head: str, main: str, charset: str) -> str:
    sections = "".join(f'<a href="{base}/#{name}">{name}</a>' for name in masthead.sections)
    return f"""<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="{charset}">
{head}
<link rel="alternate" type="application/atom+xml" title="{masthead.name}" href="{base}{masthead.feed}"></head>
<body><header><a class="brand" href="{base}/">{masthead.name}</a><p>{masthead.tagline}</p>
<nav>{sections}</nav></header>
<div class="ads" id="ad-{token(press, "yunling")}"><a href="#">贊助內容：茶亭民宿，平日第二晚半價</a></div>
{main}
<aside class="hot"><h3>熱門新聞</h3><ol>{links(most_read(press, "yunling"), base)}</ol></aside>
<footer><p>讀者服務　廣告刊登　版權聲明</p><p>© {masthead.name}股份有限公司</p></footer></body></html>
"""
