"""港湾日报: late pictures (``data-src``), ``div.caption``, Open Graph, ``<time pubdate>``, boxes inside the text."""

from __future__ import annotations

from html import escape

from broadsheet.demo.desk import Masthead, Piece, Press
from broadsheet.demo.markup import body_html, picture_path
from broadsheet.demo.pages._parts import links, local, most_read, readers, related, token

MANNER = "lazy"
_FIGURE = (
    '<div class="media-block"><div class="thumb thumb16_9">{img}</div>'
    '<div class="caption">{caption}<span class="credit">（{credit}）</span></div></div>'
)


def home(press: Press, masthead: Masthead, base: str) -> str:
    """The front page: every piece in print with its deck."""
    teasers = "".join(
        f'<div class="media-block"><h4><a href="{base}{piece.path}">{escape(piece.headline)}</a></h4>'
        f'<p class="perex">{escape(piece.deck)}</p></div>'
        for piece in press.in_print("harbour")
    )
    head = f"<title>{masthead.name}｜{masthead.tagline}</title>{_feed_link(masthead, base)}"
    return _shell(press, masthead, base, head, f'<main id="content"><h1>{masthead.name}</h1>{teasers}</main>')


def article(piece: Piece, press: Press, masthead: Masthead, base: str) -> str:
    """A piece with what stands around it."""
    moment = local(piece.published, masthead)
    parts = body_html(piece, press, base, MANNER, _FIGURE)
    if piece.agency_line:
        parts.append(f"<p>{escape(piece.agency_line)}</p>")
    parts.insert(min(3, len(parts)), _also_read(piece, press, base))
    author = f'<ul class="authors"><li>作者：<a href="#">{piece.byline}</a></li></ul>' if piece.byline else ""
    main = f"""<main id="content" class="container">
<div class="breadcrumb"><a href="{base}/">首页</a> › <a href="#">{piece.section}</a></div>
<div class="category">{piece.section}</div>
<h1 class="title pg-title">{escape(piece.headline)}</h1>
<div class="publishing-details"><div class="published"><span class="date">
<time pubdate="pubdate" datetime="{moment.isoformat()}">{moment:%Y年%m月%d日 %H:%M}</time></span></div>{author}</div>
{_share(piece, base)}
<div class="intro"><p>{escape(piece.deck)}</p></div>
<div id="article-content" class="content-floated-wrap"><div class="wsw">
{"".join(f"{part}{chr(10)}" for part in parts)}</div></div>
<ul class="tags">{"".join(f"<li><a href='#'>{tag}</a></li>" for tag in piece.tags)}</ul>
{_share(piece, base)}
{_comments(press)}</main>"""
    return _shell(press, masthead, base, _head(piece, masthead, base), main)


def _head(piece: Piece, masthead: Masthead, base: str) -> str:
    picture = f'<meta property="og:image" content="{base}{picture_path(piece.shots[0])}">' if piece.shots else ""
    return f"""<title>{escape(piece.headline)}</title>
<link rel="canonical" href="{base}{piece.path}">
<meta property="og:title" content="{escape(piece.headline)}"><meta property="og:type" content="article">
<meta property="og:url" content="{base}{piece.path}"><meta property="og:site_name" content="{masthead.name}">
<meta property="og:description" content="{escape(piece.deck)}"><meta name="description" content="{escape(piece.deck)}">
{picture}{_feed_link(masthead, base)}"""


def _feed_link(masthead: Masthead, base: str) -> str:
    return (
        f'<link rel="alternate" type="application/rss+xml" title="{masthead.name} - 全部" href="{base}{masthead.feed}">'
    )


def _also_read(piece: Piece, press: Press, base: str) -> str:
    others = related(piece, press)
    if not others:
        return ""
    return f'<div class="wsw__embed also-read"><h3>相关报道</h3><ul>{links(others, base)}</ul></div>'


def _share(piece: Piece, base: str) -> str:
    address = f"{base}{piece.path}"
    return (
        f'<div class="share-bar"><span>分享</span><a href="#" data-share="{address}">微讯</a><a href="#">短帖</a>'
        '<a href="#">邮件</a><a href="javascript:window.print()">打印</a></div>'
    )


def _comments(press: Press) -> str:
    comments = "".join(f"<li><b>{name}</b><p>{words}</p></li>" for name, words in readers("zh-Hans"))
    return (
        f'<section id="comments" class="comments"><h3>网友评论（{press.round + 1}）</h3><ul>{comments}</ul></section>'
    )


def _shell(press: Press, masthead: Masthead, base: str, head: str, main: str) -> str:
    sections = "".join(f'<li><a href="{base}/#{name}">{name}</a></li>' for name in masthead.sections)
    return f"""<!DOCTYPE html>
<html lang="zh-Hans" prefix="og: http://ogp.me/ns#">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
{head}
<script>var ads={{slot:"{token(press, "harbour")}"}};</script><style>.caption{{color:#666}}</style></head>
<body class="nav-no-loaded">
<a href="#content" class="skip">跳到内容</a>
<header><div class="logo"><a href="{base}/">{masthead.name}</a></div>
<nav><ul class="main-nav">{sections}</ul></nav>
<form action="{base}/s" role="search"><input name="k" placeholder="搜索"></form></header>
<div class="ad ad-top" data-slot="{token(press, "harbour")}">广告：海风牌雨衣，风里来雨里去</div>
{main}
<aside><h3>热读</h3><ol>{links(most_read(press, "harbour"), base)}</ol>
<div class="newsletter"><h3>每天早上七点，一封信</h3><form><input type="email"><button>订阅</button></form>
<p>订阅即表示您同意接收《港湾日报》的邮件。</p></div></aside>
<footer><ul><li><a href="#">关于我们</a></li>
<li><a href="#">隐私</a></li><li><a href="{base}{masthead.feed}">RSS</a></li>
</ul><p>© {press.now.year} {masthead.name} 版权所有</p></footer>
</body></html>
"""
