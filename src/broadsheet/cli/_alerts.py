"""alerts: what is wrong, who was told of it, and the telling; and how a run is watched over."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from broadsheet.app import AlertReport, Alerts, Broadsheet
from broadsheet.cli._print import every_option, parse_duration, print_json
from broadsheet.cli._sentences import clean, complain
from broadsheet.errors import BroadsheetError
from broadsheet.model import TroubleCase
from broadsheet.render.alerts import over_words, run_words, trouble_words, why_words
from broadsheet.services.messenger import Delivered, Posting

_SHOWN = 10


class RunWatch:
    """Watches over the runs of an archive; what is told and fails is complained of, and costs no run."""

    def __init__(self, archive: Path, every_s: float | None) -> None:
        self._archive = archive
        self._every_s = every_s
        self._began: datetime | None = None

    def begin(self, here: Broadsheet) -> None:
        """A run begins, once this is the only writer: what never began does not fail."""
        self._began = here.clock()
        _complain_all(Alerts(here, every_s=self._every_s).begin_run())

    def end(self, reason: str = "", *, is_refused: bool = False) -> None:
        """It ended, badly if for a ``reason``; ``is_refused`` says that a remote could not be served."""
        began, self._began = self._began, None
        if began is None:
            return
        try:
            with Broadsheet.open(self._archive) as here:
                alerts = Alerts(here, every_s=self._every_s)
                _complain_all(alerts.end_run(began, reason, is_refused=is_refused))
        except (BroadsheetError, OSError) as error:
            complain(f"alerts: {error}")


def _complain_all(sentences: list[str]) -> None:
    for sentence in sentences:
        complain(sentence)


@click.command()
@click.option("--send", is_flag=True, help="Look how things stand, without polling, and tell what is new.")
@click.option("--test", "is_test", is_flag=True, help="Send a test message through every channel.")
@every_option
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def alerts(archive: Path, send: bool, is_test: bool, every: str | None, json_: bool) -> None:
    """List what is wrong, since when, and what was told to whom.

    Every run looks by itself and tells what is new, by the channels in [channels.NAME]: no run for three periods, a
    disk that fills, a remote that refuses, a feed that fails for days, an outlet that falls silent against its habit.
    Each is told once when it begins, once when it ends, and again after [alerts] repeat. A run that never comes tells
    nothing: a timer of its own (broadsheet schedule writes it) calls alerts --send.

    Exits with 1 if a delivery failed just now.

    \b
    Examples:
      broadsheet alerts
      broadsheet alerts --test
      broadsheet alerts --send --every 1h
    """
    if send and is_test:
        raise click.UsageError("give --send or --test, not both")
    every_s = parse_duration(every) if every else None
    with Broadsheet.open(archive, read_only=not (send or is_test)) as here:
        watch = Alerts(here, every_s=every_s)
        if is_test:
            delivered = watch.test()
            _tell_test(delivered, json_=json_)
            raise SystemExit(1 if any(one.reason for one in delivered) else 0)
        report = watch.look() if send else watch.report()
        if json_:
            print_json(_as_json(watch, report))
        else:
            _tell(watch, report)
    _complain_all(report.complaints)
    raise SystemExit(1 if report.complaints else 0)


def _tell_test(delivered: list[Delivered], *, json_: bool) -> None:
    if json_:
        print_json([{"target": one.target, "arrived": not one.reason, "reason": one.reason} for one in delivered])
        return
    for one in delivered:
        if one.reason:
            complain(f"{one.target}: {one.reason}")
        else:
            click.echo(f"{one.target}: sent")


def _tell(watch: Alerts, report: AlertReport) -> None:
    look = report.outlook
    click.echo(run_words(look.last_run, look.every_s, look.is_overdue, "en"))
    if not look.open:
        click.echo("There is no trouble.")
    for case in look.open:
        click.echo(f"{case.trouble.kind}: {clean(sentence_of(watch, case))}")
        click.echo(f"    noticed {case.noticed:%Y-%m-%d %H:%M} UTC, {_told(case)}")
    for case in look.past[:_SHOWN]:
        click.echo(f"over: {clean(over_words(watch.line(case), 'en'))}")
    for posting in report.postings[-_SHOWN:]:
        for row in _posting_rows(posting):
            click.echo(row)


def sentence_of(watch: Alerts, case: TroubleCase) -> str:
    """What is wrong and why."""
    line = watch.line(case)
    return " ".join(filter(None, (trouble_words(line, "en"), why_words(line, "en"))))


def _told(case: TroubleCase) -> str:
    return f"told {case.told:%Y-%m-%d %H:%M} UTC" if case.told else "told to nobody yet"


def _posting_rows(posting: Posting) -> list[str]:
    subject = clean(posting.message.subject)
    rows = [f"sent {one.when:%Y-%m-%d %H:%M} UTC to {one.target}: {subject}" for one in posting.arrived]
    failed = {one.target: one for one in posting.failed}
    for target in posting.waiting:
        tries = f", {failed[target].tries} tries, the last: {clean(failed[target].reason)}" if target in failed else ""
        rows.append(f"waits for {target}: {subject}{tries}")
    return rows


def _as_json(watch: Alerts, report: AlertReport) -> dict[str, Any]:
    look = report.outlook
    return {
        "last_run": look.last_run,
        "every_s": look.every_s or None,
        "overdue": look.is_overdue,
        "troubles": [_case_json(watch, case) for case in look.open],
        "past": [_case_json(watch, case) for case in look.past],
        "messages": [
            {
                "key": one.message.key,
                "kind": one.message.kind,
                "subject": one.message.subject,
                "made": one.message.made,
                "waiting": list(one.waiting),
                "arrived": {arrival.target: arrival.when for arrival in one.arrived},
                "failed": [dataclasses.asdict(attempt) for attempt in one.failed],
            }
            for one in report.postings
        ],
    }


def _case_json(watch: Alerts, case: TroubleCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "kind": case.trouble.kind,
        "place": case.trouble.place,
        "since": case.trouble.since,
        "noticed": case.noticed,
        "told": case.told,
        "ended": case.ended,
        "how": case.how or None,
        "sentence": sentence_of(watch, case),
    }


COMMANDS: tuple[click.Command, ...] = (alerts,)
