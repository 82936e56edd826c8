"""What tables mean to the writer: data stay in rows and cells, what only lays out a page is unwrapped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element

from broadsheet.html._blocks import BLOCKS, block_attributes, cell_content, direction_of, paragraph
from broadsheet.html._writer import Handler, Marks, Run, Writer


@dataclass
class _Table:
    caption: str = ""
    unended: Run = ([], ())
    head: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """The cells of the longest row that says anything."""
        return max(map(len, (*self.head, *self.rows)), default=0)


def table(writer: Writer, element: _Element, marks: Marks) -> None:
    """A table of two columns and more stays one; a table that only lays out a page is unwrapped."""
    if writer.leaf or next(element.iterdescendants("table"), None) is not None:
        paragraph(writer, element, marks)
        return
    writer.flush()
    attributes = block_attributes(writer, element)
    outer = (writer.direction, writer.wanted_direction)
    found = _Table()
    direction_inside = direction_of(element.get("dir")) or writer.wanted_direction
    columns = max((sum(cell.tag in ("td", "th") for cell in row) for row in element.iter("tr")), default=0)
    before = len(writer.blocks)
    if columns >= 2:
        _read_rows(writer, element, marks, found, direction_inside, head=False)
        writer.direction, writer.wanted_direction = outer
    if found.columns >= 2:
        writer.blocks.append(_table_markup(found, attributes))
    else:  # only its empty rows made a table of it, if any did
        del writer.blocks[before:]
        paragraph(writer, element, marks)


def _read_rows(writer: Writer, element: _Element, marks: Marks, found: _Table, direction: str, *, head: bool) -> None:
    if element.text:
        writer.text(element.text, marks)
    for child in element:
        tag = child.tag
        if tag in ("thead", "tbody", "tfoot"):
            _read_rows(writer, child, marks, found, direction, head=tag == "thead")
        elif tag == "tr":
            row = _read_row(writer, child, marks, direction)
            if any(not cell.startswith("></", cell.index(">")) for cell in row):
                (found.head if head else found.rows).append(row)
        elif tag == "caption":
            writer.flush()
            found.caption, pictures, found.unended = writer.collect_run(
                child, marks, start="<caption>", before=found.unended
            )
            writer.add_pictures(pictures)
        else:
            _stray(writer, child, marks)
        if child.tail:
            writer.text(child.tail, marks)
    writer.flush()


def _stray(writer: Writer, element: _Element, marks: Marks) -> None:
    """What stands between rows and cells goes before the table, as browsers have it."""
    handler = writer.handlers.get(str(element.tag))
    if handler is None:
        writer.walk(element, marks)
    else:
        handler(writer, element, marks)


def _read_row(writer: Writer, row: _Element, marks: Marks, direction: str) -> list[str]:
    cells = []
    if row.text:
        writer.text(row.text, marks)
    for child in row:
        if child.tag in ("td", "th"):
            writer.flush()
            outer = (writer.direction, writer.wanted_direction)
            writer.direction = writer.wanted_direction = direction
            blocks = writer.collect(child, marks, holder=child.tag)
            writer.direction, writer.wanted_direction = outer
            content = cell_content(blocks).replace("\n", "")
            cells.append(f"<{child.tag}{_spans(child)}>{content}</{child.tag}>")
        else:
            _stray(writer, child, marks)
        if child.tail:
            writer.text(child.tail, marks)
    return cells


def _spans(cell: _Element) -> str:
    out = ""
    for name in ("colspan", "rowspan"):
        value = (cell.get(name) or "").strip()
        if value.isascii() and value.isdigit() and 1 < int(value[:6]) <= 1000:
            out += f' {name}="{int(value[:6])}"'
    return out


def _table_markup(found: _Table, attributes: str) -> str:
    lines = [f"<table{attributes}>"]
    if found.caption:
        lines.append(f"<caption>{found.caption}</caption>")
    for tag, rows in (("thead", found.head), ("tbody", found.rows)):
        if rows:
            lines.append(f"<{tag}>")
            lines.extend(f"<tr>{''.join(row)}</tr>" for row in rows)
            lines.append(f"</{tag}>")
    lines.append("</table>")
    return "\n".join(lines)


HANDLERS: Final[dict[str, Handler]] = {**BLOCKS, "table": table}
"""What to do at each tag; a tag that is not here is unwrapped."""
