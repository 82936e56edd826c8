"""北岸新闻网: tables for layout, ``<br>`` for paragraphs, ``<font>`` for style, an error page that says 200."""

from __future__ import annotations

from html import escape

from broadsheet.demo.desk import Masthead, Piece, Press
from broadsheet.demo.markup import figure_html, inline
from broadsheet.demo.pages._parts import local, most_read, related, token

MANNER = "plain"
_FIGURE = '<center>{img}<br><font size="2" color="#666666">{caption}（{credit}）</font></center><br>\n'


def home(press: Press, masthead: Masthead, base: str) -> str:
    """The front page: a table of headlines with dates. Its feed link is relative and names the old address."""
    rows = "".join(
        f'<tr><td>·<a href="{base}{piece.path}" target="_blank">{escape(piece.headline)}</a></td>'
        f"<td align=right>[{local(piece.published, masthead):%m-%d}]</td></tr>\n"
        for piece in press.in_print("northshore")
    )
    feeds = (
        f'<link rel="alternate" type="application/rss+xml" title="全部新闻" href="{masthead.announced_feed}">'
        f'<link rel="alternate" type="application/rss+xml" title="早报" href="{masthead.extra_feeds[0]}">'
    )
    head = f"<title>{masthead.name}--首页</title>{feeds}"
    return _shell(press, masthead, base, head, f"<td width=720 valign=top><table width=100%>{rows}</table></td>")


def article(piece: Piece, press: Press, masthead: Masthead, base: str) -> str:
    """A piece, or in the manner ``error`` the page that this outlet sends with status 200 when it lost one."""
    if piece.manner == "error":
        head = f"<title>错误提示--{masthead.name}</title>"
        words = (
            "<td align=center><h1>您访问的页面不存在或已被删除</h1><p>三秒后将返回首页，"
            f'<a href="{base}/">点击这里立即返回</a>。</p></td>'
        )
        return _shell(press, masthead, base, head, words)
    moment = local(piece.published, masthead)
    source = piece.agency_line.removeprefix("来源：") or masthead.name
    title = f"{escape(piece.headline)}--{piece.section}--{masthead.name}"
    head = f'<title>{title}</title><meta name="source" content="{source}">'
    lead = "".join(figure_html(piece, shot, base, MANNER, _FIGURE) for shot in piece.shots)
    text = "<br>\n<br>\n".join(f"　　{inline(block.text, piece, press, base)}" for block in piece.blocks)
    others = "".join(f'·<a href="{base}{o.path}">{escape(o.headline)}</a><br>' for o in related(piece, press))
    main = f"""<td width=720 valign=top>
<table width=100%>
<tr><td class=path>您的位置：<a href="{base}/">首页</a>
&nbsp;&gt;&nbsp;{piece.section}&nbsp;&gt;&nbsp;正文</td></tr>
<tr><td align=center class=title><b><font size=5>{escape(piece.headline)}</font></b></td></tr>
<tr><td align=center class=info>{moment:%Y年%m月%d日 %H:%M}　来源：{source}　作者：{piece.byline or "佚名"}
【字体：<a href="javascript:void(0)">大</a>
<a href="javascript:void(0)">中</a> <a href="javascript:void(0)">小</a>】</td></tr>
<tr><td class=content id=zoom><!--正文开始-->
{lead}{text}
<!--正文结束--></td></tr>
<tr><td align=right class=editor>（责任编辑：管宁）</td></tr>
<tr><td>【<a href="javascript:window.print()">打印本页</a>】
【<a href="javascript:window.close()">关闭窗口</a>】</td></tr>
<tr><td bgcolor="#eef3f8"><b>相关新闻</b><br>{others}</td></tr></table></td>"""
    return _shell(press, masthead, base, head, main)


def _shell(press: Press, masthead: Masthead, base: str, head: str, main: str) -> str:
    sections = " | ".join(f'<a href="{base}/">{name}</a>' for name in masthead.sections)
    hot = "".join(f'<a href="{base}{p.path}">{escape(p.headline)}</a><br>\n' for p in most_read(press, "northshore"))
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
{head}
<script language="javascript">var visit="{token(press, "northshore")}";</script></head>
<body topmargin=0 bgcolor="#ffffff">
<table width=960 align=center>
<tr><td colspan=2><font size=6 color="#003366">{masthead.name}</font> {masthead.tagline}</td></tr>
<tr><td colspan=2 bgcolor="#003366" class=nav>{sections}</td></tr>
<tr>{main}
<td width=220 valign=top><table bgcolor="#f6f6f6"><tr><td><b>点击排行</b><br>{hot}</td></tr>
<tr><td><a href="#">〖广告〗船厂路新盘　首付八万起</a></td></tr></table></td></tr>
<tr><td colspan=2 align=center><hr>关于我们 | 联系方式 | 网站地图<br>{masthead.name}版权所有　未经授权不得转载<br>
今日访问：{int(token(press, "visits")[:4], 16)}</td></tr></table>
</body></html>
"""
