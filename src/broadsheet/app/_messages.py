"""The channels of an archive: messages and pings taken to those whom its settings name."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from broadsheet import __version__
from broadsheet.adapters.command import run_command
from broadsheet.adapters.files import FileStore, only_writer
from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.adapters.smtp import MailServer, open_server
from broadsheet.app._engines import Engines
from broadsheet.app._parts import ANONYMOUS_AGENT, read_proxy, read_secret
from broadsheet.errors import BroadsheetError, EngineError, SettingsError
from broadsheet.formats.ledger import format_instant
from broadsheet.model import Capture, Channel, Message, Request
from broadsheet.services.messenger import Messenger
from broadsheet.settings import MailSettings, check_place, read_json

PASSWORD = "BROADSHEET_MAIL_PASSWORD"
FOLDER = "messages"
_TIMEOUT_S = 20.0
_COMMAND_S = 60.0
_LOCK_S = 10.0
_AGAIN_S = 2.0


def find_server(mail: MailSettings, *needed: str) -> MailServer:
    """The mail server as set; SettingsError where what is ``needed`` of it, or its password, is not."""
    for name in needed:
        if not getattr(mail, name):
            raise SettingsError(f"[mail] {name}: is not set in broadsheet.toml, and no mail can be sent without it")
    password = os.environ.get(PASSWORD, "")
    if mail.user and not password:
        raise SettingsError(f"[mail] user is {mail.user}, and the environment variable {PASSWORD} holds no password")
    return MailServer(mail.server, mail.sender, mail.port, mail.security, mail.user, password)


def open_messenger(here: Engines) -> Messenger:
    """The messages of an archive. Where it may not be written to, nothing is remembered beyond its cache."""
    folder = here.state.find(FOLDER)
    return Messenger(
        FileStore(folder), partial(_waiting_lock, folder), partial(_sending, folder / "sending"), here.clock
    )


@contextlib.contextmanager
def _waiting_lock(folder: Path) -> Iterator[None]:
    """The lock of a folder, waited for: whoever has it has it for a moment."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(only_writer(folder))
                break
            except EngineError:
                if time.monotonic() - began > _LOCK_S:
                    raise
                time.sleep(0.02)
        yield


@contextlib.contextmanager
def _sending(folder: Path) -> Iterator[bool]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(only_writer(folder))
            is_ours = True
        except EngineError:
            is_ours = False
        yield is_ours


@dataclass(frozen=True)
class Pings:
    """Tells dead-man's switches how a run goes. What fails is returned as sentences, and costs nothing."""

    here: Engines

    def send(self, event: str) -> list[str]:
        """``start``, ``success`` or ``fail``; tried twice, since a ping that is lost makes a false alarm."""
        channels = [one for one in self.here.settings.channels if one.ping]
        return [words for one in channels if (words := self._send(one, event))]

    def _send(self, channel: Channel, event: str) -> str:
        try:
            address = self.address(channel, event)
            for is_last in (False, True) if address else ():
                try:
                    _call(self.here, channel, address)
                    break
                except EngineError:
                    if is_last:
                        raise
                    time.sleep(_AGAIN_S)
        except BroadsheetError as error:
            return f"channel {channel.name}: {error}"
        return ""

    def address(self, channel: Channel, event: str) -> str:
        """Where an event is told; empty: nowhere. What begins with ``/`` goes behind the path of ``ping``."""
        where = f"[channels.{channel.name}]"
        base = _read_place(self.here, channel.ping, f"{where} ping")
        stated = {"start": channel.ping_start, "fail": channel.ping_fail}.get(event)
        if stated is None:
            return base
        if not stated.startswith("/"):
            return _read_place(self.here, stated, f"{where} ping_{event}") if stated else ""
        parts = urlsplit(base)
        return parts._replace(path=parts.path.rstrip("/") + stated).geturl()


def find_channels(here: Engines, names: Sequence[str] = ()) -> dict[str, Channel]:
    """Targets of messages -> their channel: of ``names``, or of all."""
    return {
        target: channel
        for channel in here.settings.channels
        if not names or channel.name in names
        for target in channel.iter_targets()
    }


def make_send(here: Engines) -> Callable[[str, Message], None]:
    """Takes a message to a target (see ``Messenger``)."""
    channels = find_channels(here)

    def send(target: str, message: Message) -> None:
        channel = channels[target]
        if channel.webhook:
            _post(here, channel, message)
        elif channel.mail:
            _mail(here, target.partition(" ")[2], message)
        else:
            run_command(channel.command, as_json(message), folder=here.root, timeout_s=_COMMAND_S)

    return send


def check_channel(here: Engines, channel: Channel) -> None:
    """SettingsError where what a channel needs is not there; nothing is sent."""
    where = f"[channels.{channel.name}]"
    if channel.mail:
        find_server(here.settings.mail, "server", "sender")
    for key in ("webhook", "ping"):
        if stated := getattr(channel, key):
            _read_place(here, stated, f"{where} {key}")
    if channel.ping:
        for event in ("start", "fail"):
            Pings(here).address(channel, event)
    for _ in _iter_headers(here, channel):
        pass
    read_proxy(channel.proxy, f"{where} proxy", here.root)


def iter_secret_files(channel: Channel) -> Iterator[Path]:
    """Files outside the archive in which secrets of a channel stand."""
    stated = [channel.webhook, channel.ping, channel.ping_start, channel.ping_fail, channel.proxy]
    stated += [header.partition(":")[2].strip() for header in channel.headers]
    for one in stated:
        source, _, place = one.partition(":")
        if source == "file":
            yield Path(place).expanduser()


def as_json(message: Message) -> bytes:
    """A message as webhooks and commands get it."""
    return json.dumps(_told(message) | {"lines": list(message.lines)}, ensure_ascii=False).encode()


def _told(message: Message) -> dict[str, Any]:
    told = {name: getattr(message, name) for name in ("kind", "key", "archive", "subject", "text", "link")}
    return told | {"lines": "\n".join(message.lines), "made": format_instant(message.made)}


# -- by web ------------------------------------------------------------------------------------------------------------


def _post(here: Engines, channel: Channel, message: Message) -> None:
    address = _read_place(here, channel.webhook, f"[channels.{channel.name}] webhook")
    content, media_type = body_of(channel.body, message)
    _call(here, channel, address, content, [("Content-Type", media_type), ("Idempotency-Key", message.key)])


def body_of(template: str, message: Message) -> tuple[bytes, str]:
    """What is posted, and its media type: the message as JSON, or as the template has it.

    In a template of JSON the texts are filled in and escaped; any other is plain text.
    """
    if not template:
        return as_json(message), "application/json"
    shape = read_json(template)
    if shape is None:
        return template.format(**_told(message)).encode(), "text/plain; charset=utf-8"
    return json.dumps(_filled(shape, _told(message)), ensure_ascii=False).encode(), "application/json"


def _filled(shape: Any, told: dict[str, Any]) -> Any:
    if isinstance(shape, str):
        return shape.format(**told)
    if isinstance(shape, dict):
        return {key: _filled(one, told) for key, one in shape.items()}
    return [_filled(one, told) for one in shape] if isinstance(shape, list) else shape


def _call(
    here: Engines, channel: Channel, address: str, content: bytes | None = None, more: Collection[tuple[str, str]] = ()
) -> None:
    """Send to ``address``; EngineError if it is not taken, in words without the address, which may be a secret."""
    host = urlsplit(address).hostname or ""
    request = Request(
        address,
        headers=(*more, *_iter_headers(here, channel)),
        purpose="message",
        timeout_s=_TIMEOUT_S,
        outlet=channel.name,
        body=content,
        shown=host,
    )
    with _fetcher(here, channel, host) as fetcher:
        for answer in fetcher.fetch_all([request]):
            if isinstance(answer, Capture):
                continue
            words = answer.message.removeprefix(f"{host}: ")
            if answer.reason == "too many redirects":
                words = "answers with a redirect, which a message does not follow; name the address it leads to"
            raise EngineError(f"{host}: {words}")


def _fetcher(here: Engines, channel: Channel, host: str) -> HttpFetcher:
    """A Fetcher for one host, which its owner named and which therefore may be private; no other, and no redirect."""
    fetch = here.settings.fetch
    is_anonymous = here.settings.archive.anonymous
    proxy = channel.proxy or fetch.proxy
    return HttpFetcher(
        FetchSettings(
            user_agent=ANONYMOUS_AGENT if is_anonymous else f"Broadsheet/{__version__}",
            host_spacing_s=0.0,
            domain_spacing_s=0.0,
            private_networks=(*fetch.private_networks, host),
            total_timeout_s=_TIMEOUT_S,
            max_redirects=0,
            connect_to=fetch.connect_to,
            proxy=read_proxy(proxy, f"[channels.{channel.name}] proxy", here.root),
        ),
        clock=here.clock,
    )


def _iter_headers(here: Engines, channel: Channel) -> Iterator[tuple[str, str]]:
    for header in channel.headers:
        name, _, stated = header.partition(":")
        yield name, read_secret(stated.strip(), f"[channels.{channel.name}] headers: {name}", here.root)[0]


def _read_place(here: Engines, stated: str, where: str) -> str:
    """The address that a setting means. What is read from elsewhere must be one, too; no error repeats it."""
    text, _ = read_secret(stated, where, here.root)
    check_place(text, where)
    return text


# -- by mail -----------------------------------------------------------------------------------------------------------


def _mail(here: Engines, recipient: str, message: Message) -> None:
    server = find_server(here.settings.mail, "server", "sender")
    try:
        with open_server(server) as send:
            send(recipient, mail_of(message, server.sender, recipient))
    except SettingsError as error:
        raise EngineError(str(error)) from None


def mail_of(message: Message, sender: str, recipient: str) -> bytes:
    """A message as a mail in plain text (RFC 5322); one message has one Message-ID, however often it is sent."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=message.archive, addr_spec=sender)
    mail["To"] = recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.made)
    mail["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    text = "\n\n".join(filter(None, (*message.lines, message.link)))
    mail.set_content(text + "\n", cte="base64")
    return mail.as_bytes()
