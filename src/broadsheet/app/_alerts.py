"""Looks at an archive as a whole, remembers what is wrong, and has it told to whom it concerns, once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from broadsheet.addresses.networks import told_address
from broadsheet.app._broadsheet import Broadsheet
from broadsheet.app._forecast import forecast
from broadsheet.app._messages import Pings, find_channels, make_send, open_messenger
from broadsheet.app._mirroring import find_remotes
from broadsheet.app._site import choose_language
from broadsheet.app._vigil import alert_rules, change_vigil, read_vigil
from broadsheet.errors import BroadsheetError, SettingsError
from broadsheet.model import Growth, Message, RunEnd, TroubleCase, Vigil
from broadsheet.policy.alerts import Disk, Outlook, Sighting, Verdict, begin_run, end_run, judge, outlook
from broadsheet.render.alerts import alert_message, trial_message
from broadsheet.services.messenger import Delivered, Posting
from broadsheet.services.pages import trouble_line
from broadsheet.views.page import TroubleLine

_MEASURED_EACH = timedelta(days=1)


@dataclass(frozen=True)
class AlertReport:
    """What is wrong, what was told, and what still waits; ``delivered`` is what came of sending just now."""

    outlook: Outlook
    postings: tuple[Posting, ...] = ()
    delivered: tuple[Delivered, ...] = ()

    @property
    def complaints(self) -> list[str]:
        """A sentence for every delivery that failed."""
        return [
            f"channel {one.target}: {one.reason}; it waits, and is tried again with the next run"
            for one in self.delivered
            if one.reason
        ]


class Alerts:
    """The alerts of one archive. ``every_s`` is how often a run is expected, where whoever asks knows.

    Nothing here costs a run: what fails is returned as sentences.
    """

    def __init__(self, here: Broadsheet, *, every_s: float | None = None) -> None:
        self._here = here
        self._rules = alert_rules(here, every_s)

    # -- around a run ----------------------------------------------------------------------------------------

    def begin_run(self) -> list[str]:
        """A run begins: remembered, and told to dead-man's switches."""
        now = self._here.clock()
        return [*self._remember(lambda vigil: begin_run(vigil, now)), *Pings(self._here).send("start")]

    def end_run(self, began: datetime, reason: str = "", *, is_refused: bool = False) -> list[str]:
        """A run ended, for ``reason`` badly: remembered, and told; then everything is looked at.

        Where only a remote could not be served (``is_refused``) it was a good run, which a dead-man's switch hears of
        as of a bad one, as the exit status has it.
        """
        run = RunEnd(began, self._here.clock(), reason)
        complaints = self._remember(lambda vigil: end_run(vigil, run))
        try:
            complaints += self.look().complaints
        except BroadsheetError as error:
            complaints.append(f"alerts: {error}")
        return [*complaints, *Pings(self._here).send("fail" if reason or is_refused else "success")]

    def _remember(self, change: Callable[[Vigil], Vigil]) -> list[str]:
        try:
            change_vigil(self._here, lambda vigil: (change(vigil), []))
        except BroadsheetError as error:
            return [f"alerts: {error}"]
        return []

    # -- looking ---------------------------------------------------------------------------------------------

    def look(self) -> AlertReport:
        """Judge how things stand, without polling anything; tell what is new, and what did not arrive before.

        EngineError if nothing can be remembered: then nothing is told either, or it would be told each time.
        """
        here = self._here
        targets = self._targets()
        seen, growth = self._see(), self._measure()

        def change(vigil: Vigil) -> tuple[Vigil, list[Message]]:
            verdict = judge(replace(vigil, growth=growth or vigil.growth), seen, self._rules, can_tell=bool(targets))
            return verdict.vigil, list(self._messages(verdict, seen.now)) if targets else []

        change_vigil(here, change, targets)
        messenger = open_messenger(here)
        everybody = tuple(find_channels(here))
        messenger.forget_others(everybody)
        delivered = messenger.deliver(make_send(here), everybody)
        return replace(self.report(), delivered=tuple(delivered))

    def report(self) -> AlertReport:
        """How things stand, as remembered; nothing is judged or sent."""
        book = open_messenger(self._here).read()
        return AlertReport(outlook(read_vigil(self._here), self._here.clock(), self._rules), book.postings)

    def check(self) -> Outlook:
        """How things stand now, judged anew; nothing is remembered or sent."""
        vigil, seen = read_vigil(self._here), self._see()
        verdict = judge(vigil, seen, self._rules, can_tell=False)
        return outlook(verdict.vigil, seen.now, self._rules)

    def test(self) -> list[Delivered]:
        """Send a message through every channel, and a ping; what came of each. Nothing is remembered."""
        here, now = self._here, self._here.clock()
        if not here.settings.channels:
            raise SettingsError(
                "no channel is set; write one under [channels.NAME] in broadsheet.toml, with a webhook, mail, command "
                "or ping"
            )
        language = choose_language(here.settings)
        key = f"test-{sha256(now.isoformat().encode()).hexdigest()[:16]}"
        message = trial_message(key, here.settings.name, language, now, here.settings.alerts.link)
        send, done = make_send(here), []
        for target in find_channels(here):
            reason = ""
            try:
                send(target, message)
            except BroadsheetError as error:
                reason = str(error)
            done.append(Delivered(target, message, reason))
        failed = {words.partition(": ")[0].removeprefix("channel "): words.partition(": ")[2]
                  for words in Pings(here).send("success")}  # fmt: skip
        pings = [channel.name for channel in here.settings.channels if channel.ping]
        return [*done, *(Delivered(name, message, failed.get(name, "")) for name in pings)]

    def line(self, case: TroubleCase) -> TroubleLine:
        """A case as pages and messages show it."""
        return trouble_line(case, {outlet.id: outlet.name for outlet in self._here.settings.outlets})

    def _targets(self) -> tuple[str, ...]:
        return tuple(find_channels(self._here, self._here.settings.alerts.to))

    def _see(self) -> Sighting:
        here = self._here
        try:
            feeds = tuple(here.queue.iter_states())
        except BroadsheetError:
            feeds = None
        shown = {state.url: told_address(state.url) for state in feeds or ()}
        try:
            remotes = find_remotes(here, (failure.remote for failure in read_vigil(here).remotes))
        except BroadsheetError:
            remotes = None
        return Sighting(here.clock(), feeds, shown, remotes, _disk(here))

    def _measure(self) -> Growth | None:
        """How fast the archive grows, measured once a day: it takes a look at every file."""
        here, now = self._here, self._here.clock()
        known = read_vigil(here).growth
        if known and timedelta(0) <= now - known.measured < _MEASURED_EACH:
            return known
        try:
            return Growth(now, round(forecast(here).total / 365))
        except (BroadsheetError, OSError):
            return known

    def _messages(self, verdict: Verdict, now: datetime) -> Iterator[Message]:
        settings = self._here.settings
        zone = ZoneInfo(settings.reader.timezone or settings.lists.timezone)
        language = choose_language(settings)
        for kind in ("trouble", "reminder", "recovered"):
            cases = {"trouble": verdict.begun, "reminder": verdict.reminded, "recovered": verdict.ended}[kind]
            if cases:
                named = "\n".join((kind, now.isoformat(), *(case.id for case in cases)))
                key = f"{kind}-{sha256(named.encode()).hexdigest()[:16]}"
                lines = [self.line(case) for case in cases]
                yield alert_message(
                    kind, key, settings.name, lines, language, zone, now, settings.alerts.link
                )  # fmt: skip


def _disk(here: Broadsheet) -> Disk | None:
    """Room for whoever runs this; some file systems have no bound on files."""
    try:
        told = os.statvfs(here.root)
    except OSError:
        return None
    return Disk(told.f_bavail * told.f_frsize, told.f_favail if told.f_files else None)
