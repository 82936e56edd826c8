"""The one walk over a foreign tree that writes canonical blocks.

The writer holds the blocks of the container it is in and the run of text it is in the middle of. Text is written
with its marks (links, emphasis): marks open only when a character arrives and close only when the next character
has others, so empty inlines vanish and equal neighbours grow together. White space is a gap, filled when the next
character is known. What each tag means stands in ``_inlines`` and ``_blocks``; this file knows only runs and blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from lxml.etree import _Element

from broadsheet.html._policy import DROPPED_TAGS
from broadsheet.html._space import INVISIBLE, escape, fold, joins

Mark: TypeAlias = tuple[str, str, int]
"""Start tag, end tag, and a number that keeps apart two neighbours which must not grow together."""
Marks: TypeAlias = tuple[Mark, ...]
Run: TypeAlias = "tuple[list[str], Marks]"
"""A run before its marks are closed: what is written, and the marks that are open. It can be gone on with."""
Handler: TypeAlias = "Callable[[Writer, _Element, Marks], None]"

DEEPEST: Final = 150
"""Elements nested deeper than this are written as their text."""

NO_GAP, SPACE, SOFT, LINE_BREAK = range(4)
"""What stands between the last character and the next: nothing, a space, a space that vanishes between two Chinese
characters, a line break."""

_INDENTS = ("\u3000\u3000", "\xa0\xa0", "\u2003\u2003")


class Writer:
    """Blocks and the run in the making; see the module's words."""

    __slots__ = (
        "after",
        "base_url",
        "blocks",
        "caption",
        "depth",
        "direction",
        "gap",
        "handlers",
        "holder",
        "last",
        "leaf",
        "noscript",
        "open",
        "parts",
        "pre",
        "rare",
        "serial",
        "start",
        "wanted_direction",
    )

    def __init__(self, handlers: dict[str, Handler], base_url: str | None, *, rare: bool, noscript: bool) -> None:
        self.handlers = handlers
        self.base_url = base_url
        self.rare = rare
        self.noscript = noscript
        self.blocks: list[str] = []
        self.holder = "body"
        self.parts: list[str] = []
        self.open: Marks = ()
        self.gap = NO_GAP
        self.last = ""
        self.start = "<p>"
        self.leaf = False
        self.pre = False
        self.after: list[str] = []
        self.caption: tuple[str, Run] = ("", ([], ()))
        self.direction = "ltr"
        self.wanted_direction = "ltr"
        self.depth = 0
        self.serial = 0

    def walk(self, element: _Element, marks: Marks) -> None:
        """Write what ``element`` holds, not the element itself."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.text(_flat_text(element), marks)
        else:
            text = element.text
            if text:
                self.text(text, marks)
            handlers = self.handlers
            for child in element:
                handler = handlers.get(child.tag)  # type: ignore[arg-type]  # only elements are left by the parser
                if handler is None:
                    self.walk(child, marks)
                else:
                    handler(self, child, marks)
                tail = child.tail
                if tail:
                    self.text(tail, marks)
        self.depth -= 1

    def text(self, text: str, marks: Marks) -> None:
        """Add loose text to the run."""
        if self.rare:
            text = INVISIBLE.sub("", text)
        if self.pre:
            if text:
                self._write(text.replace("\r\n", "\n").replace("\r", "\n"), marks)
            return
        folded = " ".join(text.split()) if "\n" not in text else fold(text)
        if len(folded) == len(text):
            if folded:
                self._write(folded, marks)
            return
        if not folded:
            if self.parts and not self.gap and text:
                self.gap = SOFT if marks != self.open[: len(marks)] else _gap_of(text)
            return
        if text[0].isspace():
            if self.gap == LINE_BREAK and not self.leaf and text.lstrip("\r\n\t ").startswith(_INDENTS):
                self.flush()
            elif not self.gap:
                self.gap = _gap_of(text[: text.index(folded[0])])
        self._write(folded, marks)
        if text[-1].isspace():
            self.gap = _gap_of(text[text.rindex(folded[-1]) + 1 :])

    def _write(self, text: str, marks: Marks) -> None:
        gap = self.gap
        if gap:
            self.gap = NO_GAP
            if not self.parts or (gap == SOFT and joins(self.last, text[0])):
                gap = NO_GAP
        if marks != self.open:
            self._turn_to(marks, gap)
        elif gap:
            self.parts.append("<br>" if gap == LINE_BREAK else " ")
        self.parts.append(escape(text))
        self.last = text[-1]

    def _turn_to(self, marks: Marks, gap: int) -> None:
        shared = 0
        for ours, theirs in zip(self.open, marks, strict=False):
            if ours != theirs:
                break
            shared += 1
        parts = self.parts
        parts.extend(mark[1] for mark in reversed(self.open[shared:]))
        if gap:
            parts.append("<br>" if gap == LINE_BREAK else " ")
        parts.extend(mark[0] for mark in marks[shared:])
        self.open = marks

    def line_break(self, marks: Marks) -> None:
        """A ``<br>``: a line break inside the run; a second one ends the paragraph."""
        if self.pre:
            self._write("\n", marks)
        elif self.parts:
            if self.gap == LINE_BREAK and not self.leaf:
                self.flush()
            else:
                self.gap = LINE_BREAK

    def soft_break(self) -> None:
        """Where a block begins or ends inside something that holds text only (a heading, a caption)."""
        if self.pre:
            if self.parts and self.last != "\n":
                self._write("\n", self.open)
        elif self.parts and self.gap != LINE_BREAK:
            self.gap = LINE_BREAK if self.start.startswith("<figcaption") else SOFT

    def take_run(self) -> str:
        """End the run and return its markup, empty where nothing was written."""
        parts = self.parts
        if self.open:
            parts.extend(mark[1] for mark in reversed(self.open))
            self.open = ()
        self.gap = NO_GAP
        self.last = ""
        if not parts:
            return ""
        self.parts = []
        return "".join(parts)

    def flush(self) -> None:
        """End the run; what was written becomes a block under the current start tag."""
        if self.parts:
            start = self.start
            self.blocks.append(f"{start}{self.take_run()}</{tag_of(start)}>")
        else:
            self.gap = NO_GAP

    def collect(self, element: _Element, marks: Marks, *, holder: str) -> list[str]:
        """The blocks inside ``element`` as those of a container of their own."""
        outside, outer = self.blocks, (self.holder, self.start, self.leaf)
        self.blocks, self.holder, self.start, self.leaf = [], holder, "<p>", False
        self.walk(element, marks)
        self.flush()
        inside, self.blocks = self.blocks, outside
        self.holder, self.start, self.leaf = outer
        return inside

    def collect_run(
        self, element: _Element, marks: Marks, *, start: str, before: Run = ([], ())
    ) -> tuple[str, list[str], Run]:
        """The text inside ``element`` as one run without blocks, and the pictures met on the way.

        A run ``before`` is gone on with in a new line. Comes with the run as it is before its end.
        """
        outer = (self.start, self.leaf, self.after)
        self.start, self.leaf, self.after = start, True, []
        if before[0]:
            self.parts, self.open, self.gap = list(before[0]), before[1], LINE_BREAK
        self.walk(element, marks)
        unended = (list(self.parts), self.open)
        run, pictures = self.take_run(), self.after
        self.start, self.leaf, self.after = outer
        return run, pictures, unended

    def add_pictures(self, pictures: list[str]) -> None:
        """Add pictures as figures of their own, after what is written already."""
        self.blocks.extend(f"<figure>{picture}</figure>" for picture in pictures)


def tag_of(start: str) -> str:
    """The tag's name in a start tag as we write it."""
    end = start.find(" ")
    return start[1:-1] if end < 0 else start[1:end]


def _gap_of(space: str) -> int:
    return SOFT if "\n" in space or "\r" in space else SPACE


def _flat_text(element: _Element) -> str:
    """All text inside ``element``, however deep, without that of dropped tags."""
    out: list[str] = []
    dropped: _Element | None = None
    for node in element.iter():
        if dropped is not None:
            if dropped in node.iterancestors():
                continue
            dropped = None
        if node.tag in DROPPED_TAGS:
            dropped = node
        else:
            out.append(node.text or "")
        out.append(" ")
    return "".join(out)
