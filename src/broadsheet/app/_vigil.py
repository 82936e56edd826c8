"""What is remembered of an archive's runs, remotes and troubles, in the messenger's book under a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from broadsheet.app._engines import Engines
from broadsheet.app._messages import open_messenger
from broadsheet.errors import FormatError
from broadsheet.formats.ledger import iter_lines, parse_instant, parse_round
from broadsheet.model import Message, RunEnd, Vigil
from broadsheet.policy.alerts import AlertRules, Outlook, note_remotes, outlook
from broadsheet.services.messenger import Note, freeze, thaw
from broadsheet.settings import seconds_of

NAME = "alerts"


def alert_rules(here: Engines, every_s: float | None = None) -> AlertRules:
    """The rules as set. ``every_s`` is how often a run is expected, where whoever asks knows."""
    alerts = here.settings.alerts
    return AlertRules(
        every_s=seconds_of(alerts.every) or every_s,
        feed_after_s=seconds_of(alerts.feed_after) or 0.0,
        outlet_after_s=seconds_of(alerts.outlet_after) or 0.0,
        remote_after_s=seconds_of(alerts.remote_after) or 0.0,
        disk_free=alerts.disk_free,
        disk_days=float(alerts.disk_days),
        repeat_s=seconds_of(alerts.repeat) or 0.0,
    )


def vigil_of(here: Engines, note: Note) -> Vigil:
    """What a note remembers; where it knows no run, the newest that the ledger tells of (a clone, a lost cache).

    FormatError if that cannot be read.
    """
    try:
        vigil: Vigil = thaw(Vigil, dict(note))
    except (ValueError, TypeError, KeyError, AttributeError):
        vigil = Vigil()
    if vigil.runs:
        return vigil
    run = find_last_round(here)
    return replace(vigil, runs=(run,)) if run else vigil


def read_vigil(here: Engines) -> Vigil:
    """What is remembered. FormatError as ``vigil_of``."""
    return vigil_of(here, open_messenger(here).read().memories.get(NAME, {}))


def change_vigil(
    here: Engines, change: Callable[[Vigil], tuple[Vigil, list[Message]]], targets: Sequence[str] = ()
) -> None:
    """Change what is remembered, and post the messages that follow to ``targets``, in one."""

    def decide(note: Note) -> tuple[Note, list[Message]]:
        vigil, messages = change(vigil_of(here, note))
        return freeze(vigil), messages

    open_messenger(here).decide(NAME, decide, targets)


def note_outcomes(here: Engines, outcomes: Iterable[tuple[str, str]]) -> None:
    """What came of trying remotes: (name, why it could not be served, empty where it could)."""
    told = list(outcomes)
    change_vigil(here, lambda vigil: (note_remotes(vigil, told, here.clock()), []))


def find_last_round(here: Engines) -> RunEnd | None:
    """The newest run that the ledger has a line of account of. FormatError if that line cannot be read.

    Lines of an anonymous archive know the day only; the run is then taken to be as late in it as can be.
    """
    files = [key for key, _ in here.store.iter_keys("ledger") if key.startswith("ledger/rounds-")]
    for file in sorted(files, reverse=True)[:2]:
        for _, line in reversed(list(iter_lines(here.store.get(file)))):
            try:
                told = parse_round(line, where=file)
                if told["kind"] == "run":
                    began, ended = parse_instant(told["began"]), parse_instant(told["ended"])
                    return RunEnd(began, _latest(ended, here.clock()) if here.settings.archive.anonymous else ended)
            except (KeyError, ValueError, TypeError):
                raise FormatError(f"{file}: a line of account cannot be read") from None
    return None


def _latest(day: datetime, now: datetime) -> datetime:
    return max(day, min(now.astimezone(UTC), day + timedelta(days=1) - timedelta(seconds=1)))


def look_out(here: Engines) -> Outlook:
    """How the archive stands now."""
    try:
        vigil = read_vigil(here)
    except FormatError:
        vigil = Vigil()
    return outlook(vigil, here.clock(), alert_rules(here))
