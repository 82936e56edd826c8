"""From the desk's small markup to HTML: blocks, links, and the many ways in which pages print a picture."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from broadsheet.demo.desk import Block, Piece, Press, Shot, outlet_url
from broadsheet.demo.paint import WIDTHS

_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
PLACEHOLDER = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def inline(text: str, piece: Piece, press: Press, base: str = "") -> str:
    """Escaped text with its links made; a link to a piece that is not there keeps its words only."""

    def link(match: re.Match[str]) -> str:
        target = press.find_piece(piece.outlet, match[2])
        return f'<a href="{base}{target.path}">{match[1]}</a>' if target else match[1]

    return _LINK.sub(link, escape(text, quote=False))


def block_html(block: Block, piece: Piece, press: Press, base: str = "") -> str:
    """One block as plain semantic HTML."""
    if block.kind == "list":
        lines = "".join(f"<li>{inline(line, piece, press, base)}</li>" for line in block.text.splitlines())
        return f"<ul>{lines}</ul>"
    if block.kind == "table":
        return _table(block, piece, press)
    text = inline(block.text, piece, press, base)
    if block.kind == "quote":
        return f"<blockquote><p>{text}</p></blockquote>"
    return f"<{block.kind}>{text}</{block.kind}>"


def _table(block: Block, piece: Piece, press: Press) -> str:
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in block.text.splitlines()]
    head = "".join(f"<th>{inline(cell, piece, press)}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{inline(cell, piece, press)}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def picture_path(shot: Shot, width: int = 640) -> str:
    """The path of a picture in one width."""
    return f"/pictures/{shot.name}.svg" if shot.form == "svg" else f"/pictures/{shot.name}-{width}.png"


def picture_html(piece: Piece, shot: Shot, base: str, manner: str) -> str:
    """The ``img`` of a picture in the manner of a page: lazy, srcset, picture, proxy … (a shot's own ``form`` wins)."""
    form = shot.form or manner
    alt = escape(shot.alt or shot.caption)
    source = {width: base + picture_path(shot, width) for width in WIDTHS}
    srcset = ", ".join(f"{address} {width}w" for width, address in source.items())
    plain = f'<img src="{source[640]}" alt="{alt}" width="640" height="360">'
    if form == "lazy":
        lazy = f'<img class="lazy enhanced" src="{PLACEHOLDER}" data-src="{source[640]}" alt="{alt}">'
        return f"{lazy}<noscript>{plain}</noscript>"
    if form == "srcset":
        return f'<img src="{source[320]}" srcset="{srcset}" sizes="(max-width: 700px) 100vw, 640px" alt="{alt}">'
    if form == "picture":
        return (
            f'<picture><source media="(min-width: 900px)" srcset="{source[1280]} 1280w, {source[640]} 640w">'
            f'<source media="(max-width: 899px)" srcset="{source[320]}">'
            f'<img loading="lazy" src="{source[640]}" alt="{alt}"></picture>'
        )
    if form == "proxy":
        return f'<img src="{base}/cdn-cgi/image/width=640,format=auto/{source[1280]}" alt="{alt}">'
    if form == "proxy-query":
        return f'<img src="{base}/resize?w=640&amp;url={quote(source[1280], safe="")}" alt="{alt}">'
    return plain


def origin(piece: Piece, shot: Shot, manner: str) -> str:
    """The picture's own address, best width, proxies unwrapped: what an archive should name as its origin."""
    form = shot.form or manner
    wide = form in ("srcset", "picture", "proxy", "proxy-query")
    return outlet_url(piece.outlet) + picture_path(shot, 1280 if wide else 640)


def body_html(
    piece: Piece, press: Press, base: str, manner: str, figure: str, first: int = 0, last: int | None = None
) -> list[str]:
    """Blocks ``first`` to ``last`` with their pictures, in reading order.

    ``figure`` is the outlet's template of a picture with its words: ``{img}``, ``{caption}``, ``{credit}``.
    """

    def after(number: int) -> list[str]:
        return [figure_html(piece, shot, base, manner, figure) for shot in piece.shots if shot.after == number]

    parts = after(0) if first == 0 else []
    for number, block in enumerate(piece.blocks[first:last], start=first + 1):
        parts.append(block_html(block, piece, press, base))
        parts += after(number)
    return parts


def figure_html(piece: Piece, shot: Shot, base: str, manner: str, figure: str) -> str:
    """One picture with its words, by the outlet's own figure template."""
    return figure.format(
        img=picture_html(piece, shot, base, manner), caption=escape(shot.caption), credit=escape(shot.credit)
    )
