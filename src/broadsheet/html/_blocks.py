"""What block tags mean to the writer: paragraphs, headings, lists, quotations, tables, figures."""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import _Element

from broadsheet.html._inlines import INLINES, drop, span
from broadsheet.html._policy import BLOCK_TAGS, CAPTION_NAME, DROPPED_TAGS
from broadsheet.html._space import fold
from broadsheet.html._writer import Handler, Marks, Writer

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$")
_LONGEST_CAPTION = 800
_COMPLEX_FIGURE = ("figure", "table", "ul", "ol", "pre", "blockquote", "h2", "h3", "h4", "dl", "video", "audio")


def block_attributes(writer: Writer, element: _Element) -> str:
    """``lang`` and ``dir`` to write on a block, with a space before them."""
    language, direction = element.get("lang"), element.get("dir")
    if language is None and direction is None and writer.wanted_direction == writer.direction:
        return ""
    out = ""
    if language is not None and _LANGUAGE.match(language):
        out = f' lang="{language}"'
    wanted = direction_of(direction) or writer.wanted_direction
    if wanted != writer.direction:
        out += f' dir="{wanted}"'
    return out


def direction_of(value: str | None) -> str | None:
    """A ``dir`` attribute's value in lower case, None for what is none."""
    value = value.strip().lower() if value else None
    return value if value in ("rtl", "ltr", "auto") else None


def _has_bare_figure(writer: Writer) -> bool:
    """Whether the block before us is a picture without a caption."""
    return bool(
        not writer.parts
        and writer.blocks
        and writer.blocks[-1].startswith("<figure")
        and not writer.blocks[-1].endswith(_CAPTIONED)
    )


def _is_caption(element: _Element) -> bool:
    """Whether the element's names say that it stands under a picture, or it holds small print only."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if len(names) > 1 and CAPTION_NAME.search(names[:300]):
        return True
    small = element
    while small.tag != "small":
        if len(small) != 1 or fold(small.text or "") or fold(small[0].tail or ""):
            return False
        small = small[0]
    return True


def _try_caption(writer: Writer, element: _Element, marks: Marks) -> bool:
    """Write ``element`` as the caption of the picture before it, if it is one."""
    if not _is_caption(element) or len("".join(element.itertext())) > _LONGEST_CAPTION:
        return False
    if next(element.iter("img"), None) is not None:
        return False
    caption(writer, element, marks)
    return True


_CAPTIONED = "</figcaption></figure>"


def caption(writer: Writer, element: _Element, marks: Marks) -> None:
    """A ``figcaption`` or what serves as one: joined to the picture before it, else a paragraph."""
    if writer.leaf:
        _soft(writer, element, marks)
        return
    writer.flush()
    bare = _has_bare_figure(writer)
    goes_on = element.tag == "figcaption" and bool(writer.blocks) and writer.blocks[-1] == writer.caption[0]
    before = writer.caption[1] if goes_on else ([], ())
    run, pictures, unended = writer.collect_run(element, marks, start="<figcaption>", before=before)
    if run and (bare or goes_on):
        figure_start = writer.blocks[-1].partition("<figcaption>")[0].removesuffix("</figure>")
        writer.blocks[-1] = f"{figure_start}<figcaption>{run}{_CAPTIONED}"
        writer.caption = writer.blocks[-1], unended
    elif run:
        writer.blocks.append(f"<p>{run}</p>")
    writer.add_pictures(pictures)


def _soft(writer: Writer, element: _Element, marks: Marks) -> None:
    writer.soft_break()
    writer.walk(element, marks)
    writer.soft_break()


def paragraph(writer: Writer, element: _Element, marks: Marks) -> None:
    """``p``, ``div`` and the like: their loose text becomes paragraphs."""
    if writer.leaf:
        _soft(writer, element, marks)
        return
    if writer.parts or writer.gap:
        writer.flush()
    if writer.blocks and _has_bare_figure(writer) and _try_caption(writer, element, marks):
        return
    attributes = block_attributes(writer, element)
    outer_start, outer_direction = writer.start, writer.wanted_direction
    writer.start = f"<p{attributes}>" if attributes else "<p>"
    writer.wanted_direction = direction_of(element.get("dir")) or outer_direction
    writer.walk(element, marks)
    writer.flush()
    writer.start, writer.wanted_direction = outer_start, outer_direction


def _small(writer: Writer, element: _Element, marks: Marks) -> None:
    """Small print, or a ``span`` that says so, right after a picture is its caption."""
    if not writer.leaf and _has_bare_figure(writer) and _try_caption(writer, element, marks):
        return
    span(writer, element, marks)


def _heading_handler(tag: str) -> Handler:
    def heading(writer: Writer, element: _Element, marks: Marks) -> None:
        if writer.leaf:
            _soft(writer, element, marks)
            return
        writer.flush()
        start = f"<{tag}{block_attributes(writer, element)}>"
        run, pictures, _ = writer.collect_run(element, marks, start=start)
        if run:
            writer.blocks.append(f"{start}{run}</{tag}>")
        writer.add_pictures(pictures)

    return heading


def preformatted(writer: Writer, element: _Element, marks: Marks) -> None:
    """``pre``: white space stays; line ends are written as references, so that a block is one line."""
    if writer.leaf:
        _soft(writer, element, marks)
        return
    writer.flush()
    writer.pre = True
    run, pictures, _ = writer.collect_run(element, marks, start="<pre>")
    writer.pre = False
    run = _trim_pre(run)
    if run:
        writer.blocks.append(f"<pre>{run}</pre>")
    writer.add_pictures(pictures)


_TAG = re.compile(r"<[^<>]*+>")
_PRE_EMPTY = re.compile(r"<(\w++)(?: [^<>]*+)?></\1>")
_PRE_EDGE = re.compile(r"^((?:<[^<>]*+>)*+)(?:[^\S\n]*+\n)+")


def _trim_pre(run: str) -> str:
    if not _TAG.sub("", run).strip():
        return ""
    before = None
    while run != before:  # an element that is empty now may have hidden another edge
        before, run = run, _PRE_EMPTY.sub("", _PRE_EDGE.sub(r"\1", run, count=1)).rstrip()
    return run.replace("\n", "&#10;")


def _container_handler(tag: str) -> Handler:
    def container(writer: Writer, element: _Element, marks: Marks) -> None:
        if writer.leaf:
            _soft(writer, element, marks)
            return
        writer.flush()
        attributes = block_attributes(writer, element)
        if tag == "ol":
            attributes += _start_of(element)
        blocks = _inside(writer, element, marks, holder=tag)
        content = _LISTS[tag](blocks) if tag in _LISTS else finish(blocks)
        if content:
            writer.blocks.append(f"<{tag}{attributes}>\n{content}\n</{tag}>")

    return container


def _inside(writer: Writer, element: _Element, marks: Marks, *, holder: str) -> list[str]:
    """The blocks inside, in a container that carries the direction itself."""
    outer = (writer.direction, writer.wanted_direction)
    writer.direction = writer.wanted_direction = direction_of(element.get("dir")) or writer.wanted_direction
    blocks = writer.collect(element, marks, holder=holder)
    writer.direction, writer.wanted_direction = outer
    return blocks


def _start_of(element: _Element) -> str:
    value = (element.get("start") or "").strip()
    return f' start="{int(value)}"' if value.isascii() and value.isdigit() and len(value) < 6 and int(value) > 1 else ""


_ENTRIES: Final = ("<li>", "<dt>", "<dd>")


def finish(blocks: list[str]) -> str:
    """Blocks of a container, one per line; list entries that stand outside a list are put into one."""
    if any(block.startswith(_ENTRIES) for block in blocks):
        blocks = _group_loose(blocks)
    return "\n".join(blocks)


def _group_loose(blocks: list[str]) -> list[str]:
    out: list[str] = []
    for block in blocks:
        tag = "ul" if block.startswith("<li>") else "dl" if block.startswith(("<dt>", "<dd>")) else ""
        if not tag:
            out.append(block)
        elif out and out[-1].startswith(f"<{tag}>\n"):
            out[-1] = f"{out[-1][: -len(tag) - 3]}{block}\n</{tag}>"
        else:
            out.append(f"<{tag}>\n{block}\n</{tag}>")
    return out


def _list_content(blocks: list[str]) -> str:
    return "\n".join(
        block if block.startswith("<li>") else f"<li>{cell_content([block])}</li>"
        for block in blocks
        if block != "<hr>"
    )


def _definitions(blocks: list[str]) -> str:
    return "\n".join(
        block if block.startswith(("<dt>", "<dd>")) else f"<dd>{cell_content([block])}</dd>"
        for block in blocks
        if block != "<hr>"
    )


_LISTS: Final = {"ul": _list_content, "ol": _list_content, "dl": _definitions}


def cell_content(blocks: list[str]) -> str:
    """The inside of a list entry or cell: a lone paragraph without its tags, else blocks one per line."""
    lone = sum(block.startswith("<p") and not block.startswith("<pre") for block in blocks) == 1
    if lone and blocks[0].startswith("<p>"):
        first = blocks[0][3:-4]
        return first if len(blocks) == 1 else f"{first}\n{finish(blocks[1:])}\n"
    if len(blocks) == 1 and "\n" not in blocks[0] and not blocks[0].startswith(_ENTRIES):
        return blocks[0]
    return f"\n{finish(blocks)}\n" if blocks else ""


def _entry_handler(tag: str) -> Handler:
    def entry(writer: Writer, element: _Element, marks: Marks) -> None:
        if writer.leaf:
            _soft(writer, element, marks)
            return
        writer.flush()
        content = cell_content(writer.collect(element, marks, holder=tag))
        if content:
            writer.blocks.append(f"<{tag}>{content}</{tag}>")

    return entry


def _term(writer: Writer, element: _Element, marks: Marks) -> None:
    if writer.leaf:
        _soft(writer, element, marks)
        return
    writer.flush()
    run, pictures, _ = writer.collect_run(element, marks, start="<dt>")
    if run:
        writer.blocks.append(f"<dt>{run}</dt>")
    writer.add_pictures(pictures)


def _rule(writer: Writer, element: _Element, marks: Marks) -> None:
    if writer.leaf:
        writer.soft_break()
        return
    writer.flush()
    if writer.blocks and writer.blocks[-1] != "<hr>":
        writer.blocks.append("<hr>")


def figure(writer: Writer, element: _Element, marks: Marks) -> None:
    """Pictures with one text become a figure with a caption; any other figure is unwrapped."""
    simple = not writer.leaf and next(element.iter("img"), None) is not None
    if not simple or next(element.iterdescendants(*_COMPLEX_FIGURE), None) is not None:
        paragraph(writer, element, marks)
        return
    writer.flush()
    run, pictures, unended = writer.collect_run(element, marks, start="<figcaption>")
    if pictures:
        text = f"<figcaption>{run}</figcaption>" if run else ""
        writer.blocks.append(f"<figure{block_attributes(writer, element)}>{''.join(pictures)}{text}</figure>")
        writer.caption = (writer.blocks[-1] if run else ""), unended
    elif run:
        writer.blocks.append(f"<p>{run}</p>")


BLOCKS: Final[dict[str, Handler]] = {
    **dict.fromkeys(DROPPED_TAGS, drop),
    **dict.fromkeys(BLOCK_TAGS, paragraph),
    **INLINES,
    **{f"h{level}": _heading_handler(f"h{min(max(level, 2), 4)}") for level in range(1, 7)},
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), preformatted),
    **dict.fromkeys(("td", "th", "tr", "tbody", "thead", "tfoot", "caption"), paragraph),
    "blockquote": _container_handler("blockquote"),
    "dd": _entry_handler("dd"),
    "dl": _container_handler("dl"),
    "dt": _term,
    "figcaption": caption,
    "figure": figure,
    "hr": _rule,
    "li": _entry_handler("li"),
    "menu": _container_handler("ul"),
    "ol": _container_handler("ol"),
    "small": _small,
    "span": _small,
    "ul": _container_handler("ul"),
}
"""What to do at each tag but ``table``; a tag that is not here is unwrapped."""
