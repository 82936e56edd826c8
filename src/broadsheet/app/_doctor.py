"""What an archive lacks to run by itself: each thing looked at, in a sentence, with what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

from broadsheet.addresses.networks import redact
from broadsheet.app._forecast import forecast
from broadsheet.app._messages import check_channel, iter_secret_files
from broadsheet.app._mirroring import Mirroring, order_of
from broadsheet.errors import BroadsheetError
from broadsheet.model import Capture, Request

if TYPE_CHECKING:
    from broadsheet.services.publish.git import (
        Order,
    )
from broadsheet.app._vigil import alert_rules, read_vigil
from broadsheet.errors import FormatError
from broadsheet.policy.alerts import find_overdue
from broadsheet.render.words import size_in_words

State = Literal["ok", "note", "missing"]
_OLDEST_GIT = (2, 34)
"""``core.fsync`` came with 2.36 and older ones pass over it; 2.34 is the oldest that Ubuntu keeps up."""
_CLOCK_S = 300.0
_LEAST_FREE = 1_000_000_000


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``missing`` stops an archive from running by itself, ``note`` does not."""

    name: str
    state: State
    sentence: str
    advice: str = ""


def examine(here: Mirroring, *, network: bool = True) -> list[Check]:
    """Everything that is looked at. Without ``network`` nothing is asked of anybody."""
    checks: list[Check] = []
    for look in (_git, _folder, _outlets, _settings, _disk, _round, _alerts, _font):
        checks += look(here)
    for look in (_remotes, _clock) if network else ():
        checks += look(here)
    return checks


def _git(here: Mirroring) -> Iterator[Check]:
    try:
        said = subprocess.run(["git", "--version"], capture_output=True, timeout=20, check=True).stdout.decode()
        version = tuple(int(part) for part in said.split()[2].split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        yield Check("git", "missing", "git is not installed, so no mirror can be published", "apt install git")
        return
    if version < _OLDEST_GIT:
        yield Check("git", "missing", f"git {'.'.join(map(str, version))} is too old", "install 2.34 or later")
    else:
        yield Check("git", "ok", said.strip())


def _folder(here: Mirroring) -> Iterator[Check]:
    if os.access(here.root, os.W_OK):
        yield Check("folder", "ok", f"{here.root} can be written to")
    else:
        yield Check("folder", "missing", f"{here.root} cannot be written to", "run as the user it belongs to")


def _outlets(here: Mirroring) -> Iterator[Check]:
    feeds = sum(len(outlet.feeds) for outlet in here.settings.outlets)
    if feeds:
        yield Check("feeds", "ok", f"{feeds} feeds of {len(here.settings.outlets)} outlets are followed")
    else:
        yield Check("feeds", "missing", "no feed is followed", "broadsheet follow ADDRESS")


def _settings(here: Mirroring) -> Iterator[Check]:
    """Remotes as they are set, and the keys to them."""
    try:
        order = order_of(here)
    except BroadsheetError as error:
        yield Check("remote", "missing", str(error), "mend it in broadsheet.toml")
        return
    if not order.remotes:
        advice = 'make an empty repository on a git host and set remotes = ["…"] under [mirror]'
        yield Check("remote", "missing", "no remote is set: the mirror stays on this machine", advice)
        return
    secret = [("ssh_key", order.access.ssh_key), ("credentials_file", order.access.credentials)]
    for name, path in secret:
        if path is not None and path.stat().st_mode & 0o077:
            yield Check("key", "missing", f"{path} ([mirror] {name}) can be read by others", f"chmod 600 {path}")
    yield from _keys(order)


def _keys(order: Order) -> Iterator[Check]:
    from broadsheet.services.publish.git import PASSWORD

    over_http = [url for url in order.remotes if url.startswith("https://")]
    has_password = order.access.credentials is not None or any(name.startswith(PASSWORD) for name in os.environ)
    if over_http and not has_password:
        yield Check(
            "key",
            "missing",
            f"{redact(over_http[0])} wants a password or token, and none is given",
            f"give it in {PASSWORD}, or in the file that [mirror] credentials_file names",
        )
    else:
        yield Check("key", "ok", "every remote has what is known to be needed to get in")


def _disk(here: Mirroring) -> Iterator[Check]:
    told = forecast(here)
    year, free = size_in_words(told.total), size_in_words(told.free)
    need = f"about {told.articles_a_day:.0f} articles a day take {year} a year; {free} are free"
    if told.free < _LEAST_FREE:
        yield Check("disk", "missing", f"the disk is nearly full: {need}", "free some, or move the archive")
    elif told.free < told.total / 2:
        yield Check(
            "disk",
            "note",
            f"the disk will be full within half a year: {need}",
            "[pages] keep_days lets captures go; a larger disk lets them stay",
        )
    else:
        yield Check("disk", "ok", need)


def _round(here: Mirroring) -> Iterator[Check]:
    """When it last ran, whether that is too long ago, and whether it lies ahead of the clock."""
    try:
        vigil = read_vigil(here)
    except FormatError:
        yield Check("schedule", "missing", "the newest line of account cannot be read", "broadsheet verify")
        return
    if not vigil.runs:
        yield Check("schedule", "note", "nothing has run yet", "broadsheet run, and broadsheet schedule")
        return
    now, ended = here.clock(), vigil.runs[-1].ended
    if ended > now + timedelta(seconds=_CLOCK_S):
        yield Check(
            "clock",
            "missing",
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, and a run ended at {ended:%Y-%m-%d %H:%M}",
            "set the clock; have it set by itself (timedatectl set-ntp true)",
        )
    if overdue := find_overdue(vigil, now, alert_rules(here)):
        yield Check(
            "schedule",
            "missing",
            f"no run has come to a good end since {overdue.since:%Y-%m-%d %H:%M} UTC",
            overdue.reason or "broadsheet schedule writes what has it run by itself",
        )
    else:
        yield Check("schedule", "ok", f"the last run ended at {ended:%Y-%m-%d %H:%M} UTC")


def _alerts(here: Mirroring) -> Iterator[Check]:
    """Whether anybody would hear of trouble, as far as that can be told without sending anything."""
    channels = here.settings.channels
    if not channels:
        advice = "set a webhook, a mail, a command or a ping under [channels.NAME]; see docs/howto/alerts.md"
        yield Check("alerts", "note", "nobody is told when it stops", advice)
        return
    fit = 0
    for channel in channels:
        try:
            check_channel(here, channel)
        except BroadsheetError as error:
            yield Check("alerts", "missing", str(error), "mend it, then try it: broadsheet alerts --test")
            continue
        fit += 1
        for path in iter_secret_files(channel):
            if path.stat().st_mode & 0o077:
                sentence = f"{path} ([channels.{channel.name}]) can be read by others"
                yield Check("alerts", "missing", sentence, f"chmod 600 {path}")
    if fit:
        yield Check("alerts", "ok", f"{fit} channels are set; broadsheet alerts --test tries them")
    if not any(channel.ping for channel in channels):
        advice = "a channel with a ping has somebody outside shout when no run came"
        yield Check("alerts", "note", "if this machine stops, it cannot say so itself", advice)


def _font(here: Mirroring) -> Iterator[Check]:
    program = shutil.which("fc-list")
    if program is None:
        yield Check(
            "font",
            "note",
            "whether Chinese fonts are there cannot be told (no fc-list)",
            "only pages shown on this very machine need them: apt install fontconfig fonts-noto-cjk",
        )
        return
    listed = subprocess.run([program, ":lang=zh", "family"], capture_output=True, timeout=60, check=False).stdout
    if listed.strip():
        yield Check("font", "ok", "Chinese fonts are there")
    else:
        yield Check("font", "note", "no Chinese font is installed", "apt install fonts-noto-cjk")


def _remotes(here: Mirroring) -> Iterator[Check]:
    """Whether each remote answers, and what it lacks."""
    from broadsheet.services.publish.git import BRANCH, Git, GitError, Remote, ask, count_hosts, explain

    try:
        order = order_of(here)
    except BroadsheetError:
        return  # told above
    git = Git(here.root / here.git.folder.name)
    access = replace(order.access, timeout_s=30.0)
    main = git.find_commit(BRANCH) if git.exists else None
    for url in order.remotes:
        remote = Remote(url)
        try:
            tip = ask(git, remote, access, count_hosts(order.remotes))
        except (GitError, BroadsheetError) as error:
            reason = explain(error) if isinstance(error, GitError) else str(error)
            yield Check("remote", "missing", f"{remote.shown}: {reason}", "broadsheet publish git tries again")
            continue
        if tip is None:
            yield Check("remote", "note", f"{remote.shown}: answers and is empty", "broadsheet publish git")
        elif tip == main:
            yield Check("remote", "ok", f"{remote.shown}: answers and has it all")
        else:
            yield Check("remote", "note", f"{remote.shown}: answers, and stands elsewhere", "broadsheet publish git")


def _clock(here: Mirroring) -> Iterator[Check]:
    """The clock against that of the first server which answers; with it whether outlets can be reached at all."""
    feeds = [url for outlet in here.settings.outlets for url in outlet.feeds][:3]
    proxy = getattr(here.settings.fetch, "proxy", "")
    way = "through the proxy" if proxy else "straight out"
    if not feeds:
        return
    failed = ""
    for answer in here.fetcher.fetch_all(Request(url=url, key=url, purpose="feed") for url in feeds):
        if not isinstance(answer, Capture):
            failed = failed or f"{redact(answer.url)}: {answer.message}"
            continue
        yield Check("proxy", "ok", f"outlets answer {way}")
        yield from _compare_clocks(answer)
        return
    yield Check(
        "proxy",
        "missing",
        f"no outlet answers {way} ({failed})",
        "is the network up? Where outlets are blocked, a proxy may reach them",
    )


def _compare_clocks(answer: Capture) -> Iterator[Check]:
    stated = answer.find_header("date")
    try:
        theirs = parsedate_to_datetime(stated or "")
    except ValueError:
        return
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    apart_s = abs((theirs - answer.captured).total_seconds())
    if apart_s > _CLOCK_S:
        yield Check(
            "clock",
            "missing",
            f"the clock differs from {redact(answer.url)} by {apart_s / 60:.0f} minutes",
            "have it set by itself (timedatectl set-ntp true)",
        )
    else:
        yield Check("clock", "ok", "the clock agrees with that of an outlet's server")
