"""Troubles of an archive in words, and the messages that tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from broadsheet.model import Message
from broadsheet.render._moments import kept_moment, moment
from broadsheet.render.words import say, size_in_words
from broadsheet.views.page import HealthPage, TroubleLine

MOST_LINES = 20
"""Troubles that one message names; a machine without a network has as many as it has feeds."""
_UNITS = (("days", 86_400.0, 2), ("hours", 3600.0, 1.5), ("minutes", 60.0, 0))


def span_words(seconds: float, language: str) -> str:
    """``3 hours``, ``2 天``: a length of time, rounded as people say it."""
    for name, unit, least in _UNITS:
        if seconds >= least * unit or (seconds >= unit and seconds % unit == 0):
            return say(language, f"span_{name}", n=round(seconds / unit))
    return ""


def trouble_words(line: TroubleLine, language: str, zone: tzinfo = UTC) -> str:
    """What is wrong, in one sentence."""
    files = line.kind == "disk" and line.reason == "files"
    return say(
        language,
        "trouble_files" if files else f"trouble_{line.kind}",
        name=line.name,
        since=moment(line.since, zone),
        usual=span_words(line.usual_s, language),
        free=f"{line.free:,}" if files else size_in_words(line.free),
        need=size_in_words(line.need),
    )


def why_words(line: TroubleLine, language: str) -> str:
    """Why, as far as it is known; empty where that is all there is to say."""
    if not line.reason or line.kind in ("disk", "outlet"):
        return ""
    if line.kind == "run":
        return say(language, "why_unfinished" if line.reason == "unfinished" else "why_run", reason=line.reason)
    return say(language, "why", reason=line.reason)


def over_words(line: TroubleLine, language: str, zone: tzinfo = UTC) -> str:
    """That it is over, and how long it lasted."""
    key = "over_gone" if line.how == "gone" else f"over_{line.kind}"
    lasted = say(language, "lasted", since=moment(line.since, zone), until=moment(line.ended or line.noticed, zone))
    return f"{say(language, key, name=line.name)} {lasted}"


def run_words(last_run: datetime | None, every_s: float, is_overdue: bool, language: str, zone: tzinfo = UTC) -> str:
    """When the last run was, how often one is expected, and whether that is too long ago."""
    if last_run is None:
        return say(language, "run_unknown")
    told = [f"{say(language, 'last_run')} {kept_moment(last_run, zone)}"]
    if every_s:
        told.append(say(language, "expected_every", every=span_words(every_s, language)))
    if is_overdue:
        told.append(say(language, "run_overdue"))
    return " · ".join(told)


def run_of(page: HealthPage, language: str, zone: tzinfo = UTC) -> str:
    """``run_words`` as a page has it."""
    return run_words(page.last_run, page.every_s, page.is_overdue, language, zone)


def alert_message(
    kind: str,
    key: str,
    archive: str,
    lines: Sequence[TroubleLine],
    language: str,
    zone: tzinfo,
    made: datetime,
    link: str,
) -> Message:
    """Of ``kind`` trouble, reminder or recovered: what to tell of ``lines``, of which there is one at least."""
    told = [
        over_words(line, language, zone)
        if kind == "recovered"
        else " ".join(filter(None, (trouble_words(line, language, zone), why_words(line, language))))
        for line in lines[:MOST_LINES]
    ]
    if len(lines) > MOST_LINES:
        told.append(say(language, "alert_more", n=len(lines) - MOST_LINES))
    what = _brief(lines[0], kind, language) if len(lines) == 1 else say(language, "alert_several", n=len(lines))
    subject = f"{archive}: {say(language, f'alert_{kind}')}: {what}"
    return Message(key, kind, archive, _one_line(subject), tuple(map(_one_line, told)), made, link)


def trial_message(key: str, archive: str, language: str, made: datetime, link: str) -> Message:
    """What is sent to try a channel."""
    lines = (say(language, "alert_test_text"),)
    return Message(key, "test", archive, _one_line(f"{archive}: {say(language, 'alert_test')}"), lines, made, link)


def _brief(line: TroubleLine, kind: str, language: str) -> str:
    """For a subject: what it is about."""
    if kind == "recovered":
        return say(language, "over_gone" if line.how == "gone" else f"over_{line.kind}", name=line.name).rstrip("。.")
    return trouble_words(line, language).rstrip("。.")


def _one_line(text: str) -> str:
    """What others wrote (a server's words, a name) must not look like lines of ours."""
    return " ".join(text.split())
