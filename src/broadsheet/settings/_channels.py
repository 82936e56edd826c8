"""``[channels.NAME]``: the ways to reach somebody, checked. Where a secret stands is not looked into here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from string import Formatter
from typing import Any

from broadsheet.addresses.networks import PROXY_SOURCES, check_proxy
from broadsheet.addresses.urls import is_web_address
from broadsheet.errors import SettingsError
from broadsheet.model import Channel

KINDS = ("webhook", "mail", "command", "ping")
"""Of these, each channel has one."""
BODY_FIELDS = ("kind", "key", "archive", "subject", "lines", "text", "link", "made")
"""What may stand in braces in the body of a webhook."""
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""What a channel may be called, and an outlet."""
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?\S.*")
_OF_KIND = {"body": "webhook", "headers": "webhook", "ping_start": "ping", "ping_fail": "ping"}

Read = Callable[[type[Channel], Mapping[str, Any], str], Channel]
"""Reads a table of settings, refusing keys and values that do not fit."""


def iter_channels(tables: Any, where: str, read: Read) -> Iterator[Channel]:
    """The channels that ``tables`` set; SettingsError for what cannot be one."""
    if not isinstance(tables, dict):
        raise SettingsError(f"{where}: channels must be tables such as [channels.phone]")
    for name, table in tables.items():
        here = f"{where}: [channels.{name}]"
        if not NAME.fullmatch(name):
            raise SettingsError(
                f"{here}: {name!r} cannot name a channel; use up to 40 lower-case letters, digits and hyphens"
            )
        if not isinstance(table, dict):
            raise SettingsError(f"{here}: must be a table")
        if "name" in table:
            known = ", ".join(one.name for one in fields(Channel) if one.name != "name")
            raise SettingsError(f"{here}: no setting 'name'; there are: {known}")
        channel = replace(read(Channel, table, here), name=name)
        _check(channel, table, here)
        yield channel


def _check(channel: Channel, table: Mapping[str, Any], where: str) -> None:
    stated = [kind for kind in KINDS if getattr(channel, kind)]
    if len(stated) != 1:
        found = f"has {' and '.join(stated)}" if stated else "has none of them"
        raise SettingsError(f"{where}: must have one of {', '.join(KINDS)}, and {found}")
    for key, kind in _OF_KIND.items():
        if key in table and channel.kind != kind:
            raise SettingsError(f"{where} {key}: goes with {kind}, and this channel is a {channel.kind}")
    if "proxy" in table and channel.kind not in ("webhook", "ping"):
        raise SettingsError(f"{where} proxy: goes with webhook and ping, and this channel is a {channel.kind}")
    check_proxy(channel.proxy, f"{where} proxy")
    for key in ("webhook", "ping"):
        if getattr(channel, key):
            check_place(getattr(channel, key), f"{where} {key}")
    for key in ("ping_start", "ping_fail"):
        place = getattr(channel, key)
        if place and not place.startswith("/"):
            check_place(place, f"{where} {key}")
    for header in channel.headers:
        if not _HEADER.fullmatch(header):
            raise SettingsError(f'{where} headers: write each like "Authorization: env:NTFY_TOKEN"')
    if channel.body:
        _check_body(channel.body, f"{where} body")
    if channel.command and not channel.command[0]:
        raise SettingsError(f'{where} command: must begin with a program, such as ["notify-send", "Broadsheet"]')


def check_place(stated: str, where: str) -> None:
    """SettingsError unless ``stated`` is a web address or says where one is to be read; never repeats a secret."""
    source, colon, place = stated.partition(":")
    if source in PROXY_SOURCES and colon:
        if not place:
            raise SettingsError(f"{where}: write it like env:BROADSHEET_WEBHOOK or file:/etc/broadsheet/webhook")
    elif not is_web_address(stated):
        raise SettingsError(f"{where}: must be an http or https address, or env:NAME or file:/PATH where it stands")


def _check_body(body: str, where: str) -> None:
    """Braces name what a message has; in JSON, which has braces of its own, only inside texts."""
    texts = list(_iter_texts(read_json(body))) if read_json(body) is not None else [body]
    for text in texts:
        try:
            names = [
                (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None
            ]
        except ValueError:
            raise SettingsError(f"{where}: a brace is not closed; a brace of the text's own is written twice") from None
        for name, spec, conversion in names:
            if name not in BODY_FIELDS or spec or conversion:
                raise SettingsError(f"{where}: there is no {{{name}}}; there are: {', '.join(BODY_FIELDS)}")


def read_json(body: str) -> dict[str, Any] | list[Any] | None:
    """``body`` as JSON, None where it is plain text."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None


def _iter_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _iter_texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _iter_texts(one)
