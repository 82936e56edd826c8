"""An edition of an archive, written to a file or sent by mail, to nobody twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from broadsheet.adapters.files import FileStore, only_writer
from broadsheet.adapters.smtp import open_server
from broadsheet.app._broadsheet import Broadsheet
from broadsheet.app._config import STATE
from broadsheet.app._messages import find_server
from broadsheet.app._site import choose_language, make_sources
from broadsheet.errors import EngineError, NotFoundError, SettingsError
from broadsheet.policy.rights import Rights
from broadsheet.render.assets import read_templates
from broadsheet.render.edition import Edition
from broadsheet.render.to_html import HtmlRenderer
from broadsheet.services.publish.edition import EditionRules, choose_outlets, days_of, find_last_day, make_edition
from broadsheet.services.publish.edition_mail import (
    FILE_PICTURE_BYTES,
    MAIL_PICTURE_BYTES,
    Album,
    collect,
    edition_file,
    edition_mail,
    iter_unsent,
    message_id,
)
from broadsheet.services.publish.site_plan import find_now
from broadsheet.text.foreign_json import load_json

_MARK = b'<meta name="generator" content="Broadsheet edition">'
_SENT_MOST = 1000
"""Editions of which it is remembered who got them: years of daily ones."""


@dataclass(frozen=True, slots=True)
class EditionAccount:
    """What became of an edition. ``bytes`` are those of the file or of one mail."""

    first: date
    last: date
    articles: int
    stories: int
    edits: int
    pictures: int
    pictures_left_out: int
    articles_left_out: int
    bytes: int
    sent: tuple[str, ...] = ()
    had: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    message_id: str | None = None

    def as_json(self) -> dict[str, object]:
        """The same for scripts."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return told | {"first": str(self.first), "last": str(self.last)}


def edition_rules(
    here: Broadsheet, *, day: date | None = None, is_week: bool = False, outlets: Sequence[str] = (), language: str = ""
) -> EditionRules:
    """Which edition is asked for: without ``day`` that of the newest day with an article, in the archive's own zone."""
    sources = make_sources(here)
    zone = here.settings.reader.timezone or here.settings.lists.timezone
    chosen = choose_outlets(sources, outlets)
    if day is None:
        now = find_now(here.archive, Rights.of(here.settings.outlets))
        if now is None:
            raise NotFoundError(
                "there is no article here that may be published, to make an edition of; begin with: broadsheet run"
            )
        day = find_last_day(sources, chosen, ZoneInfo(zone), now)
    try:
        first, last = days_of(day, is_week=is_week)
        rules = EditionRules(zone, choose_language(here.settings, language), first, last, chosen)
        rules.span  # noqa: B018 (a day at the end of the calendar has no end)
    except OverflowError:
        raise SettingsError(f"--day: {day} is too near the end of the calendar") from None
    return rules


def write_edition(here: Broadsheet, target: Path, rules: EditionRules, *, has_pictures: bool = True) -> EditionAccount:
    """Write the edition to ``target``, whole or not at all; SettingsError where a file of another kind stands."""
    _check_target(target)
    edition = make_edition(make_sources(here), rules)
    album = collect(here.archive, edition, FILE_PICTURE_BYTES) if has_pictures else None
    content = edition_file(edition, HtmlRenderer(read_templates()), album)
    try:
        FileStore(target.absolute().parent).replace(target.name, content)
    except OSError as error:
        raise EngineError(f"{target}: cannot be written ({error.strerror})") from error
    return _account(edition, album, len(content))


def _check_target(target: Path) -> None:
    if not target.name or target.is_dir():
        raise SettingsError(f"--html: {target} is a folder; name a file in it, such as {target / 'edition.html'}")
    if not target.absolute().parent.is_dir():
        raise SettingsError(f"--html: there is no folder {target.absolute().parent}; make it first")
    try:
        with target.open("rb") as file:
            start = file.read(4096)
    except FileNotFoundError:
        return
    except OSError as error:
        raise EngineError(f"{target}: cannot be read ({error.strerror})") from error
    if start and _MARK not in start:
        raise SettingsError(f"--html: {target} is there already and no edition; name another file")


def mail_edition(
    here: Broadsheet, rules: EditionRules, *, has_pictures: bool = True, is_again: bool = False
) -> EditionAccount:
    """Send the edition to every recipient who has not got it (``is_again``: to all). See ``MailSettings``.

    Each mail that a server took is noted at once. One that fails keeps no other back; the account tells of it.
    """
    server = find_server(here.settings.mail, "server", "sender", "recipients")
    own = here.root / STATE / "mail"
    recipients = here.settings.mail.recipients
    id = message_id(here.settings.name, rules, server.sender)
    with only_writer(own):
        store = FileStore(own)
        sent = _read_sent(store)
        wanted = tuple(dict.fromkeys(recipients)) if is_again else tuple(iter_unsent(sent, id, recipients))
        edition = make_edition(make_sources(here), rules)
        album = collect(here.archive, edition, MAIL_PICTURE_BYTES, for_mail=True) if has_pictures else None
        mail = edition_mail(
            edition, HtmlRenderer(read_templates()), album, id=id, sender=server.sender, date=here.clock()
        )
        went: list[str] = []
        failed: list[str] = []
        size = 0
        if wanted:
            with open_server(server) as send:
                for recipient in wanted:
                    content = mail.message(recipient)
                    size = len(content)
                    try:
                        send(recipient, content)
                    except EngineError as error:
                        failed.append(str(error))
                        continue
                    went.append(recipient)
                    _note_sent(store, sent, id, recipient)
    had = tuple(one for one in dict.fromkeys(recipients) if one not in wanted)
    return _account(edition, album, size, tuple(went), had, tuple(failed), id)


def _read_sent(store: FileStore) -> dict[str, list[str]]:
    try:
        return {str(id): list(map(str, who)) for id, who in load_json(store.get("sent.json")).items()}
    except NotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError) as error:
        raise EngineError(
            f"{store.root / 'sent.json'}: cannot be read, and it says who got which edition; nothing was sent; "
            "remove the file to begin anew"
        ) from error


def _note_sent(store: FileStore, sent: dict[str, list[str]], id: str, recipient: str) -> None:
    who = sent.pop(id, [])
    sent[id] = who if recipient in who else [*who, recipient]
    for old in list(sent)[:-_SENT_MOST]:
        del sent[old]
    store.replace("sent.json", json.dumps(sent, indent=0, ensure_ascii=False).encode())


def _account(
    edition: Edition,
    album: Album | None,
    size: int,
    sent: tuple[str, ...] = (),
    had: tuple[str, ...] = (),
    failed: tuple[str, ...] = (),
    id: str | None = None,
) -> EditionAccount:
    return EditionAccount(
        first=edition.first,
        last=edition.last,
        articles=len(edition.articles),
        stories=len(edition.stories),
        edits=len(edition.edits),
        pictures=len(album.pictures) if album else 0,
        pictures_left_out=album.left_out if album else 0,
        articles_left_out=sum(outlet.more for outlet in edition.outlets),
        bytes=size,
        sent=sent,
        had=had,
        failed=failed,
        message_id=id,
    )
