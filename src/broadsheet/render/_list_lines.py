"""The rows of lists of articles as HTML. Pages have scores of them: written here in one go, not by templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from broadsheet.render._moments import clock, day, iso, short_day, zone_of
from broadsheet.render.words import language_tag
from broadsheet.views._parts import Line, Words

Say = Callable[..., str]
"""Key of some words -> the words, in the reader's language."""


def lines_html(
    lines: Iterable[Line], zone: str, say: Say, form: str = "date", with_outlet: bool = True, year: int = 0
) -> Markup:
    """A list of ``lines``; for the rest see ``line_html``."""
    rows = "".join([_row(line, zone, say, form, with_outlet, year) for line in lines])
    return Markup(f'<ol class="lines {form}">\n{rows}</ol>\n')


def line_html(line: Line, zone: str, say: Say, form: str = "date", with_outlet: bool = True, year: int = 0) -> Markup:
    """One article as an ``li``.

    ``form`` is how its time is said: ``date``, ``short`` (without the year where that is ``year``), ``clock`` or
    ``none``.
    """
    return Markup(_row(line, zone, say, form, with_outlet, year))


def _row(line: Line, zone: str, say: Say, form: str, with_outlet: bool, year: int) -> str:
    tag = language_tag(line.language)
    lang = f' lang="{tag}"' if tag else ""
    headline = _marked(line.marked) if line.marked else _safe(line.headline or say("no_headline"))
    snippet = f'<p class="snippet"{lang} dir="auto">{_marked(line.snippet)}</p>' if line.snippet else ""
    return (
        f'<li class="line{" gone" if line.is_taken_down else ""}">\n{_time(line, zone, form, year)}<div>\n'
        f'<a class="head" href="/{_safe(line.path)}"{lang} dir="auto">{headline}</a>\n'
        f"{snippet}{_notes(line, zone, say, with_outlet)}</div>\n</li>\n"
    )


def _time(line: Line, zone: str, form: str, year: int) -> str:
    if form == "none":
        return ""
    if form == "clock":
        words = clock(line.published, zone_of(zone)) if line.is_dated else "–"
    else:
        words = short_day(line.published, zone_of(zone), year)
    seen = "" if line.is_dated else ' class="seen"'
    return f'<time datetime="{iso(line.published)}"{seen}>{words}</time>\n'


def _notes(line: Line, zone: str, say: Say, with_outlet: bool) -> str:
    notes = [line.outlet_name] if with_outlet else []
    if line.agency:
        notes.append(line.agency)
    if line.revisions > 1:
        notes.append(say("revisions", n=line.revisions))
    if line.is_taken_down:
        notes.append(say("taken_down"))
    if not line.is_dated:
        notes.append(f"{say('undated')} {day(line.published, zone_of(zone))}")
    return f'<p class="notes">{"".join([f"<span>{_safe(note)}</span>" for note in notes])}</p>\n' if notes else ""


def _marked(words: Sequence[Words]) -> str:
    return "".join([f"<mark>{_safe(one.text)}</mark>" if one.is_hit else _safe(one.text) for one in words])


def _safe(text: str) -> str:
    """What ``markupsafe.escape`` gives, sooner for short texts."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")
