"""The one frozen Settings value: every setting has a default and a help text, and every wrong one a clear error.

``parse_settings`` reads the text of ``broadsheet.toml``; reading and writing the file is done by ``app``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from itertools import pairwise
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from broadsheet.addresses.networks import DIRECT, Detours, check_proxy
from broadsheet.addresses.urls import is_web_address
from broadsheet.errors import SettingsError
from broadsheet.model import Outlet, PublishRule
from broadsheet.settings._channels import NAME, iter_channels
from broadsheet.settings._channels import check_place as check_place
from broadsheet.settings._channels import read_json as read_json
from broadsheet.settings._sections import ALL as ALL
from broadsheet.settings._sections import CAREFUL as CAREFUL
from broadsheet.settings._sections import AlertSettings as AlertSettings
from broadsheet.settings._sections import ArchiveSettings as ArchiveSettings
from broadsheet.settings._sections import FetchSettings as FetchSettings
from broadsheet.settings._sections import ListSettings as ListSettings
from broadsheet.settings._sections import LookSettings as LookSettings
from broadsheet.settings._sections import MailSettings as MailSettings
from broadsheet.settings._sections import MirrorSettings as MirrorSettings
from broadsheet.settings._sections import PageSettings as PageSettings
from broadsheet.settings._sections import PictureSettings as PictureSettings
from broadsheet.settings._sections import PollingSettings as PollingSettings
from broadsheet.settings._sections import ReaderSettings as ReaderSettings
from broadsheet.settings._sections import Settings as Settings
from broadsheet.settings._sections import StatementSettings as StatementSettings
from broadsheet.settings._sections import StorySettings as StorySettings

T = TypeVar("T")


def parse_settings(text: str, *, where: str = "broadsheet.toml") -> Settings:
    """The Settings that ``text`` (TOML) states. SettingsError says which key, what is wrong and what would do."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{where}: not valid TOML: {error}") from None
    outlets = stated.pop("outlets", {})
    channels = tuple(iter_channels(stated.pop("channels", {}), where, _read_section))
    sections: dict[str, Any] = {}
    for one in fields(Settings):
        if one.name in _NOT_SECTIONS:
            continue
        section = stated.pop(one.name, {})
        if not isinstance(section, dict):
            raise SettingsError(f"{where}: [{one.name}] must be a table of settings")
        kind = type(getattr(_DEFAULTS, one.name))
        sections[one.name] = _read_section(kind, section, f"{where}: [{one.name}]")
    known = {*_NOT_SECTIONS, *sections}
    for key in stated:
        if key != "name":
            raise SettingsError(f"{where}: {_unknown(key, known)}")
    settings = Settings(
        name=_checked(stated.get("name", _DEFAULTS.name), str, f"{where}: name"),
        channels=channels,
        outlets=tuple(_iter_outlets(outlets, where)),
        **sections,
    )
    _check_whole(settings, where)
    return settings


_NOT_SECTIONS = ("name", "channels", "outlets")


def _read_section(kind: type[T], section: Mapping[str, Any], where: str) -> T:
    hints = get_type_hints(kind)
    for key in section:
        if key not in hints:
            raise SettingsError(f"{where}: {_unknown(key, hints)}")
    return kind(**{key: _checked(value, hints[key], f"{where} {key}") for key, value in section.items()})


def _checked(value: Any, kind: Any, where: str) -> Any:
    """``value`` as ``kind`` (str, bool, int, float or a tuple of str), or a SettingsError."""
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(one, get_args(kind)[0]) for one in value):
            raise SettingsError(f'{where}: must be a list of texts, such as ["a", "b"], not {value!r}')
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingsError(f"{where}: must be {_NAMES[kind]}, not {value!r}")
    if kind in (int, float) and value < 0:
        raise SettingsError(f"{where}: must not be negative, and is {value!r}")
    return value


_NAMES = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def _unknown(key: str, known: Mapping[str, Any] | set[str]) -> str:
    near = difflib.get_close_matches(key, list(known), n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known))}"
    return f"no setting {key!r}; {hint}"


def _iter_outlets(tables: Any, where: str) -> Iterator[Outlet]:
    if not isinstance(tables, dict):
        raise SettingsError(f"{where}: outlets must be tables such as [outlets.voa]")
    for key, table in tables.items():
        here = f"{where}: [outlets.{key}]"
        check_outlet_id(key, here)
        if not isinstance(table, dict):
            raise SettingsError(f"{here}: must be a table")
        hints: dict[str, Any] = dict.fromkeys(_OUTLET_TEXTS, str)
        hints["feeds"] = tuple[str, ...]
        for name in table:
            if name not in hints:
                raise SettingsError(f"{here}: {_unknown(name, hints)}")
        read = {name: _checked(value, hints[name], f"{here} {name}") for name, value in table.items()}
        _check_full_text(read.get("full_text", "auto"), f"{here} full_text")
        check_proxy(read.get("proxy", DIRECT), f"{here} proxy")
        _check_manners(read, here)
        for url in read.get("feeds", ()):
            if not is_web_address(url):
                raise SettingsError(f"{here} feeds: {url!r} is not an http or https address")
        yield Outlet(id=key, name=read.pop("name", key), **read)


_OUTLET_TEXTS = (
    "name", "home_url", "language", "recipe", "timezone", "full_text", "proxy", "robots", "robots_reason", "publish",
)  # fmt: skip


def _check_manners(read: Mapping[str, Any], where: str) -> None:
    """How an outlet is asked and published."""
    robots, reason = read.get("robots", "obey"), str(read.get("robots_reason", "")).strip()
    if robots not in ("obey", "ignore"):
        raise SettingsError(f"{where} robots: must be obey or ignore, not {robots!r}")
    if robots == "ignore" and not reason:
        raise SettingsError(f'{where} robots: ignore needs a robots_reason, such as "they allowed it by mail on 1 May"')
    if read.get("publish", "full") not in get_args(PublishRule):
        raise SettingsError(f"{where} publish: must be {', '.join(get_args(PublishRule))}, not {read['publish']!r}")


def _check_full_text(rule: str, where: str) -> None:
    if rule not in ("always", "never", "auto"):
        raise SettingsError(f"{where}: must be always, never or auto, not {rule!r}")


def check_outlet_id(outlet: str, where: str) -> None:
    """SettingsError unless ``outlet`` may be a folder's name in every archive."""
    if not NAME.fullmatch(outlet):
        raise SettingsError(
            f"{where}: {outlet!r} cannot name an outlet; use up to 40 lower-case letters, digits and hyphens"
        )


def _check_whole(settings: Settings, where: str) -> None:
    feeds: dict[str, str] = {}
    for outlet in settings.outlets:
        for url in outlet.feeds:
            if url in feeds:
                raise SettingsError(f"{where}: {url} is a feed of both {feeds[url]} and {outlet.id}; keep one")
            feeds[url] = outlet.id
    try:
        Detours.of(settings.fetch.connect_to)
    except SettingsError as error:
        raise SettingsError(f"{where}: [fetch] connect_to: {error}") from None
    _check_zone(settings.lists.timezone, f"{where}: [lists]")
    _check_zone(settings.reader.timezone or "UTC", f"{where}: [reader]")
    for outlet in settings.outlets:
        _check_zone(outlet.timezone or "UTC", f"{where}: [outlets.{outlet.id}]")
    if settings.reader.language not in ("", "zh-Hans", "zh-Hant", "en"):
        raise SettingsError(f"{where}: [reader] language: must be zh-Hans, zh-Hant, en or empty")
    if settings.polling.min_interval_s > settings.polling.max_interval_s:
        raise SettingsError(f"{where}: [polling] min_interval_s is larger than max_interval_s")
    _check_full_text(settings.pages.full_text, f"{where}: [pages] full_text")
    check_proxy(settings.fetch.proxy, f"{where}: [fetch] proxy")
    if settings.archive.anonymous and settings.fetch.contact:
        raise SettingsError(f"{where}: [fetch] contact names you to every server; leave it out with anonymous = true")
    _check_rungs(settings.looks.rungs, f"{where}: [looks] rungs")
    _check_rungs(settings.looks.after_edit, f"{where}: [looks] after_edit")
    for one, other in settings.stories.pairs.items():
        if not one or not other:
            raise SettingsError(f'{where}: [stories] names: write each like "Kerry = 克里", not {one or other!r}')
    if (shown := settings.statements.show) not in (CAREFUL, ALL):
        raise SettingsError(f'{where}: [statements] show: must be "{CAREFUL}" or "{ALL}", not {shown!r}')
    _check_mail(settings.mail, f"{where}: [mail]")
    _check_alerts(settings, f"{where}: [alerts]")
    if settings.lists.per_page < 20:
        raise SettingsError(f"{where}: [lists] per_page must be at least 20")


_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
"""A bare address without quoting, as HTML's ``input type=email`` takes it."""
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def _check_mail(mail: MailSettings, where: str) -> None:
    if mail.security not in ("starttls", "tls", "none"):
        raise SettingsError(f"{where} security: must be starttls, tls or none, not {mail.security!r}")
    if mail.port > 65535:
        raise SettingsError(f"{where} port: must be 0 to 65535, not {mail.port}")
    if mail.server and not re.fullmatch(r"[A-Za-z0-9.:_-]+", mail.server):
        raise SettingsError(f"{where} server: must be a host such as smtp.example, not {mail.server!r}")
    named = [("sender", mail.sender)] * bool(mail.sender) + [("recipients", one) for one in mail.recipients]
    for name, address in named:
        if not _ADDRESS.fullmatch(address):
            raise SettingsError(f"{where} {name}: must be like reader@mail.example, not {address!r}")
    if mail.user and mail.security == "none" and mail.server not in _OWN_MACHINE:
        raise SettingsError(f"{where} security: none would send the password of {mail.user} for all to read; use tls")


def _check_alerts(settings: Settings, where: str) -> None:
    alerts = settings.alerts
    known = {channel.name for channel in settings.channels}
    for name in alerts.to:
        if name not in known:
            told = ", ".join(sorted(known)) or "none yet"
            raise SettingsError(f"{where} to: no channel {name!r}; under [channels.NAME] there are: {told}")
    for name in ("every", "feed_after", "outlet_after", "remote_after", "repeat"):
        stated = getattr(alerts, name)
        may_be_nothing = (name == "every" and not stated) or (name in ("remote_after", "repeat") and stated == "0s")
        if seconds_of(stated) is None and not may_be_nothing:
            raise SettingsError(f"{where} {name}: {stated!r} is not a duration; write it like 30m, 8h or 14d")
    if alerts.link and not is_web_address(alerts.link):
        raise SettingsError(f"{where} link: must be an http or https address, not {alerts.link!r}")
    for channel in settings.channels:
        for address in channel.mail:
            if not _ADDRESS.fullmatch(address):
                here = f"{where.removesuffix('[alerts]')}[channels.{channel.name}] mail"
                raise SettingsError(f"{here}: must be like me@mail.example, not {address!r}")


def _check_rungs(rungs: tuple[str, ...], where: str) -> None:
    ages = [seconds_of(rung) for rung in rungs]
    for rung, age in zip(rungs, ages, strict=True):
        if age is None:
            raise SettingsError(f"{where}: {rung!r} is not a duration; write it like 30m, 8h or 14d")
    if any(later is None or age is None or later <= age for age, later in pairwise(ages)):
        raise SettingsError(f"{where}: must rise from one to the next")


_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def seconds_of(duration: str) -> float | None:
    """The seconds of ``30m``, ``8h`` or ``14d``; None for anything else, and for nothing."""
    found = _DURATION.fullmatch(duration)
    return int(found[1]) * _UNITS[found[2]] or None if found else None


def _check_zone(zone: str, where: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"{where} timezone: {zone!r} is not a zone such as Asia/Shanghai") from None


def iter_reference() -> Iterator[tuple[str, str, str, str]]:
    """Every setting as (section, name, default as TOML, help), in order, for the reference and for ``init``."""
    for one in fields(Settings):
        if one.name in ("channels", "outlets"):
            continue
        value = getattr(_DEFAULTS, one.name)
        if one.metadata:
            yield "", one.name, as_toml(value), one.metadata["help"]
            continue
        for inner in fields(value):
            assert inner.default is not MISSING
            yield one.name, inner.name, as_toml(inner.default), inner.metadata["help"]


def as_toml(value: object) -> str:
    """``value`` as TOML spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(as_toml(one) for one in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


_DEFAULTS = Settings()
