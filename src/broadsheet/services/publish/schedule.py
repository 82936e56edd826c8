"""Files that have an archive run by itself: timers, crontabs, containers, jobs of git hosts."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from broadsheet import __version__
from broadsheet.errors import SettingsError

_QUIET = [minute for minute in range(60) if minute % 15 not in (0, 1, 2, 14)]
"""Minutes at which few others begin: what starts at full and quarter hours makes hosts drop runs and servers slow."""
_PERIODS = {"15m": 15, "30m": 30, "1h": 60, "2h": 120, "3h": 180, "6h": 360, "12h": 720, "1d": 1440}


@dataclass(frozen=True)
class Scheduled:
    """Files by their path, below the archive's folder, and what to do with them."""

    files: dict[str, str]
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Beat:
    """When an archive runs: every ``period`` minutes, at ``minute`` past."""

    minute: int
    period: int

    @property
    def minutes(self) -> str:
        """The minutes of an hour at which it runs: ``17`` or ``7,37``."""
        step = min(self.period, 60)
        return ",".join(str(minute) for minute in range(self.minute % step, 60, step))

    @property
    def cron(self) -> str:
        """The five fields of a crontab."""
        hours = {1440: "5"}.get(self.period, f"*/{self.period // 60}" if self.period > 60 else "*")
        return f"{self.minutes} {hours} * * *"

    @property
    def calendar(self) -> str:
        """The same for a systemd timer."""
        hours = {1440: "05"}.get(self.period, f"00/{self.period // 60}" if self.period > 60 else "*")
        return f"*-*-* {hours}:{','.join(f'{int(minute):02}' for minute in self.minutes.split(','))}:00"


def beat_of(name: str, every: str) -> Beat:
    """When an archive of this name runs: its own minute, so that not all mirrors of one outlet ask it at once.

    SettingsError for a period that no calendar has.
    """
    if every not in _PERIODS:
        raise SettingsError(f"{every!r} is no period for a schedule; choose one of {', '.join(_PERIODS)}")
    drawn = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:4])
    return Beat(_QUIET[drawn % len(_QUIET)], _PERIODS[every])


def schedule(kind: str, *, name: str, folder: str, program: str, user: str, every: str = "1h") -> Scheduled:
    """The files of ``kind`` for the archive ``name`` at ``folder`` that ``program`` runs as ``user``."""
    beat = beat_of(name, every)
    slug = re.sub(r"[^a-z0-9]+", "-", folder.rpartition("/")[2].lower()).strip("-") or "archive"
    one_line = " ".join(name.split())
    return _KINDS[kind](
        {
            "name": one_line,
            "slug": slug,
            "user": user,
            "version": __version__,
            "every": every,
            "minutes": beat.minutes,
            "cron": beat.cron,
            "calendar": beat.calendar,
            "alerts_minute": str((beat.minute + 31) % 60),
            "verify_minute": str((beat.minute + 23) % 60),
            "folder": folder,
            "program": program,
        }
    )


def _fill(template: str, values: dict[str, str]) -> str:
    text = files("broadsheet.services.publish").joinpath("schedules", f"{template}.txt").read_text("utf-8")
    return Template(text).substitute(values)


def _systemd(values: dict[str, str]) -> Scheduled:
    unit = f"broadsheet-{values['slug']}"
    told = {key: value.replace("%", "%%") for key, value in values.items()}
    told |= {key: _systemd_word(told[key]) for key in ("folder", "program")}
    return Scheduled(
        {
            f"schedule/{unit}.service": _fill("service", told),
            f"schedule/{unit}.timer": _fill("timer", told),
            f"schedule/{unit}-alerts.service": _fill("alerts_service", told),
            f"schedule/{unit}-alerts.timer": _fill(
                "alerts_timer", told | {"alerts_minute": f"{told['alerts_minute']:0>2}"}
            ),
        },
        (
            f"sudo cp {shlex.quote(values['folder'])}/schedule/{unit}* /etc/systemd/system/",
            f"sudo systemctl daemon-reload && sudo systemctl enable --now {unit}.timer {unit}-alerts.timer",
            f"journalctl -u {unit}.service shows what a run said",
        ),
    )


def _systemd_word(word: str) -> str:
    """A path as a unit's line takes it."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' if re.search(r"[\s\"'\\]", word) else word


def _cron(values: dict[str, str]) -> Scheduled:
    told = values | {key: shlex.quote(values[key]).replace("%", "\\%") for key in ("folder", "program")}
    path = shlex.quote(f"{values['folder']}/schedule/crontab")
    return Scheduled({"schedule/crontab": _fill("crontab", told)}, (f"(crontab -l; cat {path}) | crontab -",))


def _container(values: dict[str, str]) -> Scheduled:
    told = values | {
        "folder_yaml": f'"{values["folder"]}"' if re.search(r"[\s:#]", values["folder"]) else values["folder"]
    }
    folder = shlex.quote(f"{values['folder']}/schedule")
    return Scheduled(
        {"schedule/Dockerfile": _fill("dockerfile", told), "schedule/compose.yaml": _fill("compose", told)},
        (f"cd {folder} && docker compose up --build --detach",),
    )


def _github(values: dict[str, str]) -> Scheduled:
    return Scheduled(
        {
            ".github/workflows/broadsheet.yml": _fill("github", values),
            ".github/workflows/broadsheet-alerts.yml": _fill("github_alerts", values),
        },
        (
            "broadsheet publish git, from this machine, sends it there with the mirror; from then on GitHub runs it",
            "GitHub switches a schedule off after 60 days without a commit; the file says what to do then",
        ),
    )


def _gitlab(values: dict[str, str]) -> Scheduled:
    return Scheduled(
        {".gitlab-ci.yml": _fill("gitlab", values)},
        (
            "broadsheet publish git, from this machine, sends it there with the mirror",
            f"on GitLab: Build, Pipeline schedules, New schedule, with the interval pattern {values['cron']!r}",
            f"a second one, {values['alerts_minute'] + ' */3 * * *'!r}, with the variable BROADSHEET_JOB = alerts",
        ),
    )


_KINDS: dict[str, Callable[[dict[str, str]], Scheduled]] = {
    "systemd": _systemd,
    "cron": _cron,
    "container": _container,
    "github": _github,
    "gitlab": _gitlab,
}
KINDS = tuple(_KINDS)
